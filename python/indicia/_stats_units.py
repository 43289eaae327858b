"""Inspecting rows: availability and screening."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from . import _core
from ._panel import Panel
from ._stats_data import Inspected, filtered, one_of
from ._stats_tree import Tree
from .errors import DataError

__all__ = ["Screened", "availability", "screen"]

_REASONS = (
    "",
    "low availability",
    "low non-zero share",
    "low availability and non-zero share",
    "included by name",
    "excluded by name",
)
_KEPT = (0, 4)


class Screened(NamedTuple):
    """What `screen` returns.

    Attributes
    ----------
    kept : table
        The rows that stay, all their columns, in the caller's kind.
    dropped : table
        The rows that go: keys, shares and the reason.
    units : table
        All rows: keys, counts, shares, ``kept`` and ``reason``.
    """

    kept: Any
    dropped: Any
    units: Any


def availability(
    data: Any,
    index: Any = None,
    *,
    columns: Sequence[str] | None = None,
    unit: str | None = None,
    time: str | None = None,
) -> Any:
    """Tell how much of each row is observed.

    Over p columns: availability = 1 - missing / p, non-zero share =
    1 - zeros / (p - missing).

    Parameters
    ----------
    data : dataframe, mapping or ndarray
        One row per unit.
    index : Index or FittedIndex, optional
        Adds a column for each group: the availability over the indicators
        below it. The columns are then those of the indicators.
    columns : sequence of str, optional
        By default all numeric columns but the keys.
    unit, time : str, optional
        Keys, put first.

    Returns
    -------
    table
        ``missing`` and ``zeros`` (counts), ``availability`` and ``nonzero``
        (shares in [0, 1]), then one column per group; of the kind of ``data``,
        one row per row.

    Raises
    ------
    MissingColumnError
        If a named column, or an indicator of the index, is not in the data.

    Notes
    -----
    The non-zero share of a row without any value is missing.

    References
    ----------
    OECD/JRC (2008), Handbook on Constructing Composite Indicators,
    doi:10.1787/9789264043466-en.

    Examples
    --------
    >>> import indicia as ix
    >>> found = ix.stats.availability({"a": [1.0, None], "b": [0.0, 2.0]})
    >>> [float(share) for share in found["availability"]]
    [1.0, 0.5]
    """
    groups: dict[str, list[str]] = {}
    tree = None if index is None else Tree(index)
    found = Inspected(data, columns, unit, time) if tree is None else _indicators(data, tree, columns, unit, time)
    if tree is not None:
        names = {node: tree.column(node, found.source) or node for node in tree.indicators}
        groups = {group: [names[leaf] for leaf in tree.leaves(group)] for group in tree.children}
    missing, zeros, available, nonzero, _ = _shares(found, found.names)
    made: dict[str, Any] = _counted(missing, zeros) | {"availability": available, "nonzero": nonzero}
    twice = [group for group in groups if group in made or group in found.panel.columns]
    if twice:
        raise DataError(f"the group {twice[0]!r} has the name of another column of the result; rename it")
    for group, own in groups.items():
        made[group] = _shares(found, own)[2]
    return found.rows(made)


def screen(
    data: Any,
    *,
    min_availability: float = 2 / 3,
    min_nonzero: float = 0.05,
    by: Literal["availability", "nonzero", "either"] = "availability",
    include: Iterable[Hashable] = (),
    exclude: Iterable[Hashable] = (),
    columns: Sequence[str] | None = None,
    unit: str | None = None,
    time: str | None = None,
) -> Screened:
    """Keep the rows of which enough is observed.

    Parameters
    ----------
    data : dataframe, mapping or ndarray
        One row per unit.
    min_availability : float, default 2/3
        Least share of values that are observed.
    min_nonzero : float, default 0.05
        Least share of observed values that are not zero.
    by : {"availability", "nonzero", "either"}, default "availability"
        What drops a row: too few values, too many zeros, or either.
    include, exclude : iterable of labels
        Rows that stay or go whatever their shares: values of ``unit`` (or
        tuples with ``time``), else labels of a pandas index, else row numbers.
    columns : sequence of str, optional
        Columns that count; by default all numeric ones but the keys.
    unit, time : str, optional
        Keys.

    Returns
    -------
    Screened
        ``kept`` (the caller's rows that stay), ``dropped`` and ``units``
        (shares and reasons).

    Raises
    ------
    UnknownNameError
        If a label is not in the data.
    DataError
        If a label is both included and excluded, or a threshold lies outside
        [0, 1].

    Notes
    -----
    A share equal to its threshold is enough. A row without any value has no
    non-zero share, and is dropped by its availability only.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = {"firm": [1, 2, 3], "x": [1.0, None, 2.0], "y": [2.0, None, None]}
    >>> result = ix.stats.screen(firms, min_availability=0.5, unit="firm")
    >>> [int(firm) for firm in result.kept["firm"]], list(result.dropped["reason"])
    ([1, 3], ['low availability'])
    """
    one_of("by", by, ("availability", "nonzero", "either"))
    for name, value in (("min_availability", min_availability), ("min_nonzero", min_nonzero)):
        if not 0 <= value <= 1:
            raise DataError(f"{name}= is a share in [0, 1], found {value!r}")
    found = Inspected(data, columns, unit, time)
    inside, outside = _rows_of(found.panel, include), _rows_of(found.panel, exclude)
    both = sorted(set(inside) & set(outside))
    if both:
        raise DataError(f"{found.panel.text(both[0])} is in include= and in exclude=; take it out of one")
    missing, zeros, available, nonzero, verdicts = _shares(
        found, found.names, min_availability, min_nonzero, by, inside, outside
    )
    keep = np.isin(verdicts, _KEPT)
    reasons = [_REASONS[verdict] for verdict in verdicts.tolist()]
    units = found.rows(
        _counted(missing, zeros) | {"availability": available, "nonzero": nonzero, "kept": keep, "reason": reasons}
    )
    dropped = Inspected(units, []).source
    return Screened(filtered(found.source, keep), filtered(dropped, ~keep), units)


def _indicators(data: Any, tree: Tree, columns: Sequence[str] | None, unit: str | None, time: str | None) -> Inspected:
    """The columns of the indicators; all must be there."""
    if isinstance(data, np.ndarray) and data.dtype.names is None:
        return Inspected(data, columns, unit, time)
    found = Inspected(data, [], unit, time)
    found.take([tree.column(node, found.source) or node for node in tree.indicators])
    found.names = list(found.parts)
    return found


def _shares(
    found: Inspected,
    names: Sequence[str],
    min_availability: float = 0.0,
    min_nonzero: float = 0.0,
    by: str = "availability",
    include: Sequence[int] = (),
    exclude: Sequence[int] = (),
) -> tuple[npt.NDArray[Any], ...]:
    with found.translated():
        return _core.stats_screen(found.table(names), min_availability, min_nonzero, by, list(include), list(exclude))


def _counted(missing: npt.NDArray[Any], zeros: npt.NDArray[Any]) -> dict[str, Any]:
    return {"missing": missing.astype(np.int64), "zeros": zeros.astype(np.int64)}


def _rows_of(panel: Panel, labels: Iterable[Hashable]) -> list[int]:
    """The rows of labels, all periods of a unit; unknown labels are an error."""
    if isinstance(labels, str):
        raise TypeError(f"include= and exclude= are lists of labels, found the text {labels!r}")
    found: list[int] = []
    for label in labels:
        rows = panel._rows(label)
        found += rows.tolist() if len(rows) else [panel.find(label)]
    return found
