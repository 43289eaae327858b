"""Coupling coordination of systems."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from numbers import Real
from typing import Any, Literal

import numpy as np

from . import _core
from ._names import did_you_mean
from ._output import Levels
from ._study_data import Frame, distinct, finite
from .errors import DataError

__all__ = ["coupling"]

# The ten grades of coordination in use, each a tenth; closed below, the last one above too. From papers, not official.
_TEN = tuple(
    f"{word} {state}"
    for state, words in (
        ("disorder", ("extreme", "severe", "moderate", "mild", "near")),
        ("coordination", ("bare", "primary", "intermediate", "good", "quality")),
    )
    for word in words
)
_TEN_ZH = tuple(
    f"{word}{state}"
    for state, words in (("失调", "极度 严重 中度 轻度 濒临"), ("协调", "勉强 初级 中级 良好 优质"))
    for word in words.split()
)
_WORDS = {"en": _TEN, "zh": _TEN_ZH}
# The four stages of coupling in use, cut at 0.3, 0.5 and 0.8. From papers, not official.
_STAGES = {
    "en": ("low-level coupling", "antagonism", "running-in", "high-level coupling"),
    "zh": ("低水平耦合", "拮抗", "磨合", "高水平耦合"),
}
_CUTS = ([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9], [0.3, 0.5, 0.8])
_FORMULAS = ("standard", "wang_2021", "dropped_factor")
_LATEX = {
    "standard": r"C = \frac{%(k)d \left(\prod_{i=1}^{%(k)d} U_i\right)^{1/%(k)d}}{\sum_{i=1}^{%(k)d} U_i}",
    "wang_2021": (
        r"C = \sqrt{\left[1 - \frac{\sum_{i<j} \left|U_i - U_j\right|}{%(pairs)d}\right] "
        r"\left(\prod_{i=1}^{%(k)d} \frac{U_i}{\max U}\right)^{1/%(less)d}}"
    ),
    "dropped_factor": r"C = \frac{\left(\prod_{i=1}^{%(k)d} U_i\right)^{1/%(k)d}}{\sum_{i=1}^{%(k)d} U_i}",
    "power": (
        r"C = \left[\frac{\prod_{i=1}^{%(k)d} U_i}"
        r"{\left(\sum_{i=1}^{%(k)d} U_i / %(k)d\right)^{%(k)d}}\right]^{%(power)g}"
    ),
}


def coupling(
    data: Any,
    systems: Sequence[str],
    *,
    weights: Mapping[str, float] | None = None,
    formula: str | Mapping[str, float] = "standard",
    language: Literal["en", "zh"] = "en",
    closed: Literal["left", "right"] = "left",
    unit: str | None = None,
    time: str | None = None,
) -> Any:
    """Compute the coupling coordination degree of two or more systems, row by row.

    With k systems U in [0, 1]: C = k (prod U)^(1/k) / sum U, T = sum(a U), D = sqrt(C T).

    Parameters
    ----------
    data : table
        One row per unit, or per unit and period.
    systems : list of str
        Columns of the systems' scores, each in [0, 1].
    weights : mapping of str to float, optional
        Weights a of the systems in T, rescaled to sum 1; by default equal.
    formula : {"standard", "wang_2021", "dropped_factor"} or {"power": p}, default "standard"
        ``wang_2021``: C = sqrt((1 - mean over pairs |U_i - U_j|) (prod(U_i / max U))^(1/(k-1))). ``{"power": p}``:
        the ratio prod(U) / (sum(U) / k)^k to the power of p; 1/k is the standard. ``dropped_factor``: without the
        factor k, which cannot exceed 1/k: an error in circulation, here to reproduce it only.
    language : {"en", "zh"}, default "en"
        Of the grades and stages.
    closed : {"left", "right"}, default "left"
        Which class owns a cut-off: [a, b), or (a, b]; papers have either. The ends 0 and 1 always belong.
    unit, time : str, optional
        Keys of the rows; they must be unique.

    Returns
    -------
    table of the kind of data
        Keys, ``coupling`` (C), ``development`` (T), ``coordination`` (D), all in [0, 1], more is better;
        ``grade`` of D in tenths, from extreme disorder (极度失调) to quality coordination (优质协调); ``stage`` of C,
        cut at 0.3, 0.5 and 0.8: low-level coupling (低水平耦合), antagonism (拮抗), running-in (磨合), high-level
        coupling (高水平耦合); ``formula``, its name, and ``latex``, what was computed. The index is kept.

    Raises
    ------
    DataError
        If a value lies outside [0, 1], with column and row; weights are negative or all zero; keys are not unique.
    ColumnTypeError
        If a system is no column of numbers.

    Notes
    -----
    A row with a missing system has no degrees and no grade; nothing is filled in. A system at zero couples with
    nothing: C = 0; with all at zero C and D are undefined and missing, and T is 0. C says only how alike the systems
    are: two that are equally low have C = 1, which is why D is what is graded. A degree within 1e-9 of a cut-off is on
    it. With ``dropped_factor`` C ends at 1/k, and its stages mean little. Grades and stages are customs of papers, not
    of a standard. Four kinds of misuse of the formula are common in print: name the one that was taken.

    References
    ----------
    Wang, Kong, Ren, Zhi and Dai (2021), Research on misuses and modification of coupling coordination degree model in
    China, doi:10.31497/zrzyxb.20210319.

    Examples
    --------
    >>> import indicia as ix
    >>> cities = {"city": ["A", "B"], "digital": [0.3, 0.8], "green": [0.6, 0.7]}
    >>> ix.study.coupling(cities, ["digital", "green"], unit="city")["coordination"].round(4).tolist()
    [0.6514, 0.8651]
    """
    names = list(systems) if not isinstance(systems, str) else [systems]
    if len(names) < 2 or len(set(names)) < len(names):
        raise DataError(f"coupling is of two or more systems, each named once; found {', '.join(map(repr, names))}")
    if language not in _WORDS:
        raise ValueError(f"language= is 'en' or 'zh', found {language!r}")
    if closed not in ("left", "right"):
        raise ValueError(f"closed= is 'left' or 'right', found {closed!r}")
    named, power = _formula(formula)
    made = ["coupling", "development", "coordination", "grade", "stage", "formula", "latex"]
    distinct({"unit": unit, "time": time}, made)
    frame = Frame(data, unit, time)
    columns = []
    for name in names:
        values = frame.numbers(name, least=0.0)
        for row in np.flatnonzero(values > 1)[:1].tolist():
            where = f"column {name!r}, {frame.panel.text(row)}"
            raise DataError(
                f"{where}: {values[row]:g}; systems are scores in [0, 1]: scale them first, as ix.normalize.minmax"
            )
        columns.append(values)
    if weights is not None and not isinstance(weights, Mapping):
        raise TypeError(f"weights= is a mapping of systems to numbers, found {type(weights).__name__}")
    given = [1.0] * len(names) if weights is None else [weights.get(name, np.nan) for name in names]
    numbers = all(isinstance(weight, Real) for weight in given)
    if set(weights or {}) - set(names) or not (numbers and np.isfinite(given).all() and min(given) >= 0 < sum(given)):
        raise DataError(f"weights= gives each of {', '.join(map(repr, names))} a number of at least 0, not all 0")
    form = json.dumps(named if power is None else {"power": power})
    with frame.translated():
        degrees, grades = _core.study_coupling(columns, [float(w) for w in given], form, list(_CUTS), closed == "left")
    label = named if power is None else f"power {power:g}"
    k = len(names)
    shown = _LATEX[named] % {"k": k, "pairs": k * (k - 1) // 2, "less": k - 1, "power": power or 0.0}
    latex = shown + r",\quad T = \sum_i a_i U_i,\quad D = \sqrt{C\,T}"
    same = np.zeros(len(frame), np.int16)
    found: dict[str, Any] = dict(zip(made, degrees, strict=False))
    words = (_WORDS[language], _STAGES[language])
    found |= {name: Levels(codes, own) for name, codes, own in zip(made[3:5], grades, words, strict=True)}
    return frame.rows(found | {"formula": Levels(same, (label,)), "latex": Levels(same, (latex,))})


def _formula(formula: Any) -> tuple[str, float | None]:
    """The name of a formula, and its power where it has one."""
    if isinstance(formula, Mapping):
        if list(formula) != ["power"]:
            raise DataError(f"formula= as a mapping is {{'power': p}}, found {dict(formula)!r}")
        return "power", finite("formula", formula["power"], above=0.0)
    if formula not in _FORMULAS:
        shown = ", ".join(map(repr, _FORMULAS))
        hint = did_you_mean(formula, _FORMULAS) if isinstance(formula, str) else ""
        raise DataError(f"formula= is {shown} or {{'power': p}}, found {formula!r}{hint}")
    return formula, None
