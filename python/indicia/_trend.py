"""Scores of several periods, each by its own definition, in one long table."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np

from ._factor import Factor, factor
from ._output import Levels
from ._warnings import ComparabilityWarning
from .errors import DataError
from .scores import Scores

__all__ = ["trend"]


def trend(scores: Mapping[Any, Scores]) -> Any:
    """Put scores of several periods one below the other.

    Parameters
    ----------
    scores : mapping of period to Scores
        Each scored with the edition of its period.

    Returns
    -------
    DataFrame, Table or dict of ndarray
        Of the kind of the first scores: ``period``, the unit, ``edition``,
        ``score`` of the index, ``level`` (text; missing where not known).
        Units are the values of the unit key, or the labels of the rows.

    Warns
    -----
    ComparabilityWarning
        If editions are not comparable, or scales were fitted on each period by
        itself.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = ix.datasets.make_ict_survey(50)
    >>> dii = ix.framework("eurostat-dii", edition=2023)
    >>> ix.trend({2023: dii.score(firms, unit="firm")}).columns.tolist()
    ['period', 'unit', 'edition', 'score', 'level']
    """
    if not scores:
        raise DataError("there are no scores to put together")
    wrong = next((part for part in scores.values() if not isinstance(part, Scores)), None)
    if wrong is not None:
        raise TypeError(f"expected a dict of period to Scores, found {type(wrong).__name__}")
    _warn(scores)
    columns: dict[str, list[Any]] = {"period": [], "unit": [], "edition": [], "score": [], "level": []}
    for period, part in scores.items():
        rows = len(part)
        columns["period"].append([period] * rows)
        columns["unit"].append(_units(part))
        columns["edition"].append([part.fitted._index.edition] * rows)
        root = part._passes.root
        columns["score"].append((np.full(rows, np.nan) if root is None else part._passes.values[root]).tolist())
        columns["level"].append(_words(part._levels_of().known) if part._passes.levels else [None] * rows)
    joined = {name: [value for part in parts for value in part] for name, parts in columns.items()}
    if all(level is None for level in joined["level"]):
        del joined["level"]
    return next(iter(scores.values()))._held.output.plain().frame(joined)


def _units(part: Scores) -> list[Any]:
    panel = part._held.panel
    if panel.unit is not None:
        return _words(factor(panel.keys[0]))
    index = panel.source.index
    return list(range(len(part))) if index is None else list(index)


def _words(coded: Factor | Levels) -> list[Any]:
    """Codes as their labels."""
    labels = [*coded[1], None]
    return [labels[code] for code in coded.codes.tolist()]


def _warn(scores: Mapping[Any, Scores]) -> None:
    parts = {period: part.fitted._index for period, part in scores.items()}
    words = {(index.id, index._summary["comparable"] or index.hash) for index in parts.values()}
    if len(words) > 1:
        said = ", ".join(
            f"{period}: {index.id}{f' {index.edition}' if index.edition else ''} "
            f"({index._summary['comparable'] or 'comparability not said'})"
            for period, index in parts.items()
        )
        warnings.warn(f"these editions are not comparable over time ({said})", ComparabilityWarning, stacklevel=3)
    fitted = {part.fitted._core.to_json(True) for part in scores.values() if part.fitted._index.stages()}
    if len(fitted) > 1:
        message = "scales or weights were fitted on each period by itself; the scores are not comparable over time"
        warnings.warn(message, ComparabilityWarning, stacklevel=3)
