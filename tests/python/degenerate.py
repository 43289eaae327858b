"""What every method does in degenerate cases, found by running it; prints docs/degenerate.md.

`python tests/python/degenerate.py > docs/degenerate.md`; a test holds the page to what this finds.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np

import indicia as ix

N = np.nan
# Four units and three columns on [1, 5], every column different; then one thing goes wrong.
PLAIN = {"a": [1.0, 2.0, 4.0, 5.0], "b": [2.0, 5.0, 1.0, 3.0], "c": [5.0, 1.0, 2.0, 4.0]}
CASES: dict[str, dict[str, list[float]]] = {
    "one missing": PLAIN | {"b": [2.0, N, 1.0, 3.0]},
    "one zero": PLAIN | {"b": [2.0, 5.0, 0.0, 3.0]},
    "one negative": PLAIN | {"b": [2.0, 5.0, -1.0, 3.0]},
    "constant column": PLAIN | {"b": [3.0, 3.0, 3.0, 3.0]},
    "two equal columns": PLAIN | {"b": PLAIN["a"]},
    "fewer rows than columns": {name: values[:2] for name, values in PLAIN.items()},
    "one row": {name: values[:1] for name, values in PLAIN.items()},
}
NAMES = ["a", "b", "c"]

JUDGED: dict[str, Any] = {
    "ahp": {"judgements": {"a": {"b": 2.0, "c": 4.0}, "b": {"c": 2.0}}},
    "best_worst": {"best_to_others": {"a": 1.0, "b": 2.0, "c": 4.0}, "others_to_worst": {"a": 4.0, "b": 2.0, "c": 1.0}},
    "fixed": {"a": 1.0, "b": 2.0, "c": 3.0},
    "hybrid": {"of": ["std", "critic"]},
}
OPTIONS: dict[str, Any] = {
    "power": {"p": 2.0},
    "goalposts": {"low": 1.0, "high": 5.0},
    "scaled": {"low": 1.0, "high": 5.0},
    "distance_to_target": {"target": 6.0},
    "distance_to_reference": {"unit": "u1"},
    "linear": {"low": "min", "high": "max"},
    "winsorize_count": {"high": 1},
}


def names_of(kind: str) -> list[str]:
    """All registered methods of a kind."""
    return list(json.loads(ix.Index.schema())["$defs"][kind]["anyOf"][0]["enum"])


ROOMS = {
    "weights": [name for name in names_of("weights") if name not in ("ahp", "best_worst", "equal", "fixed")],
    "aggregate": [name for name in names_of("aggregate") if name != "none"],
    "normalize": [name for name in names_of("scale") if name not in ("bands", "options", "flag")],
    "treat": [name for name in names_of("treat") if name != "none"],
    "impute": [name for name in names_of("impute") if name != "none"],
}


def outcome(room: str, name: str, data: Mapping[str, list[float]]) -> str:
    """What comes out, in a few words."""
    given = {**JUDGED, **OPTIONS}.get(name, {})
    method = {name: given} if given else name
    steps: dict[str, Any] = {"normalize": "none"}
    if room == "normalize":
        steps = {"normalize": method, "aggregate": "none"}
    elif room == "aggregate":
        steps["aggregate"] = method
    elif room in ("treat", "impute"):
        steps |= {room: method, "aggregate": "none"}
    else:
        # Weights are fitted on scores, as they usually are.
        steps = {"normalize": {"minmax": {"to": [1, 100]}}, "weights": method}
    table = {"unit": [f"u{k + 1}" for k in range(len(data["a"]))], **data}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            scores = ix.Index.flat(NAMES, **steps).fit_score(table, unit="unit")
            if room == "weights":
                found = [np.asarray(scores.fitted.weights["weight"], dtype=float)]
            elif room == "aggregate":
                found = [np.asarray(scores["index"], dtype=float)]
            else:
                found = [np.asarray(scores[column], dtype=float) for column in NAMES]
        except ix.errors.IndiciaError as error:
            return f"`{type(error).__name__}`"
    values = np.concatenate(found)
    told = "".join(f", `{kind}`" for kind in dict.fromkeys(w.category.__name__ for w in caught))
    missing = int(np.isnan(values).sum())
    assert np.isfinite(values[~np.isnan(values)]).all(), (room, name, values)
    if room == "weights":
        assert abs(values.sum() - 1) < 1e-12 and (values >= 0).all(), (name, values)
        zero = ", ".join(column for column, weight in zip(NAMES, values, strict=True) if weight == 0)
        return (f"weight 0 for {zero}" if zero else "weights") + told
    return (f"{missing} missing" if missing else "scores") + told


def table() -> str:
    """The page."""
    lines = [
        "# Degenerate cases",
        "",
        "What every method does when something is off, found by running it (`python tests/python/degenerate.py`); a",
        "test holds this page to the truth. Four units and three columns on [1, 5], of which b changes. Weights are",
        "fitted on scores on [1, 100]; the other steps see the columns as they are. *scores* and *weights* mean that",
        "all are there and finite; a name in `code` is a typed error or warning.",
    ]
    for room, names in ROOMS.items():
        lines += ["", f"## {room}", "", "| method | " + " | ".join(CASES) + " |", "|---" * (len(CASES) + 1) + "|"]
        for name in names:
            cells = [outcome(room, name, data) for data in CASES.values()]
            lines.append(f"| `{name}` | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(table(), end="")
