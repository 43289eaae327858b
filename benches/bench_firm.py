"""Growth and lags of a million firm-years, against groupby of pandas.

`groupby` takes the row before, whatever its year, which is wrong where there are gaps; the other contestant of pandas
looks for the year before, as we do, by a merge. Rows are sorted, the better case for all; where they are not, `groupby`
has to sort them first.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from _timing import Job, show

import indicia as ix

FIRMS, YEARS = 100_000, 10
COLUMNS = ["revenue", "staff", "assets"]


def panel(text: bool) -> pd.DataFrame:
    """A complete panel: both sides then have the same answer."""
    rng = np.random.default_rng(0)
    number = np.repeat(np.arange(FIRMS), YEARS)
    firm = np.array([f"F{i:06d}" for i in range(FIRMS)], dtype=object)[number] if text else number
    rows = FIRMS * YEARS
    frame = pd.DataFrame({"firm": firm, "year": np.tile(np.arange(2010, 2010 + YEARS), FIRMS)})
    return frame.assign(**{name: rng.uniform(1.0, 2.0, rows) for name in COLUMNS})


def by_pandas(frame: pd.DataFrame) -> Any:
    grouped = frame.groupby("firm")[COLUMNS]
    growth, before = grouped.pct_change(fill_method=None), grouped.shift(1)
    return frame.assign(**{f"{name}_growth": growth[name] for name in COLUMNS}).assign(
        **{f"{name}_lag1": before[name] for name in COLUMNS}
    )


def by_merge(frame: pd.DataFrame) -> Any:
    before = frame[["firm", "year", *COLUMNS]].assign(year=frame["year"] + 1)
    both = frame.merge(before, on=["firm", "year"], how="left", suffixes=("", "_lag1"))
    return both.assign(**{f"{name}_growth": both[name] / both[f"{name}_lag1"] - 1.0 for name in COLUMNS})


def ours(frame: pd.DataFrame) -> Any:
    made = ix.firm.growth(frame, COLUMNS, unit="firm", time="year")
    return ix.firm.lag(made, COLUMNS, unit="firm", time="year")


def in_one_call(frame: pd.DataFrame) -> Any:
    wanted = {f"{name}_growth": {"growth": name} for name in COLUMNS} | {
        f"{name}_lag1": {"lag": name} for name in COLUMNS
    }
    return ix.firm.indicators(frame, {"indicators": wanted, "keep": COLUMNS}, unit="firm", time="year")


def shuffled() -> Job:
    """Rows in no order."""
    frame = panel(False).sample(frac=1, random_state=1)
    contestants = {
        "pandas sort, then groupby": lambda: by_pandas(frame.sort_values(["firm", "year"])).loc[frame.index],
        "indicia, by time": lambda: ours(frame),
    }
    return Job(f"the same, rows in no order, {len(frame):,} firm-years", contestants, {}, [])


def jobs() -> list[Job]:
    """Return the comparisons."""
    made = []
    for text in (False, True):
        frame = panel(text)
        theirs, own = by_pandas(frame), ours(frame)
        apart = max(
            float(np.nanmax(np.abs(theirs[f"{name}_{what}"] - own[f"{name}_{what}"])))
            for name in COLUMNS
            for what in ("growth", "lag1")
        )
        keys = "text" if text else "numbers"
        title = f"growth and lags of {len(COLUMNS)} columns, {len(frame):,} firm-years, firms as {keys}"
        contestants = {
            "pandas groupby, by row": lambda frame=frame: by_pandas(frame),
            "pandas merge, by time": lambda frame=frame: by_merge(frame),
            "indicia, by time": lambda frame=frame: ours(frame),
            "indicia, one call": lambda frame=frame: in_one_call(frame),
        }
        notes = [f"largest difference on this complete panel: {apart:.1e}"]
        made.append(Job(title, contestants, {"indicia, by time": "<= 0.20"}, notes))
    made.append(shuffled())
    return made


def report(rounds: int) -> None:
    """Run and print."""
    for job in jobs():
        show(job, rounds)
