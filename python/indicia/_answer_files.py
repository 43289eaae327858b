"""Files of answers as grids of cells: which sheet, which encoding, and what cannot be read."""

from __future__ import annotations

import csv
import io
import re
import warnings
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from ._answer_cells import Cell, Trouble
from ._names import listed
from ._output import optional
from ._text_files import _surely_utf8
from ._warnings import IgnoredRowWarning
from .errors import DataError, UnknownNameError

# Sheets that templates hold beside the answers.
README, CHOICES, DATA = "read me", "choices", "data"
# Parts of a number format that are only written: "..." and \\x.
_WRITTEN = re.compile(r'"[^"]*"|\\.')
_SUFFIXES = (".xlsx", ".xlsm", ".csv", ".tsv")


@dataclass(frozen=True, slots=True)
class Grid:
    """Cells that hold something, by row and column counted from 1, and ranges of merged cells."""

    sheet: str
    cells: dict[tuple[int, int], Cell]
    merged: list[tuple[str, int, int]] = field(default_factory=list)
    rows: int = 0
    book: str = ""
    ragged: list[tuple[int, int, int]] = field(default_factory=list)

    def place(self, row: int, column: int) -> str:
        """The name of a cell, such as ``data!D7``."""
        return f"{self.sheet}!{letters(column)}{row}"

    def row(self, number: int) -> dict[int, Cell]:
        """The cells of one row by column."""
        return {column: self.cells[row, column] for row, column in sorted(self.cells) if row == number}


def letters(column: int) -> str:
    """Column 1 is A, 27 is AA.

    Examples
    --------
    >>> letters(1), letters(26), letters(27), letters(703)
    ('A', 'Z', 'AA', 'AAA')
    """
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def read_grid(
    path: str | Path,
    names: Collection[str],
    sheet: str | None,
    encoding: str | None,
    separator: str | None,
    stacklevel: int,
) -> Grid:
    """The cells of a file; ``names`` are the columns by which a sheet of answers is known.

    Raises
    ------
    DataError
        If there is no such file or sheet, several sheets hold answers, or the encoding is another one.
    UnknownNameError
        If the suffix is none that is read.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix == ".xls":
        raise UnknownNameError(f"{path.name}: the old form .xls is not read; save the file as .xlsx")
    if suffix not in _SUFFIXES:
        raise UnknownNameError(f"{path.name}: the suffix says the format, expected one of {', '.join(_SUFFIXES)}")
    if not path.is_file():
        raise DataError(f"{path}: no such file")
    if suffix in (".csv", ".tsv"):
        if sheet is not None:
            raise UnknownNameError(f"{path.name}: sheet={sheet!r} is for workbooks; a {suffix} file has no sheets")
        return _text(path, encoding, separator or ("\t" if suffix == ".tsv" else ","), names)
    if encoding is not None or separator is not None:
        raise UnknownNameError(f"{path.name}: encoding= and separator= are for .csv and .tsv; a workbook needs none")
    return _workbook(path, names, sheet, stacklevel)


def is_questionnaire(path: str | Path) -> bool:
    """Whether a file is a workbook made by `Index.template`."""
    path = Path(path)
    if path.suffix.lower() not in (".xlsx", ".xlsm") or not path.is_file():
        return False
    try:
        import openpyxl

        book = openpyxl.load_workbook(path, read_only=True)
        sheets = set(book.sheetnames)
        book.close()
    except Exception:  # whoever reads it says what is wrong
        return False
    return {README, DATA} <= sheets


def _workbook(path: Path, names: Collection[str], sheet: str | None, stacklevel: int) -> Grid:
    openpyxl = optional("openpyxl", "tables", "reading .xlsx")
    book = _load(openpyxl, path, False)
    sheets = {found.title: found for found in book.worksheets}
    content = {title: _content(found) for title, found in sheets.items()}
    if sheet is not None:
        if sheet not in sheets:
            raise DataError(f"{path.name}: no sheet is named {sheet!r}; it has: {listed(map(repr, sheets))}")
        chosen = sheet
    else:
        chosen = _chosen(path, content, names)
        left = {
            title: rows for title in content if title != chosen and (rows := len({row for row, _ in content[title]}))
        }
        left = {title: rows for title, rows in left.items() if title not in (README, CHOICES)}
        if left:
            told = ", ".join(f"{title!r} ({rows} rows)" for title, rows in left.items())
            message = f"{path.name}: {chosen!r} is read, other sheets are not: {told}; say sheet= to choose"
            warnings.warn(message, IgnoredRowWarning, stacklevel=stacklevel)
    values = None
    if any(cell.data_type == "f" for cell in content[chosen].values()):
        values = _load(openpyxl, path, True)[chosen]
    cells = {place: _cell(cell, values) for place, cell in content[chosen].items()}
    merged = [(found.coord, found.min_row, found.max_row) for found in sheets[chosen].merged_cells.ranges]
    rows = max((row for row, _ in cells), default=0)
    made_for = _made_for(sheets[README]) if README in sheets else ""
    return Grid(chosen, cells, merged, rows, made_for)


def _load(openpyxl: Any, path: Path, values: bool) -> Any:
    try:
        with warnings.catch_warnings():
            # Of things that are not answers: print areas, conditional formats, extensions of other programs.
            warnings.simplefilter("ignore")
            return openpyxl.load_workbook(path, data_only=values)
    except (BadZipFile, KeyError, ValueError, OSError, TypeError) as error:
        why = str(error).strip().splitlines()
        reason = why[0] if why else type(error).__name__
        raise DataError(f"{path.name}: cannot be read as a workbook: {reason}; save it again as .xlsx") from None


def _content(sheet: Any) -> dict[tuple[int, int], Any]:
    """Cells that hold something; rows are not walked, as one formatted cell far below would make a million of them."""
    cells = sheet._cells
    return {place: cells[place] for place in sorted(cells) if not _is_blank(cells[place].value)}


def _is_blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _chosen(path: Path, content: dict[str, dict[tuple[int, int], Any]], names: Collection[str]) -> str:
    heads = {
        title: {str(cell.value).strip() for (row, _), cell in cells.items() if row == 1}
        for title, cells in content.items()
    }
    fitting = [title for title, head in heads.items() if head & set(names) and title not in (README, CHOICES)]
    if len(fitting) > 1:
        raise DataError(
            f"{path.name}: {len(fitting)} sheets hold answers: {listed(map(repr, fitting))}; "
            f"say sheet={fitting[0]!r} to read one, or put all rows into one sheet"
        )
    if fitting:
        return fitting[0]
    filled = [title for title, cells in content.items() if cells and title not in (README, CHOICES)]
    if len(filled) == 1:
        return filled[0]
    if not filled:
        raise DataError(f"{path.name}: all sheets are empty ({listed(map(repr, content))}); fill in the template")
    raise DataError(
        f"{path.name}: no sheet has the columns of the definition in its first row, such as {listed(names, 5)}; it has "
        f"the sheets {listed(map(repr, filled))}; keep row 1 of the template, or say sheet="
    )


def _cell(cell: Any, values: Any) -> Cell:
    """What a cell of a workbook holds, and what is wrong with it."""
    value, failed, form = cell.value, cell.data_type == "e", str(cell.number_format or "")
    percent = "%" in _WRITTEN.sub("", form)
    if cell.data_type == "f":
        formula = value if isinstance(value, str) else getattr(value, "text", "a formula")
        computed = values.cell(cell.row, cell.column)
        value, failed = computed.value, computed.data_type == "e"
        if value is None:
            trouble = Trouble(
                "a formula without a computed value",
                "open the file in a spreadsheet program and save it, or replace the formula by its value",
            )
            return Cell(formula, percent, trouble)
    if failed:
        return Cell(value, percent, Trouble("an error of the spreadsheet", "mend the formula, or enter the value"))
    if isinstance(value, str):
        return Cell(value, False)
    if isinstance(value, int | float) and not isinstance(value, bool) and not percent and "%" in form:
        # 35 with the sign only written beside it: what people see is 35%.
        return Cell(f"{value!r}%")
    return Cell(value, percent and not isinstance(value, bool))


def _made_for(readme: Any) -> str:
    """The definition that a template was made for, as its read-me sheet says it."""
    for row in readme.iter_rows(min_row=1, max_row=20, max_col=2, values_only=True):
        if row and row[0] == "id" and len(row) > 1:
            return str(row[1])
    return ""


def _text(path: Path, encoding: str | None, separator: str, names: Collection[str]) -> Grid:
    text = _decoded(path, encoding)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        raise DataError(
            f"{path.name}: cannot be read as {path.suffix[1:]}: {error}; look for a quote that is not closed"
        ) from None
    head = [name.strip() for name in rows[0]] if rows else []
    if not set(head) & set(names):
        for other in (";", "\t", ",", "|"):
            if (
                rows
                and other != separator
                and set(map(str.strip, next(csv.reader([text.splitlines()[0]], delimiter=other)))) & set(names)
            ):
                raise DataError(
                    f"{path.name}: columns are separated by {other!r}, not by {separator!r}; say separator={other!r}"
                )
    cells = {
        (row, column): Cell(value)
        for row, values in enumerate(rows, 1)
        for column, value in enumerate(values, 1)
        if value.strip()
    }
    ragged = [(row, len(values), len(head)) for row, values in enumerate(rows, 1) if values and len(values) < len(head)]
    ragged = [(row, found, wanted) for row, found, wanted in ragged if any(value.strip() for value in rows[row - 1])]
    return Grid(path.name, cells, rows=len(rows), ragged=ragged)


def _decoded(path: Path, encoding: str | None) -> str:
    raw = path.read_bytes()
    if encoding is not None:
        # UTF-8 often reads as GB 18030 or a Western encoding, too, as other words.
        if not encoding.lower().startswith("utf") and _surely_utf8(raw):
            raise DataError(f"{path.name}: the encoding is UTF-8, not {encoding}; leave encoding= out")
        try:
            return raw.decode(encoding).removeprefix("\ufeff")
        except LookupError:
            raise UnknownNameError(f"encoding={encoding!r} is not known; utf-8, gb18030 and utf-16 are") from None
        except UnicodeDecodeError as error:
            line = raw[: error.start].count(b"\n") + 1
            raise DataError(
                f"{path.name}: line {line} is not {encoding}; say another encoding, or export the file as UTF-8"
            ) from None
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in raw[:200]:
        raise DataError(
            f"{path.name}: the encoding is UTF-16, not UTF-8; say encoding='utf-16', or export the file as UTF-8"
        )
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        place = f"{path.name}: line {line} is not UTF-8"
    guess = _guessed(raw)
    remedy = f"say encoding={guess!r}" if guess != "unknown" else "say encoding= with the one it was saved in"
    told = f"; it looks like {guess}" if guess != "unknown" else ""
    raise DataError(f"{place}{told}; {remedy}, or export the file as UTF-8")


def _guessed(raw: bytes) -> str:
    """Only for the message: bytes beyond ASCII stand in pairs in Chinese text, alone in Western text."""
    runs = re.findall(rb"[\x80-\xff]+", raw)
    paired = sum(len(run) > 1 for run in runs) > len(runs) / 2
    for encoding in ("gb18030",) if paired else ("cp1252",):
        try:
            raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    return "unknown"
