"""A panel walked period by period, with rows in the order of a matrix of neighbors."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from numbers import Real
from typing import Any, Literal

import numpy as np

from ._keys import native
from ._study_data import Frame, distinct
from ._study_neighbors import Neighbors, kinds, shown
from .errors import DataError

__all__ = ["by_period"]


def by_period(
    data: Any,
    columns: str | Sequence[str],
    call: Callable[..., Any],
    *,
    unit: str | None = None,
    time: str | None = None,
    neighbors: Any = None,
    missing: Literal["error", "drop"] = "error",
    by_unit: bool = False,
) -> Any:
    """Call a function of your own for every period, with rows in the order of a matrix of neighbors.

    What packages compute about space (Moran's I, local indicators, Geary's C) takes a column of values and a matrix,
    and trusts that both are in the same order; a column in another order gives a wrong number without a word. Here rows
    are put into the order of the matrix by name, and what one of them lacks is told or dropped, in the column and in
    the matrix.

    Parameters
    ----------
    data : table
        Long: one row per unit and period.
    columns : str or list of str
        Columns of numbers, given to the function in this order.
    call : callable
        ``call(values, ...)``, or ``call(values, ..., neighbors)`` where there are any; values are arrays of doubles.
        What it returns is a number, or a mapping (or named tuple) of names to numbers, texts, or arrays of one length.
    unit : str, optional
        Key of the rows; needed with ``neighbors`` and ``by_unit``.
    time : str, optional
        Column of periods; without it all rows are one period.
    neighbors : optional
        A ``W`` or ``Graph`` of libpysal; a mapping of units to mappings of neighbors to weights; or a table of edges
        with columns ``focal``, ``neighbor`` and ``weight``. The function gets it cut to the units of the period and in
        their order: a ``W``, a ``Graph``, or a mapping. A matrix that was transformed (row-standardized, say) is cut
        from its original weights and transformed again.
    missing : {"error", "drop"}, default "error"
        Of units without a value in one of the columns, ids of the matrix without a row, and units that the matrix does
        not know: an error that names them, or they are dropped from rows and matrix, and counted.
    by_unit : bool, default False
        Arrays that are returned have one value a unit, in the order that the function was given: the result names the
        units.

    Returns
    -------
    table of the kind of data
        ``time`` and (by unit) ``unit`` where given, ``n`` (units given to the function), ``left_out`` (rows without a
        value, ids of the matrix without a row), with neighbors also ``unknown`` (units with a value that the matrix
        does not know) and ``islands`` (units without a neighbor left), and what the function returned: one row a
        period, or as many as its arrays are long. A number is in the column ``value``.

    Raises
    ------
    DataError
        If keys are not unique, something is missing (see ``missing``), nothing is left in a period, or the function
        returns different names in two periods. Errors of the function itself pass, with a note of the period.

    Notes
    -----
    Ids match by value and type: a matrix read from a file often has texts for ids ("1") where the panel has numbers
    (1); the error says so. Without ``neighbors`` rows are given in the order of the data.

    References
    ----------
    Anselin (1995), Local indicators of spatial association, doi:10.1111/j.1538-4632.1995.tb00338.x.

    Examples
    --------
    Moran's I of three units in a row, worked by hand, whatever the order of the rows:

    >>> import numpy as np
    >>> import indicia as ix
    >>> panel = {"city": ["c", "a", "b"] * 2, "year": [1] * 3 + [2] * 3, "y": [3.0, 1.0, 2.0, 1.0, 4.0, 1.0]}
    >>> line = {"a": {"b": 1.0}, "b": {"a": 0.5, "c": 0.5}, "c": {"b": 1.0}}
    >>> def moran(y, near):
    ...     z = dict(zip(near, y - y.mean(), strict=True))
    ...     cross = sum(w * z[i] * z[j] for i, own in near.items() for j, w in own.items())
    ...     return {"moran": cross / sum(v * v for v in z.values())}
    >>> found = ix.study.by_period(panel, "y", moran, unit="city", time="year", neighbors=line)
    >>> found[["year", "n", "moran"]].round(3).values.tolist()
    [[1.0, 3.0, 0.0], [2.0, 3.0, -0.25]]
    """
    names = [columns] if isinstance(columns, str) else list(columns)
    if not names:
        raise ValueError("columns= names no column")
    if not callable(call):
        raise TypeError(f"call= is a function, found {type(call).__name__}")
    if missing not in ("error", "drop"):
        raise ValueError(f"missing= is 'error' or 'drop', found {missing!r}")
    if unit is None and (neighbors is not None or by_unit):
        raise DataError("neighbors= and by_unit= go by name: say unit=, the column of the units")
    known = None if neighbors is None else Neighbors(neighbors)
    counts = ["n", "left_out", *([] if known is None else ["unknown", "islands"])]
    distinct({"unit": unit, "time": time}, counts)
    frame = Frame(data, unit, time)
    values = [frame.numbers(name) for name in names]
    labels, periods = frame.moments(time)
    units = None if unit is None else frame.groups(unit)
    if units is not None and unit is not None:
        frame.known(unit, units.codes == len(units.labels), "unit")
    keys = ([] if time is None else [time]) + ([unit] if by_unit and unit is not None else [])
    found: dict[str, list[Any]] = {}
    for place, label in enumerate(labels):
        rows = np.arange(len(frame)) if periods is None else np.flatnonzero(periods[0] == place)
        who = None if units is None else [units.labels[code] for code in units.codes[rows].tolist()]
        where = "" if label is None else f" in {time} {label}"
        rows, cut, counted = _aligned(rows, who, values, known, missing, where, frame)
        given = [column[rows] for column in values]
        try:
            told = call(*given) if cut is None else call(*given, cut)
        except Exception as error:
            error.add_note(f"raised by call={getattr(call, '__name__', call)}{where}, with {len(rows)} units")
            raise
        part = _tidy(told, len(rows) if by_unit else None, [*keys, *counts])
        length = len(next(iter(part.values()), []))
        lines: dict[str, list[Any]] = {} if time is None else {time: [label] * length}
        if by_unit and units is not None and unit is not None:
            lines[unit] = [units.labels[code] for code in units.codes[rows].tolist()]
        lines |= {name: [count] * length for name, count in zip(counts, counted, strict=False)} | part
        if found and list(lines) != list(found):
            raise DataError(
                f"call= returned {', '.join(part)}{where}, and other names before; return the same each time"
            )
        for name, column in lines.items():
            found.setdefault(name, []).extend(column)
    if not found:
        raise DataError("there is no row, so there is no period to compute anything for")
    return frame.table(found)


def _aligned(
    rows: Any, who: list[Any] | None, values: list[Any], known: Neighbors | None, missing: str, where: str, frame: Frame
) -> tuple[Any, Any, tuple[int, ...]]:
    """Rows as the function is to see them, the neighbors cut to them, and counts."""
    observed = ~np.any([np.isnan(column[rows]) for column in values], axis=0)
    if known is None or who is None:
        if missing == "error" and not observed.all():
            first = frame.panel.text(int(rows[~observed][0]))
            count = int((~observed).sum())
            raise DataError(f"{count} rows have no value{where}, the first is {first}; fill them, or missing='drop'")
        kept = rows[observed]
        if not len(kept):
            raise DataError(f"no row has a value{where}")
        return kept, None, (len(kept), len(rows) - len(kept))
    row_of = {name: row for name, row, there in zip(who, rows.tolist(), observed, strict=True) if there}
    absent = [name for name in known.ids if name not in row_of]
    ids = set(known.ids)
    unknown = [name for name in row_of if name not in ids]
    hint = kinds(known.ids, who)
    if missing == "error" and (absent or unknown):
        parts = [f"{len(absent)} ids of neighbors= have no value ({shown(absent)})"] if absent else []
        parts += [f"{len(unknown)} units are not in neighbors= ({shown(unknown)})"] if unknown else []
        raise DataError(f"{' and '.join(parts)}{where}{hint}; complete the data, or missing='drop'")
    names = [name for name in known.ids if name in row_of]
    if not names:
        raise DataError(f"no unit of neighbors= has a value{where}{hint}")
    # Units known to the matrix that have a row without a value are among its ids; others are nobody's.
    left = len(absent) + len({name for name, there in zip(who, observed, strict=True) if not there} - ids)
    counts = (len(names), left, len(unknown), known.islands(names))
    return np.array([row_of[name] for name in names], np.intp), known.subset(names), counts


def _tidy(told: Any, each: int | None, taken: list[str]) -> dict[str, list[Any]]:
    """What a function returned as columns of one length."""
    if hasattr(told, "_asdict"):
        told = told._asdict()
    if not isinstance(told, Mapping):
        told = {"value": told}
    parts = {str(name): np.asarray(part) for name, part in told.items()}
    if not parts:
        raise DataError("call= returned nothing; return a number, or a mapping of names to numbers")
    for name, part in parts.items():
        if part.ndim > 1 or (part.ndim == 0 and not isinstance(native(part[()]), Real | str | None)):
            found = f"an array of shape {part.shape}" if part.ndim else type(told[name]).__name__
            raise TypeError(f"call= returned {found} as {name!r}; return numbers, texts, or arrays of one dimension")
        if name in taken:
            raise DataError(f"call= returned {name!r}, which is another column of the result; give it another name")
    lengths = {name: len(part) for name, part in parts.items() if part.ndim}
    if len(set(lengths.values())) > 1:
        raise DataError(f"call= returned arrays of different length: {lengths}")
    length = next(iter(lengths.values()), 1)
    if each is not None and length != each:
        raise DataError(f"by_unit=True needs one value a unit ({each}), call= returned {length}")
    return {name: part.tolist() if part.ndim else [native(part[()])] * length for name, part in parts.items()}
