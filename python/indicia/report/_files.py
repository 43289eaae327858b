"""Tables in files of data: xlsx and .dta, with all digits."""

from __future__ import annotations

import datetime
import math
import re
import struct
from numbers import Integral
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .._output import optional
from ..errors import DataError
from ._cells import _CONTROL, Printed, is_number, text

if TYPE_CHECKING:
    from ._table import Table

# Words that are no names in Stata; str1, str2, ... are none either.
_RESERVED = frozenset(
    "_all _b _coef _cons _n _N _pi _pred _rc _skip aggregate array boolean break byte case catch class colvector "
    "complex const continue default delegate delete do double else eltypedef end enum explicit export external float "
    "for friend function global goto if in inline int local long NULL pragma protected quad rowvector short strL "
    "typedef typename using vector virtual with".split()
)
_WHOLE = 2**53
_LONGEST = 32_767


def fill_sheet(sheet: Any, table: Table) -> None:
    """Put a table into a sheet of openpyxl: title, head, whole numbers and texts, note below."""
    font = optional("openpyxl.styles", "tables", "writing .xlsx").Font(bold=True)
    line = 1
    if table.title:
        _put(sheet.cell(line, 1), table.title)
        line = 3
    for place, name in enumerate(table._head(), start=1):
        cell = sheet.cell(line, place)
        _put(cell, name)
        cell.font = font
    sheet.freeze_panes = f"A{line + 1}"
    for place, name in enumerate(table.names, start=1):
        pattern = table._excel(name)
        for row, value in enumerate(table.columns[name], start=line + 1):
            try:
                _put(sheet.cell(row, place), value, pattern)
            except DataError as error:
                raise DataError(f"column {name!r}, row {row - line}: {error}") from None
        longest = max([len(table._head()[place - 1]), *(len(text(v, table.digits)) for v in table.columns[name][:200])])
        sheet.column_dimensions[sheet.cell(1, place).column_letter].width = min(longest + 2, 60)
    if table.note:
        _put(sheet.cell(line + table.rows + 2, 1), table.note)


def _put(cell: Any, value: Any, pattern: str | None = None) -> None:
    """One cell. Texts are texts, whatever they begin with; missing is an empty cell."""
    if isinstance(value, float) and math.isnan(value):
        return
    if is_number(value):
        if isinstance(value, float) and math.isinf(value):
            cell.value = text(value)
            return
        whole = isinstance(value, Integral)
        cell.value = int(value) if whole else float(value)
        if not whole and float(f"{value:.16g}") != value:
            # openpyxl writes 16 digits; a text it writes as it is, and a reader takes it for the number.
            cell.value = repr(float(value))
            cell.data_type = "n"
        if isinstance(value, Printed):
            cell.number_format = value.excel()
        elif pattern and (not whole or "," in pattern):
            cell.number_format = pattern.split(".")[0] if whole else pattern
    elif value is None or isinstance(value, bool) or type(value).__name__ == "bool":
        cell.value = None if value is None else bool(value)
    elif isinstance(value, datetime.date) and getattr(value, "tzinfo", None) is None:
        cell.value = value
    else:
        words = str(value).translate(_CONTROL)
        if len(words) > _LONGEST:
            raise DataError(f"{len(words)} characters; a cell of .xlsx holds {_LONGEST}")
        cell.value = words
        # "=1+1" stays a text, also when somebody edits the cell.
        cell.data_type = "s"
        if words[:1] in ("=", "+", "-", "@"):
            cell.quotePrefix = True


def write_dta(table: Table, path: Path) -> None:
    """Write a table for Stata 14 and later (format 118); title and note become notes of the data."""
    pd = optional("pandas", "pandas", "writing .dta")
    shown, columns = table._data()
    names = stata_names(list(columns))
    made, dates = {}, {}
    for name, values in columns.items():
        made[names[name]], date = _stata(pd, name, values)
        if date:
            dates[names[name]] = date
    labels = {names[name]: shown.get(name, name)[:80] for name in columns}
    label = table.title[:80] or None
    frame = pd.DataFrame(made)
    frame.to_stata(path, write_index=False, version=118, variable_labels=labels, data_label=label, convert_dates=dates)
    notes = [part.translate(_CONTROL) for part in (table.title, table.note) if part]
    if notes:
        path.write_bytes(with_notes(path.read_bytes(), notes))


def stata_names(names: list[str]) -> dict[str, str]:
    """Names that Stata takes: letters, digits and underscores, at most 32, no digit first, each once."""
    found: dict[str, str] = {}
    for name in names:
        plain = "".join(c if c == "_" or (c.isalnum() if c.isascii() else c.isalpha()) else "_" for c in name) or "v"
        if plain[0].isdigit() or plain in _RESERVED or re.fullmatch(r"str\d+", plain):
            plain = f"_{plain}"
        once, number = plain[:32], 1
        while once in found.values():
            number += 1
            once = f"{plain[: 31 - len(str(number))]}_{number}"
        found[name] = once
    return found


def _stata(pd: Any, name: str, values: list[Any]) -> tuple[Any, str | None]:
    """A column for Stata, and what kind of date it is, if it is one."""
    known = [value for value in values if value is not None]
    if known and all(isinstance(value, datetime.date) and not getattr(value, "tzinfo", None) for value in known):
        days = all(text(value) == text(value)[:10] for value in known)
        return pd.to_datetime(pd.Series(values, dtype=object)), "td" if days else "tc"
    if all(is_number(value) or type(value).__name__ in ("bool", "bool_") for value in known):
        large = [value for value in known if isinstance(value, Integral) and abs(int(value)) > _WHOLE]
        if not large:
            numbers = [math.nan if value is None else float(value) for value in values]
            if any(math.isinf(number) for number in numbers):
                raise DataError(
                    f"column {name!r} holds an infinite number, which .dta cannot; make it missing or a text"
                )
            whole = len(known) == len(values) and all(not isinstance(value, float) for value in known)
            small = whole and all(abs(number) < 2_000_000_000 for number in numbers)
            return pd.Series(numbers, dtype="int32" if small and known else "float64"), None
    return pd.Series(["" if v is None else str(v).translate(_CONTROL) for v in values], dtype=object), None


def with_notes(data: bytes, notes: list[str]) -> bytes:
    """A file of format 118 with notes of the data, as Stata's command ``notes`` keeps them.

    They are characteristics of ``_dta``: note0 is their number, note1 and so on the texts; names take 129 bytes. What
    lies behind them moves, and the map at the beginning says where to: its places 9 to 13 (StataCorp, help dta).
    """
    texts = [str(len(notes)), *notes]
    made = b""
    for number, words in enumerate(texts):
        own = b"_dta".ljust(129, b"\0") + f"note{number}".encode().ljust(129, b"\0") + words.encode() + b"\0"
        made += b"<ch>" + struct.pack("<I", len(own)) + own + b"</ch>"
    tag = b"<characteristics>"
    start = data.index(b"<map>") + len(b"<map>")
    places = list(struct.unpack_from("<14Q", data, start))
    at = places[8]
    if data[at : at + 2 * len(tag) + 1] != tag + tag.replace(b"<", b"</"):
        raise DataError("the file has characteristics already")
    places[9:] = [place + len(made) for place in places[9:]]
    at += len(tag)
    head = data[:start] + struct.pack("<14Q", *places) + data[start + 14 * 8 : at]
    return head + made + data[at:]
