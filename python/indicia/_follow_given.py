"""What callers say about units: money, who was funded, what was promised; as columns of the matched units."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ._encode import encode
from ._factor import factor, is_missing
from ._follow_match import Matched
from ._keys import native
from ._names import did_you_mean, listed
from ._plan_path import Paths
from .errors import ColumnTypeError, DataError
from .scores import Scores

Doubles = npt.NDArray[np.float64]


class Promised(NamedTuple):
    """The level promised by each matched unit (None: nothing), the grant (NaN: not said), and units without answers."""

    levels: list[str | None]
    grants: Doubles
    gone: dict[Any, tuple[str, float]]


def numbers(after: Scores, match: Matched, given: Any, what: str) -> Doubles:
    """Numbers of the matched units: a column of the later data by name, or a mapping of unit to number."""
    if given is None:
        return np.full(len(match.labels), np.nan)
    if isinstance(given, Mapping):
        _known(given, match, what)
        return np.array([_number(given.get(label), what, label) for label in match.labels], np.float64)
    encoded = encode(what, _column(after, given, what))
    if encoded.kind == "text":
        raise ColumnTypeError(f"{what}=: expected numbers, found texts")
    return np.ascontiguousarray(encoded.values, np.float64)[match.after]


def flags(after: Scores, match: Matched, given: Any) -> Doubles:
    """Who was funded, as 1 and 0; missing is unknown."""
    if given is None or isinstance(given, Mapping | str):
        values = numbers(after, match, given, "treated")
    elif isinstance(given, list | tuple | set | frozenset):
        _known(given, match, "treated")
        chosen = set(given)
        values = np.array([float(label in chosen) for label in match.labels])
    else:
        raise TypeError("treated= is a column name, a mapping of unit to yes or no, or a list of units")
    strange = ~np.isnan(values) & (values != 0) & (values != 1)
    if strange.any():
        place = int(np.flatnonzero(strange)[0])
        raise DataError(f"treated=: expected yes or no, found {values[place]:g} (unit {match.labels[place]!r})")
    return values


def promised(after: Scores, match: Matched, given: Any, granted: Any) -> Promised:
    """Levels and grants promised, from a plan, an allocation, a mapping or a column."""
    grants: Doubles | None = None
    if given is None:
        levels: dict[Any, Any] = {}
    elif isinstance(given, Paths):
        planned = given._states() >= 1
        rows = np.flatnonzero(planned & (given._numbers(0) > 0))
        names = given.before._held.panel.labels(rows)
        levels = dict.fromkeys(names, given.eligibility.level)
    elif hasattr(given, "funded"):
        table = given.funded()
        names = [native(name) for name in _listed(table["unit"])]
        levels = dict(zip(names, _listed(table["to"]), strict=True))
        if granted is None:
            granted = dict(zip(names, (float(money) for money in _listed(table["grant"])), strict=True))
    elif isinstance(given, Mapping):
        levels = dict(given)
    elif isinstance(given, str):
        values = _listed(_column(after, given, "promised"))
        levels = {label: values[row] for label, row in zip(match.labels, match.after.tolist(), strict=True)}
    else:
        raise TypeError("promised= is a column name, a mapping of unit to level, plans or an allocation")
    levels = {name: _level(level) for name, level in levels.items() if not is_missing(level)}
    gone = {}
    if isinstance(granted, Mapping):
        lacking = [name for name in levels if name not in granted]
        if lacking:
            shown = listed([repr(name) for name in lacking], 5)
            raise DataError(f"granted=: no grant for {shown}, who promised a level")
        amounts = {name: _number(granted[name], "granted", name) for name in levels}
        grants = np.array([amounts.get(label, np.nan) for label in match.labels], np.float64)
    else:
        amounts = {}
        grants = numbers(after, match, granted, "granted")
    here = set(match.labels)
    for name, level in levels.items():
        if name not in here:
            if name not in match.only_before:
                raise DataError(f"promised=: there is no unit {name!r}{did_you_mean(name, match.labels[:2_000])}")
            gone[name] = (level, amounts.get(name, np.nan))
    return Promised([levels.get(label) for label in match.labels], grants, gone)


def _level(value: Any) -> str:
    """A level as its name: 2.0 of a column with blanks is "2"."""
    value = native(value)
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _listed(column: Any) -> list[Any]:
    factored = factor(column)
    labels = [native(label) for label in factored.labels]
    return [labels[code] if code >= 0 else None for code in factored.codes.tolist()]


def _column(after: Scores, given: Any, what: str) -> Any:
    source = after._held.source
    if not isinstance(given, str):
        raise TypeError(f"{what}= is the name of a column of the later data, or a mapping of unit to value")
    if given not in source:
        raise DataError(f"{what}=: the later data have no column {given!r}{did_you_mean(given, source.names)}")
    return source.column(given)


def _known(names: Any, match: Matched, what: str) -> None:
    there = {*match.labels, *match.only_before, *match.only_after}
    strange = [name for name in names if name not in there]
    if strange:
        shown = listed([repr(name) for name in strange], 5)
        raise DataError(f"{what}=: there is no unit {shown}{did_you_mean(strange[0], match.labels[:2_000])}")


def _number(value: Any, what: str, label: Any) -> float:
    if is_missing(value):
        return float("nan")
    try:
        return float(value)
    except (TypeError, ValueError):
        raise ColumnTypeError(f"{what}=: expected a number, found {value!r} (unit {label!r})") from None
