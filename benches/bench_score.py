"""A fitted index scores rows, against a copy of the same columns."""

from __future__ import annotations

import numpy as np
from _data import columns, frame
from _timing import Job

import indicia as ix

NODES = ("index", "g0", "g1", "g2", "g3")


def definition() -> ix.Index:
    """20 indicators in 4 groups under one index, all means of min-max scores."""
    indicators = [{"id": f"x{j:02}", "parent": f"g{j // 5}"} for j in range(20)]
    groups = [{"id": "index"}, *({"id": f"g{k}", "parent": "index"} for k in range(4))]
    defaults = {"scale": "minmax", "aggregate": "arithmetic"}
    return ix.Index.from_dict({"id": "bench", "defaults": defaults, "indicator": indicators, "group": groups})


def jobs(rows: int, kind: str) -> list[Job]:
    """Return the comparisons."""
    index = definition()
    found = []
    for missing, target in ((0.0, "<= 1.5"), (0.02, "<= 2.5")):
        data = columns(rows, missing=missing)
        table = frame(data, kind)
        copies = {name: np.empty_like(x) for name, x in data.items()}
        fitted = index.fit(table)

        def copy(data=data, copies=copies) -> None:
            for name, x in data.items():
                np.copyto(copies[name], x)

        def groups(fitted=fitted, table=table):
            scores = fitted.score(table)
            return [scores[node] for node in NODES]

        def everything(fitted=fitted, table=table):
            # Scores, coverage, low and high, and the share of answered questions.
            return fitted.score(table).to_frame("groups")

        title = f"score, fitted 3-level mean, {rows:,} x 20 ({kind}), {missing:.0%} missing"
        ours = {"indicia: index + 4 groups": groups, "indicia: with coverage, low and high": everything}
        targets = dict(zip(ours, (target, "<= 8"), strict=True))
        found.append(Job(title, {"numpy.copyto of the columns, warm": copy} | ours, targets))
    return found
