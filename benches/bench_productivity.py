"""Levinsohn-Petrin on a hundred thousand firm-years against a NumPy twin, and replicates on one and two threads."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

import indicia as ix

FIRMS, YEARS = 10_000, 10


def best(work: Callable[[], Any], rounds: int) -> tuple[float, Any]:
    """Return the median time and what came out."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        made = work()
        times.append(time.perf_counter() - start)
    return float(np.median(times)), made


def drawn() -> dict[str, np.ndarray]:
    """Return logarithms of firms whose labor also follows a wage of its own."""
    rng = np.random.default_rng(1)
    w, k, wage = 0.25 * rng.normal(size=FIRMS), 1.5 + rng.normal(size=FIRMS), np.zeros(FIRMS)
    parts: dict[str, list[np.ndarray]] = {name: [] for name in ("firm", "year", "y", "l", "k", "m")}
    for year in range(YEARS):
        w = 0.8 * w + 0.12 * rng.normal(size=FIRMS)
        wage = 0.4 * wage + 0.15 * rng.normal(size=FIRMS)
        labor = 1.5 * w + 0.5 * k - 2.0 * wage
        y = 1 + 0.6 * labor + 0.3 * k + w + 0.1 * rng.normal(size=FIRMS)
        row = (np.arange(FIRMS), np.full(FIRMS, year), y, labor, k, 0.4 * k + 1.2 * w)
        for name, values in zip(parts, row, strict=True):
            parts[name].append(values)
        k = 0.9 * k + 0.4 * w + 0.2 * rng.normal(size=FIRMS)
    return {name: np.concatenate(values) for name, values in parts.items()}


def twin(data: dict[str, np.ndarray]) -> np.ndarray:
    """Return the same coefficients by NumPy and SciPy."""
    from scipy.optimize import minimize_scalar

    order = np.lexsort([data["year"], data["firm"]])
    y, labor, k, m, firm, year = (data[name][order] for name in ("y", "l", "k", "m", "firm", "year"))
    one = np.ones_like(y)
    x = np.column_stack([one, labor, k, m, k * k, k * m, m * m])
    b = np.linalg.lstsq(x, y, rcond=None)[0]
    phi, rest = x @ b - b[1] * labor, y - b[1] * labor
    now = np.flatnonzero((firm[1:] == firm[:-1]) & (year[1:] == year[:-1] + 1)) + 1

    def loss(bk: float) -> float:
        w, before = (phi - bk * k)[now], (phi - bk * k)[now - 1]
        powers = np.vander(before - before.mean(), 4)
        apart = (rest - bk * k)[now] - powers @ np.linalg.lstsq(powers, w, rcond=None)[0]
        return float(apart @ apart)

    grid = np.linspace(-1, 2, 61)
    place = grid[int(np.argmin([loss(value) for value in grid]))]
    found = minimize_scalar(loss, bounds=(place - 0.05, place + 0.05), method="bounded", options={"xatol": 1e-9})
    return np.array([b[1], found.x])


def report(rounds: int) -> None:
    """Print times and the ratio."""
    data = drawn()
    keys = {"unit": "firm", "time": "year", "materials": "m", "logged": True}

    def ours(**more: Any) -> Any:
        return ix.productivity.levinsohn_petrin(data, "y", "l", "k", **keys, **more)

    own, made = best(ours, rounds)
    other, coefficients = best(lambda: twin(data), max(1, rounds // 3))
    assert np.allclose(np.asarray(made.coefficients["coef"]), coefficients, atol=1e-5)
    print(
        f"Levinsohn-Petrin, {FIRMS * YEARS} firm-years: {own:.2f} s; NumPy twin {other:.2f} s, {other / own:.1f} times"
    )
    for threads in (1, 2):
        took, _ = best(lambda threads=threads: ours(replicates=20, rng=1, threads=threads), 3)  # type: ignore[misc]
        print(f"  and 20 replicates, {threads} threads: {took:.2f} s")
