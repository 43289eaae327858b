"""Dagum's decomposition, exposure on links and transitions, against NumPy and pandas by hand."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd

import indicia as ix


def dagum_by_hand(y: np.ndarray, group: np.ndarray, count: int) -> float:
    """Return the Gini coefficient within and between groups from an n x n matrix."""
    apart = np.abs(y[:, None] - y[None, :])
    total = apart.sum() / (2 * len(y) ** 2 * y.mean())
    for j in range(count):
        for h in range(count):
            d = y[group == j][:, None] - y[group == h][None, :]
            np.maximum(d, 0).mean()
    return float(total)


def clock(act, rounds: int) -> float:
    """Return the median time."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        act()
        times.append(time.perf_counter() - start)
    return float(np.median(times))


def report(rounds: int) -> None:
    """Print the table."""
    rng = np.random.default_rng(1)
    n, small = 1_000_000, 2_000
    frame = {"y": np.exp(rng.normal(size=n)), "w": rng.uniform(0.5, 2, n), "g": rng.integers(0, 5, n)}
    seconds = clock(lambda: ix.study.dagum(frame, "y", "g", weights="w"), rounds)
    hand = clock(lambda: dagum_by_hand(frame["y"][:small], frame["g"][:small], 5), 3) * (n / small) ** 2
    print("\nstudies")
    print(
        f"  Dagum, 1e6 weighted, 5 groups    {seconds:6.3f} s  target 0.2 s; n x n matrix (extrapolated) {hand:,.0f} s"
    )
    firms = 100_000
    links = {
        "f": rng.integers(0, firms, n), "p": rng.integers(0, firms, n), "s": rng.random(n),
    }  # fmt: skip
    levels = {"firm": np.arange(firms), "d": rng.random(firms)}
    asked = {"focal": "f", "partner": "p", "share": "s", "unit": "firm"}

    def by_pandas() -> object:
        merged = pd.DataFrame(links).merge(pd.DataFrame(levels), left_on="p", right_on="firm", how="left")
        merged = merged[merged["f"] != merged["p"]].assign(v=lambda m: m["s"] * m["d"])
        sums = merged.groupby("f")[["v", "s"]].sum()
        return sums["v"] / sums["s"]

    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        seconds = clock(lambda: ix.study.exposure(links, levels, "d", **asked), rounds)
    hand = clock(by_pandas, 3)
    print(
        f"  exposure, 1e6 links            {seconds:6.3f} s  target 0.5 s; pandas {hand:.3f} s: {hand / seconds:.1f} x"
    )
