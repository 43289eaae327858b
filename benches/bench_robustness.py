"""Replays: all steps varied, Sobol' indices, weights over the simplex; against the same by hand in NumPy with SALib."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np

import indicia as ix

rb = ix.robustness


def index(p: int, groups: int = 5) -> ix.Index:
    """Return indicators in groups."""
    leaves = [{"id": f"x{j}", "parent": f"g{j % groups}"} for j in range(p)]
    inner = [{"id": f"g{g}", "parent": "top"} for g in range(groups)] + [{"id": "top"}]
    scale = {"minmax": {"to": [1, 100]}}
    return ix.Index.from_dict({"id": "bench", "defaults": {"scale": scale}, "indicator": leaves, "group": inner})


def drawn(rows: int, p: int) -> dict[str, np.ndarray]:
    """Return correlated log-normal columns."""
    rng = np.random.default_rng(3)
    factor = rng.normal(size=rows)
    return {f"x{j}": np.exp(0.6 * factor + rng.normal(size=rows)) for j in range(p)}


def every_step() -> list[rb.Factor]:
    """Return outliers, scale, weights, noise and aggregation."""
    return [
        rb.treat([{"winsorize": {"count": count}} for count in range(1, 6)]),
        rb.scale([{"minmax": {"to": [1, 100]}}, {"zscore": {"mean": 10, "sd": 2}}]),
        rb.aggregate(["arithmetic", "geometric"]),
        rb.weight_noise(0.25),
    ]


def by_hand(values: np.ndarray, runs: int, groups: int = 5) -> None:
    """Replay noisy weights in a NumPy loop: groups, index, ranks, mean shift."""
    rng = np.random.default_rng(1)
    scores = (values - values.min(0)) / (values.max(0) - values.min(0)) * 99 + 1
    p = values.shape[1]
    nominal = (-np.mean([scores[:, g::groups].mean(1) for g in range(groups)], 0)).argsort().argsort()
    for _ in range(runs):
        weights = 1 + 0.25 * (2 * rng.random(p) - 1)
        top = 1 + 0.25 * (2 * rng.random(groups) - 1)
        inner = np.stack([np.average(scores[:, g::groups], axis=1, weights=weights[g::groups]) for g in range(groups)])
        ranks = (-np.average(inner, axis=0, weights=top)).argsort().argsort()
        np.abs(ranks - nominal).mean()


def clock(act: Callable[[], object], rounds: int) -> float:
    """Return the median time of a call."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        act()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def report(rounds: int) -> None:
    """Print the table."""
    print("\nreplays of an index; NumPy by hand replays noisy weights only, a sample of 200 runs times n")
    small, wide = drawn(51, 49), drawn(1000, 20)
    matrix = np.column_stack(list(wide.values()))
    vary = every_step()
    noise = [rb.weight_noise(0.25)]

    def line(name: str, seconds: float, target: str, hand: float | None = None) -> None:
        ratio = "" if hand is None else f"  numpy {hand:7.3f} s: {hand / seconds:5.1f} x"
        print(f"  {name:<46} {seconds:8.3f} s  target {target}{ratio}")

    one = clock(lambda: by_hand(matrix, 200), 3) / 200
    tiny = clock(lambda: by_hand(np.column_stack(list(small.values())), 200), 3) / 200
    seconds = clock(lambda: rb.uncertainty(index(49), small, vary, n=1000), rounds)
    line("1000 replays, 51 x 49, every step", seconds, "0.1 s", 1000 * tiny)
    seconds = clock(lambda: rb.uncertainty(index(20), wide, vary, n=1000), rounds)
    line("1000 replays, 1000 x 20, every step", seconds, "0.8 s", 1000 * one)
    twenty = [rb.weight_noise(0.25, groups=f"g{g}", name=f"n{g}") for g in range(5)]
    twenty += [rb.weight_noise(between={f"g{g}": (0.75, 1.25)}, groups="top", name=f"t{g}") for g in range(5)]
    points = 25_600 // (len(twenty) + 2)
    seconds = clock(lambda: rb.sensitivity(index(20), wide, twenty, n=points, resamples=0).to_frame(), rounds)
    line("Sobol', 25 600 runs, n = 1000", seconds, "0.6 s", 25_600 * one)
    simplex = [rb.weight_noise(simplex=True)]

    def accept() -> None:
        rb.uncertainty(index(20), wide, simplex, n=10_000, keep=["ranks"]).acceptability(most=1000)

    line("rank acceptability, 10 000 draws, n = 1000", clock(accept, rounds), "0.3 s", 10_000 * one)
    large = drawn(100_000, 20)
    seconds = clock(lambda: rb.uncertainty(index(20), large, noise, n=1000).ranks(), 1)
    line("1000 replays, 100 000 x 20, and quantiles", seconds, "60 s")
