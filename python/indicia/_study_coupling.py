"""Coupling coordination of systems."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np

from . import _core
from ._output import Levels
from ._study_data import Frame
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


def coupling(
    data: Any,
    systems: Sequence[str],
    *,
    weights: Mapping[str, float] | None = None,
    formula: str | Mapping[str, float] = "standard",
    language: Literal["en", "zh"] = "en",
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
        Of the grades.
    unit, time : str, optional
        Keys of the rows; they must be unique.

    Returns
    -------
    table of the kind of data
        Keys, ``coupling`` (C), ``development`` (T), ``coordination`` (D), all in [0, 1], more is better, and
        ``grade``: ten grades of D of a tenth each, closed below. The index is kept.

    Raises
    ------
    DataError
        If a value lies outside [0, 1], with column and row; weights are negative or all zero.

    Notes
    -----
    A row with a missing system has no degrees. A system at zero couples with nothing: C = 0; with all at zero C and
    D are undefined and missing. About half of the published uses have a wrong formula: name it in the paper.

    References
    ----------
    Wang, Kong, Ren, Zhi and Dai (2021), doi:10.31497/zrzyxb.20210319.

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
    frame = Frame(data, unit, time)
    columns = []
    for name in names:
        values = frame.numbers(name, least=0.0)
        above = np.flatnonzero(values > 1)
        if len(above):
            row = int(above[0])
            where = f"column {name!r}, {frame.panel.text(row)}"
            raise DataError(
                f"{where}: {values[row]:g}; systems are scores in [0, 1]: scale them first, as ix.normalize.minmax"
            )
        columns.append(values)
    given = [1.0] * len(names) if weights is None else [float(weights.get(name, np.nan)) for name in names]
    if not (np.isfinite(given).all() and min(given) >= 0 and sum(given) > 0) or set(weights or {}) - set(names):
        raise DataError(f"weights= gives each of {', '.join(map(repr, names))} a number of at least 0, not all 0")
    shares = [weight / sum(given) for weight in given]
    form = json.dumps(formula if isinstance(formula, str) else dict(formula))
    coupled, development, coordination = _core.study_coupling(columns, shares, form)
    grades = np.where(np.isnan(coordination), -1, np.minimum(np.floor(np.nan_to_num(coordination) * 10 + 1e-9), 9))
    return frame.rows(
        {
            "coupling": coupled,
            "development": development,
            "coordination": coordination,
            "grade": Levels(grades.astype(np.int16), _WORDS[language]),
        }
    )
