"""One table as people read it, in every form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from numbers import Integral
from pathlib import Path
from typing import Any

from .._names import did_you_mean
from .._output import optional
from .._tables_io import columns_of
from ..errors import DataError, UnknownNameError
from ..frames import source_of
from ._cells import DASH, Printed, fixed, is_number, latex, markdown, page, text
from ._files import fill_sheet, write_dta


class Table:
    """A table with a title and a note.

    Parameters
    ----------
    frame : table
        Any table: pandas, polars, pyarrow, a dict of columns, or a result with ``to_frame``. Labels of rows that are
        names or texts are shown.
    title : str, optional
        What it shows.
    note : str, optional
        Conventions and n, as journals print them below a table; `conventions` writes them from a result.
    digits : int, default 3
        Significant digits of numbers that are not whole; for display only.
    decimals : int or mapping of str to int, optional
        Decimals instead: of all columns with numbers that are not whole, or by column.
    thousands : bool or list of str, default False
        Whether commas part thousands: in all columns of numbers, or in these. Years are numbers too.
    missing : str, default "–"
        What stands for a missing value; in files of data the cell is empty.
    labels : mapping of str to str, optional
        Column names to the words that head them.
    most : int, optional
        Rows that are shown; what is left out is told in the note. Files of data hold all rows.

    Examples
    --------
    >>> print(Table({"firm": ["A"], "score": [0.123456]}, note="n = 1").to_markdown())
    | firm | score |
    |---|---:|
    | A | 0.123 |
    <BLANKLINE>
    n = 1
    >>> sales = {"sales": [1234.5, 7.0], "share": [0.5, None]}
    >>> print(Table(sales, decimals={"sales": 1, "share": 2}, thousands=["sales"], missing="..").to_markdown())
    | sales | share |
    |---:|---:|
    | 1,234.5 | 0.50 |
    | 7.0 | .. |
    """

    def __init__(
        self,
        frame: Any,
        *,
        title: str = "",
        note: str = "",
        digits: int = 3,
        decimals: int | Mapping[str, int] | None = None,
        thousands: bool | Sequence[str] = False,
        missing: str = DASH,
        labels: Mapping[str, str] | None = None,
        most: int | None = None,
    ) -> None:
        frame = _named(frame.to_frame() if hasattr(frame, "to_frame") else frame)
        source = source_of(frame)
        self.names = list(source.names)
        self.columns = {name: [_float(value) for value in values] for name, values in columns_of(frame).items()}
        # Labels of rows that are no plain numbers are part of what people read.
        for name, values in reversed(_rows(source.index)):
            if name not in self.columns:
                self.names.insert(0, name)
                self.columns = {name: values} | self.columns
        self.rows = source.rows
        parted = self.names if thousands is True else [thousands] if isinstance(thousands, str) else thousands or []
        by_column = dict(decimals) if isinstance(decimals, Mapping) else {}
        for argument, given in (("labels", labels or {}), ("decimals", by_column), ("thousands", parted)):
            for name in given:
                if name not in self.columns:
                    raise UnknownNameError(f"{argument}= names no column {name!r}{did_you_mean(name, self.names)}")
        if isinstance(decimals, int):
            by_column = {name: decimals for name in self.names if any(map(_broken, self.columns[name]))}
        for number in by_column.values():
            if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= 15:
                raise ValueError(f"decimals= are whole numbers from 0 to 15, found {number!r}")
        self.title, self.note, self.digits, self.most, self.missing = title, note, digits, most, missing
        self.labels, self._decimals, self._parted = dict(labels or {}), by_column, frozenset(parted)
        # Columns of whole numbers stay whole; so do the whole numbers of others where decimals are not asked for.
        self._whole = {name for name in self.names if all(_integral(value) for value in self.columns[name])}
        # Rows above which a line is drawn, and those that belong to the row below.
        self._rules: frozenset[int] = frozenset()
        self._over: frozenset[int] = frozenset()

    # What is shown

    def _head(self) -> list[str]:
        return [self.labels.get(name, name) for name in self.names]

    def _cell(self, name: str, value: Any) -> str:
        number = is_number(value) and not isinstance(value, Printed) and value == value
        if number and name in self._decimals and name not in self._whole:
            return fixed(float(value), self._decimals[name], name in self._parted)
        shown = text(value, self.digits, missing=self.missing)
        if number and name in self._parted and shown.lstrip("-").partition(".")[0].isdigit():
            size, point, rest = shown.partition(".")
            return f"{int(size):,}{point}{rest}" if int(size) else shown
        return shown

    def _shown(self) -> list[list[str]]:
        end = self.rows if self.most is None else min(self.most, self.rows)
        return [[self._cell(name, self.columns[name][row]) for name in self.names] for row in range(end)]

    def _numeric(self) -> list[bool]:
        return [any(is_number(value) for value in self.columns[name]) for name in self.names]

    def _note(self) -> str:
        left = 0 if self.most is None else max(self.rows - self.most, 0)
        more = f"{left} more rows are not shown." if left else ""
        return " ".join(part for part in (self.note, more) if part)

    def _data(self) -> tuple[dict[str, str], dict[str, list[Any]]]:
        """Labels and columns for files of data."""
        return self.labels, {name: self.columns[name] for name in self.names}

    def _excel(self, name: str) -> str | None:
        """The format of a spreadsheet for a column, where one was asked for."""
        if name not in self._decimals and name not in self._parted:
            return None
        size, decimals = "#,##0" if name in self._parted else "0", self._decimals.get(name)
        return size if decimals == 0 else f"{size}.{'#' * 6 if decimals is None else '0' * decimals}"

    # Forms

    def to_markdown(self) -> str:
        """The table in Markdown; title above, note below. Texts are shown as they are, never read as Markdown."""
        align = ["---:" if numeric else "---" for numeric in self._numeric()]
        lines = [f"| {' | '.join(map(markdown, self._head()))} |", f"|{'|'.join(align)}|"]
        lines += [f"| {' | '.join(map(markdown, row))} |" for row in self._shown()]
        parts = [f"**{markdown(self.title)}**"] if self.title else []
        return "\n\n".join([*parts, "\n".join(lines), *([markdown(self._note())] if self._note() else [])])

    def to_latex(self) -> str:
        """The table in LaTeX, in an environment ``table`` that needs no package (Chinese needs one, such as ctex)."""
        numeric = self._numeric()
        body = [_row([latex(name) for name in self._head()])]
        body += [_row([latex(c, n) for c, n in zip(row, numeric, strict=True)]) for row in self._shown()]
        for row in sorted(self._rules, reverse=True):
            body.insert(row + 1, r"\hline")
        spec = "".join("r" if one else "l" for one in numeric)
        lines = [r"\begin{table}", r"\centering"]
        lines += [rf"\caption{{{latex(self.title)}}}"] if self.title else []
        lines += [rf"\begin{{tabular}}{{{spec}}}", r"\hline", body[0], r"\hline", *body[1:], r"\hline"]
        lines += [r"\end{tabular}"]
        if self._note():
            lines += ["", r"\smallskip", r"\begin{minipage}{\linewidth}\footnotesize", latex(self._note())]
            lines += [r"\end{minipage}"]
        return "\n".join([*lines, r"\end{table}"])

    def to_html(self) -> str:
        """The table as a piece of HTML."""
        cls = [' class="n"' if one else "" for one in self._numeric()]
        head = "".join(f"<th{c}>{page(name)}</th>" for c, name in zip(cls, self._head(), strict=True))
        rows = [
            f"<tr{_class(place in self._rules, place in self._over)}>"
            + "".join(f"<td{c}>{page(cell)}</td>" for c, cell in zip(cls, row, strict=True))
            + "</tr>"
            for place, row in enumerate(self._shown())
        ]
        caption = f"<caption>{page(self.title)}</caption>" if self.title else ""
        note = f'<p class="note">{page(self._note())}</p>' if self._note() else ""
        return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>{note}"

    _repr_html_ = to_html

    def write(self, path: str | Path) -> None:
        """Write to a file; the suffix says the form: .md, .tex, .html, .xlsx or .dta.

        Both .xlsx and .dta hold all rows and digits. Names of .dta are those that Stata takes (32 characters); words
        that head columns are their labels, title and note are notes of the data.

        Raises
        ------
        DataError
            If the suffix is none of these, or .dta is to hold an infinite number.
        OptionalDependencyError
            If a package is missing: openpyxl for .xlsx, pandas for .dta.
        """
        path = Path(path)
        texts = {".md": self.to_markdown, ".tex": self.to_latex, ".html": self.to_html}
        if path.suffix in texts:
            path.write_text(texts[path.suffix]() + "\n", encoding="utf-8")
        elif path.suffix == ".xlsx":
            book = optional("openpyxl", "tables", "writing .xlsx").Workbook()
            fill_sheet(book.active, self)
            book.save(path)
        elif path.suffix == ".dta":
            write_dta(self, path)
        else:
            raise DataError(f"{path}: tables are written as .md, .tex, .html, .xlsx or .dta")

    def __repr__(self) -> str:
        return f"Table({self.title or 'no title'}: {self.rows} rows, {len(self.names)} columns)"


def _named(frame: Any) -> Any:
    """A frame of pandas whose columns are all texts: a pivot has years, or several levels."""
    columns = getattr(frame, "columns", ())
    if not hasattr(columns, "nlevels") or all(isinstance(name, str) for name in columns):
        return frame
    words = [" ".join(map(str, name)).strip() if isinstance(name, tuple) else str(name) for name in columns]
    return frame.set_axis(words, axis=1)


def _float(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value


def _rows(index: Any) -> list[tuple[str, list[Any]]]:
    """Labels of rows as columns: all levels of several, one that has a name, or texts."""
    if index is None:
        return []
    levels = getattr(index, "nlevels", 1)
    if levels > 1:
        names = [f"level_{place}" if name is None else str(name) for place, name in enumerate(index.names)]
        return [(name, list(index.get_level_values(place))) for place, name in enumerate(names)]
    if index.name is None and not _texts(index):
        return []
    return [("" if index.name is None else str(index.name), list(index))]


def _texts(index: Iterable[Any]) -> bool:
    return any(isinstance(label, str) for label in index)


def _integral(value: Any) -> bool:
    return value is None or isinstance(value, Integral)


def _broken(value: Any) -> bool:
    return is_number(value) and not isinstance(value, Printed) and not float(value).is_integer() and value == value


def _class(rule: bool, over: bool) -> str:
    name = "rule" if rule else "over" if over else ""
    return f' class="{name}"' if name else ""


def _row(cells: list[str]) -> str:
    # The line before ends with \\, which takes what follows in brackets, or a star, for its own.
    if cells and cells[0][:1] in ("[", "*"):
        cells = ["{}" + cells[0], *cells[1:]]
    return " & ".join(cells) + r" \\"
