"""Links between firms as codes into names, and how many of their names are known."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ._compare_match import labels_of
from ._encode import encode
from ._factor import factor
from ._keys import native
from ._names import did_you_mean, listed
from .errors import ColumnTypeError, DataError
from .frames import source_of
from .scores import Scores

Codes = npt.NDArray[np.int64]


class Network(NamedTuple):
    """Names in their order, the code of each scored row, and the rows of links."""

    names: list[Any]
    units: Codes
    supplier: Codes
    buyer: Codes
    share: npt.NDArray[np.float64] | None
    min_share: float

    @property
    def rows(self) -> dict[int, int]:
        """The scored row of a code."""
        return {code: row for row, code in enumerate(self.units.tolist())}

    def buyers(self) -> list[int]:
        """Codes of all buyers, in the order of their names."""
        return sorted(set(self.buyer[self.buyer >= 0].tolist()))

    def known(self) -> dict[str, int]:
        """How many distinct suppliers and buyers there are, and how many of them are scored."""
        scored = set(self.units.tolist())
        found = {}
        for what, codes in (("suppliers", self.supplier), ("buyers", self.buyer)):
            distinct = set(codes[codes >= 0].tolist())
            found[what] = len(distinct & scored)
            found[f"{what} not scored"] = len(distinct - scored)
        scored_rows = np.isin(self.supplier, self.units)
        found["rows of suppliers not scored"] = int(((self.supplier >= 0) & ~scored_rows).sum())
        return found


def network(
    scores: Scores,
    links: Any,
    supplier: str,
    buyer: str,
    share: str | None,
    min_share: float,
    problems: list[str],
) -> Network | None:
    """Links as codes; what is wrong with them is added to the problems.

    Names are put in order, so that the result does not depend on the order of rows.
    """
    own = labels_of(scores)
    if scores._held.panel.time is not None:
        problems.append("the scores have periods; score one period")
    if len(set(own)) != len(own):
        problems.append("labels of units are not unique; score with unit=")
    if links is None:
        return _coded(own, [], [], None, 0.0)
    source = source_of(links)
    asked = [("supplier", supplier), ("buyer", buyer), *([("share", share)] if share is not None else [])]
    for what, name in asked:
        if name not in source:
            problems.append(
                f"links: there is no column {name!r} ({what}=){did_you_mean(name, source.names)}; "
                f"there are: {listed(source.names)}"
            )
    if isinstance(min_share, bool) or not 0 <= min_share < np.inf:
        problems.append(f"min_share= is a number of at least 0, found {min_share!r}")
    elif min_share > 0 and share is None:
        problems.append("min_share= needs share=, the column with the share of the supplier's sales")
    if problems:
        return None
    shares = None
    if share is not None:
        encoded = encode(share, source.column(share))
        if encoded.kind == "text":
            raise ColumnTypeError(f"links: column {share!r}: expected numbers, found texts")
        shares = np.ascontiguousarray(encoded.values, dtype=np.float64)
    sellers, takers = (_names(source.column(name)) for name in (supplier, buyer))
    made = _coded(own, sellers, takers, shares, float(min_share))
    if len(made.supplier) and not np.isin(made.supplier, made.units).any():
        shown = listed([repr(name) for name in dict.fromkeys(sellers)][:3])
        problems.append(
            f"links: no supplier is among the scored units (suppliers such as {shown}, units such as "
            f"{listed([repr(name) for name in own[:3]])}); use the same names in both"
        )
    return made


def _coded(own: list[Any], supplier: list[Any], buyer: list[Any], share: Any, min_share: float) -> Network:
    distinct = dict.fromkeys([*own, *(name for name in [*supplier, *buyer] if name is not None)])
    names = sorted(distinct, key=lambda name: (str(name), type(name).__name__))
    codes = {name: code for code, name in enumerate(names)}
    units, sold, bought = (
        np.array([codes.get(name, -1) for name in side], np.int64) for side in (own, supplier, buyer)
    )
    return Network(names, units, sold, bought, share, min_share)


def _names(column: Any) -> list[Any]:
    factored = factor(column)
    labels = [native(label) for label in factored.labels]
    return [labels[code] if code >= 0 else None for code in factored.codes.tolist()]


def numbers_of(scores: Scores, given: Any, what: str, missing: bool) -> npt.NDArray[np.float64]:
    """Numbers per scored row: a column of the data by name, or an array."""
    source = scores._held.source
    if isinstance(given, str):
        if given not in source:
            raise DataError(f"{what}=: the data have no column {given!r}{did_you_mean(given, source.names)}")
        given = source.column(given)
    encoded = encode(what, given)
    if encoded.kind == "text":
        raise ColumnTypeError(f"{what}=: expected numbers, found texts")
    values = np.ascontiguousarray(encoded.values, dtype=np.float64)
    if len(values) != len(scores):
        raise DataError(f"{what}=: {len(values)} values for {len(scores)} rows")
    bad = np.isinf(values) | (values < 0) | (np.isnan(values) & (not missing))
    if bad.any():
        row = int(np.flatnonzero(bad)[0])
        where = scores._held.panel.text(row)
        raise DataError(
            f"{what}=: expected finite numbers of at least 0, found {values[row]:g} ({where}; {int(bad.sum())} rows)"
        )
    return values
