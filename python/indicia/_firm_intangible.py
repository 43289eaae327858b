"""The digital share of intangible assets, from the items of the notes to accounts."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from . import _core
from ._factor import factor
from ._firm_data import Rows
from ._output import Levels
from ._text_count import count
from ._warnings import UndefinedStatisticWarning
from .errors import DataError

__all__ = ["intangible_items", "intangible_share"]


def intangible_items(items: Any, keywords: Sequence[str], *, item: str = "item", exclude: Sequence[str] = ()) -> Any:
    """Tell which items of a table are digital by their names.

    Parameters
    ----------
    items : dataframe, or dict of columns
        One row per item.
    keywords : list of str
        Terms that make an item digital: software, platform. Counted leftmost-longest, upper
        and lower case and full-width letters alike, see `indicia.text.count`.
    item : str, default "item"
        Column of the names of items.
    exclude : list of str, optional
        Terms that make an item not digital, whatever else its name holds: false hits such
        as the land of a software park.

    Returns
    -------
    same kind as items
        All columns and ``digital``: "digital", "excluded" (a keyword and a term of
        ``exclude``: the false hits), "other", missing where the name is.

    Examples
    --------
    >>> import indicia as ix
    >>> notes = {"item": ["管理软件", "土地使用权(软件园)", "专利权", None]}
    >>> ix.firm.intangible_items(notes, ["软件", "平台"], exclude=["土地使用权"])["digital"][:3].tolist()
    ['digital', 'excluded', 'other']
    """
    rows = Rows(items)
    rows.fresh(["digital"])
    codes = _classes(rows, item, keywords, exclude)
    return rows.with_columns({"digital": Levels(codes, _CLASSES)})


def intangible_share(
    items: Any,
    keywords: Sequence[str],
    *,
    unit: str,
    time: str,
    item: str = "item",
    value: str = "value",
    exclude: Sequence[str] = (),
    total: str | None = None,
) -> Any:
    """Share of digital items in intangible assets, by firm and year.

    Parameters
    ----------
    items : dataframe, or dict of columns
        One row per item of the notes: firm, year, name, amount. Book values are usual; net
        or gross is a choice that is yours to tell.
    keywords, item, exclude
        As in `intangible_items`, which shows what was matched.
    unit, time : str
        Columns or index levels; they need not be unique.
    value : str, default "value"
        Column of amounts.
    total : str, optional
        Column of all intangible assets of the firm and year, the same in all its rows; by
        default the sum of the items.

    Returns
    -------
    table
        One row per firm and year of ``items``, ascending: keys, ``share``, ``digital`` and ``total``
        (amounts), ``items``, ``matched`` and ``excluded`` (numbers of items).

    Raises
    ------
    DataError
        If an amount is negative, or ``total`` differs within a firm and year.

    Warns
    -----
    UndefinedStatisticWarning
        With the number of firm-years whose share is missing: total 0 or missing, a
        name or amount missing.

    Notes
    -----
    A missing note is not 0: a firm and year without rows is not in the result, so that
    joining it to a panel leaves a missing value; where a row has no name or amount the
    share is missing. The measure is usual in studies of listed firms in China; which
    keywords count differs between them. A share above 1 (the items exceed ``total``) is left for you to see.

    Examples
    --------
    >>> import indicia as ix
    >>> notes = {
    ...     "firm": ["a", "a", "a", "b"],
    ...     "year": [2020, 2020, 2020, 2020],
    ...     "item": ["ERP软件", "专利权", "土地使用权(软件园)", "商标权"],
    ...     "value": [20.0, 20.0, 40.0, 0.0],
    ... }
    >>> import warnings
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore")
    ...     found = ix.firm.intangible_share(notes, ["软件"], unit="firm", time="year", exclude=["土地使用权"])
    >>> found["share"].tolist(), found["excluded"].tolist()
    ([0.25, nan], [1, 0])
    """
    rows = Rows(items)
    groups = rows.groups("unit", [unit, time])
    classes, values = _classes(rows, item, keywords, exclude), rows.numbers("value", value)
    if (values < 0).any():
        row = int(np.flatnonzero(values < 0)[0])
        raise DataError(f"value=: column {value!r}: amounts are 0 or more, found {values[row]} ({rows.text(row)})")
    codes, size = groups.codes, groups.size

    def sums(kept: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
        return _core.firm_totals(values, np.where(kept, codes, -1), size)

    def number(kept: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
        return np.bincount(codes[kept & (codes >= 0)], minlength=size).astype(np.int64)

    everything = np.ones(len(codes), dtype=bool)
    digital = sums(classes == 0)
    whole = sums(everything) if total is None else _constant(rows, "total", total, groups, size)
    unknown = number((classes < 0) | (np.isnan(values) & ((classes == 0) | (total is None)))) > 0
    empty = ~(whole > 0)
    bases = np.where(unknown, np.nan, whole)
    with rows.translated():
        (share,), _ = _core.firm_ratio(digital, bases, "end", None, False, None)
    if unknown.any() or empty.any():
        message = (
            f"the digital share is missing in {int((unknown | empty).sum())} of {size} units and periods: "
            f"{int(unknown.sum())} name or amount missing, {int((empty & ~unknown).sum())} total 0 or missing"
        )
        warnings.warn(message, UndefinedStatisticWarning, stacklevel=2)
    made: dict[str, Any] = dict(groups.labels)
    made |= {"share": share, "digital": np.where(unknown, np.nan, digital), "total": whole}
    made |= {"items": number(everything), "matched": number(classes == 0), "excluded": number(classes == 1)}
    return rows.output.plain().frame(made)


_CLASSES = ("digital", "excluded", "other")


def _classes(rows: Rows, item: str, keywords: Sequence[str], exclude: Sequence[str]) -> npt.NDArray[np.int64]:
    """By row 0 digital, 1 excluded, 2 other, -1 where the name is missing. Each name is looked at once."""
    rows.check("item", item)
    for argument, terms in (("keywords", keywords), ("exclude", exclude)):
        if isinstance(terms, str) or not all(isinstance(term, str) for term in terms):
            raise TypeError(f"{argument}= is a list of terms, found {terms!r}")
    if not keywords:
        raise ValueError("keywords= names no term")
    codes, labels = factor(rows.source.key(item))
    names = [str(label) for label in labels]
    blank = np.array([not name.strip() for name in names] + [True])
    matched, dropped = _hits(names, keywords), _hits(names, exclude)
    places = np.where(blank, -1, np.where(matched, np.where(dropped, 1, 0), 2))
    made: npt.NDArray[np.int64] = places[codes].astype(np.int64)
    return made


def _hits(names: list[str], terms: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Whether a name holds one of the terms; the last place is for missing names."""
    found = np.zeros(len(names) + 1, dtype=bool)
    written = [place for place, name in enumerate(names) if name.strip()]
    if written and terms:
        table = {"name": np.array([names[place] for place in written], dtype=object)}
        counted = count(table, "name", dictionary={"term": list(terms)}, boundary="none")
        found[written] = np.asarray(counted["term"], dtype=np.float64) > 0
    return found


def _constant(rows: Rows, argument: str, name: str, groups: Any, size: int) -> npt.NDArray[np.float64]:
    """The value of each group, the same in all its rows."""
    values = rows.numbers(argument, name)
    made = np.full(size, np.nan)
    known = (groups.codes >= 0) & ~np.isnan(values)
    made[groups.codes[known]] = values[known]
    differs = np.flatnonzero(known & (made[np.maximum(groups.codes, 0)] != values))
    if len(differs):
        raise DataError(f"{argument}=: column {name!r} differs within a unit and period ({rows.text(int(differs[0]))})")
    return made
