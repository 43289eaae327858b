"""Benefit of the doubt against one HiGHS programme per unit, and its own time where HiGHS would take hours.

HiGHS is called through SciPy with every unit a constraint, as one writes it; of many units it solves a sample
(differences are of scores). Data: one factor behind all columns, log-normal, 5-point scales, independent columns.
"""

from __future__ import annotations

import time
import warnings

import numpy as np
from _timing import medians

import indicia as ix

SAMPLE = 20
COLUMNS = 20
TARGETS = {1_000: "20 ms", 10_000: "300 ms", 100_000: "6 s"}


def data_of(kind: str, rows: int) -> np.ndarray:
    """Return rows x 20 values of a kind."""
    rng = np.random.default_rng(5)
    noise = rng.standard_normal((rows, COLUMNS))
    if kind == "factor-like":
        return np.clip(50 + 15 * (0.7 * rng.standard_normal((rows, 1)) + 0.71 * noise), 0.1, None)
    if kind == "log-normal":
        return np.exp(1.5 * noise)
    return rng.integers(1, 6, (rows, COLUMNS)).astype(float) if kind == "5-point" else rng.random((rows, COLUMNS))


def highs(x: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """One programme per row."""
    from scipy.optimize import linprog

    ones = np.ones(len(x))
    return np.array([-linprog(-x[row], A_ub=x, b_ub=ones, bounds=(0, None), method="highs").fun for row in rows])


def report(rounds: int) -> None:
    """Measure and print."""
    cases = [("factor-like", n) for n in TARGETS]
    cases += [("log-normal", 10_000), ("5-point", 1_000), ("independent", 1_000)]
    print(f"\nbenefit of the doubt, {COLUMNS} columns, weights and peers and all; HiGHS on {SAMPLE} units, times n")
    print(f"  {'data':12} {'n':>7} {'indicia':>10} {'HiGHS':>11} {'ratio':>9} {'difference':>11} {'frame':>6}  target")
    for kind, n in cases:
        x = data_of(kind, n)
        table = {f"x{q:02}": np.ascontiguousarray(x[:, q]) for q in range(COLUMNS)}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ix.errors.FrontierWarning)
            found = ix.frontier.benefit_of_the_doubt(table)
            work = {"indicia": lambda table=table: ix.frontier.benefit_of_the_doubt(table)}
            ours = medians(work, rounds if n <= 10_000 else 1)["indicia"]
        line = f"  {kind:12} {n:7,} {ours * 1e3:7.1f} ms"
        if n <= 10_000:
            rows = np.linspace(0, n - 1, SAMPLE).astype(int)
            start = time.perf_counter()
            scores = highs(x, rows)
            theirs = (time.perf_counter() - start) / SAMPLE * n
            apart = np.abs(np.asarray(found.scores)[rows] - scores).max()
            line += f" {theirs:9.1f} s {theirs / ours:9,.0f} {apart:11.1e}"
        else:
            line += f" {'-':>11} {'-':>9} {'-':>11}"
        target = TARGETS.get(n, "") if kind == "factor-like" else ""
        print(f"{line} {found.frame_share:6.3f}  {target}")
