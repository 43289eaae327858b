"""Options of the study room that make no sense, or ask for more than a machine has, are refused in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import indicia as ix
from indicia.errors import IndiciaError, LimitError

study = ix.study


def frame() -> dict[str, Any]:
    return {
        "c": ["a", "b", "d", "a", "b", "d"],
        "t": [1, 1, 1, 2, 2, 2],
        "y": [1.0, 2.0, 4.0, 2.0, 3.0, 4.0],
        "g": ["x", "x", "z", "x", "x", "z"],
        "w": [1.0, 2.0, 1.0, 1.0, 2.0, 1.0],
        "u": [0.1, 0.5, 0.9, 0.2, 0.6, 1.0],
    }


def scores() -> dict[str, Any]:
    made = frame()
    return made | {"y": [y / 10 for y in made["y"]]}


BAD: dict[str, Callable[[], Any]] = {
    "alpha": lambda: study.inequality(frame(), "y", alpha=np.nan),
    "alpha text": lambda: study.theil(frame(), "y", "g", alpha="one"),  # type: ignore[arg-type]
    "aversion": lambda: study.inequality(frame(), "y", aversion=-1.0),
    "ddof": lambda: study.sigma(frame(), "y", time="t", ddof=-1),
    "ddof inf": lambda: study.inequality(frame(), "y", ddof=np.inf),  # type: ignore[arg-type]
    "level": lambda: study.dagum(frame(), "y", "g", level=1.0),
    "level 0": lambda: study.dagum(frame(), "y", "g", level=0.0),
    "same keys": lambda: study.theil(frame(), "y", "t", time="t"),
    "group n": lambda: study.theil(frame() | {"n": list("xxzxxz")}, "y", "n"),
    "time mean": lambda: study.inequality(frame() | {"mean": [1] * 6}, "y", time="mean"),
    "time gini": lambda: study.dagum(frame() | {"gini": [1] * 6}, "y", "g", time="gini"),
    "unit value": lambda: study.beta(frame(), "y", unit="t", time="t"),
    "first": lambda: study.beta(frame(), "y", unit="c", time="t", first="2019"),
    "last": lambda: study.beta(frame(), "y", unit="c", time="t", last=7),
    "backwards": lambda: study.beta(frame(), "y", unit="c", time="t", first=2, last=1),
    "formula": lambda: study.coupling(scores(), ["y", "u"], formula="standart"),
    "formula power": lambda: study.coupling(scores(), ["y", "u"], formula={"power": -1.0}),
    "formula key": lambda: study.coupling(scores(), ["y", "u"], formula={"root": 1.0}),
    "formula none": lambda: study.coupling(scores(), ["y", "u"], formula=None),  # type: ignore[arg-type]
    "weights": lambda: study.coupling(scores(), ["y", "u"], weights={"y": 1.0, "u": np.nan}),
    "weights text": lambda: study.coupling(scores(), ["y", "u"], weights={"y": 1.0, "u": "2"}),  # type: ignore[dict-item]
    "weights zero": lambda: study.coupling(scores(), ["y", "u"], weights={"y": 0.0, "u": 0.0}),
    "weights other": lambda: study.coupling(scores(), ["y", "u"], weights={"y": 1.0, "u": 1.0, "v": 1.0}),
    "above one": lambda: study.coupling(frame(), ["y", "u"]),
    "classes": lambda: study.transitions(frame(), "y", unit="c", time="t", classes=1),
    "classes empty": lambda: study.transitions(frame(), "y", unit="c", time="t", classes=[]),
    "classes nan": lambda: study.transitions(frame(), "y", unit="c", time="t", classes=[1.0, np.nan]),
    "classes true": lambda: study.transitions(frame(), "y", unit="c", time="t", classes=True),
    "classes text": lambda: study.transitions(frame(), "y", unit="c", time="t", classes=["low"]),  # type: ignore[list-item]
    "step": lambda: study.transitions(frame(), "y", unit="c", time="t", step=0),
    "step text": lambda: study.transitions(frame(), "y", unit="c", time="t", step="1"),  # type: ignore[arg-type]
    "step huge": lambda: study.transitions(frame(), "y", unit="c", time="t", step=2**70),
    "labels": lambda: study.transitions(frame(), "y", unit="c", time="t", classes=2, labels=["a", "a"]),
    "resamples": lambda: study.dagum(frame(), "y", "g", resamples=-1),
    "resamples huge": lambda: study.dagum(frame(), "y", "g", resamples=10**12),
    "resamples true": lambda: study.dagum(frame(), "y", "g", resamples=True),
    "seed": lambda: study.dagum(frame(), "y", "g", resamples=2, seed=-3),
    "threads": lambda: study.dagum(frame(), "y", "g", resamples=2, threads=0),
    "measure": lambda: study.sigma(frame(), "y", time="t", measure="sd"),  # type: ignore[arg-type]
    "measures": lambda: study.inequality(frame(), "y", measures=["gini", "gini"]),
    "cut_on": lambda: study.transitions(frame(), "y", unit="c", time="t", cut_on="all"),
    "column": lambda: study.inequality(frame(), 3),  # type: ignore[arg-type]
    "no table": lambda: study.inequality([1.0, 2.0], "y"),
}


@pytest.mark.parametrize("name", BAD)
def test_options_that_make_no_sense_are_refused(name: str) -> None:
    with pytest.raises((IndiciaError, ValueError, TypeError)) as caught:
        BAD[name]()
    text = str(caught.value)
    # In our words: what is expected, and what was found.
    assert len(text) > 20 and "panic" not in text.lower() and "argument" not in text and "convert" not in text.lower()
    assert type(caught.value).__module__.startswith(("indicia", "builtins"))
    assert type(caught.value).__name__ != "CoreError"


def test_what_would_fill_the_memory_is_refused_before() -> None:
    n = 3000
    units = {"y": np.arange(1.0, n + 1), "g": np.arange(n), "t": np.zeros(n, int), "c": np.arange(n)}
    with pytest.raises(LimitError, match="3000 groups, more than the 2000 there may be; is it the unit"):
        study.dagum(units, "y", "g")
    assert len(study.theil(units, "y", "g")) == n
    with pytest.raises(LimitError, match="1000000000 classes"):
        study.transitions(units, "y", unit="c", time="t", classes=10**9)
    with pytest.raises(LimitError, match="500 classes, more than the 100"):
        study.transitions(units, "y", unit="c", time="t", classes=500, neighbors={0: {1: 1.0}})
    assert study.transitions(units, "y", unit="c", time="t", classes=1000).counts.sum() == 0
