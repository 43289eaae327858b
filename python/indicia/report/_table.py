"""One table as people read it, in every form."""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Mapping
from numbers import Integral, Real
from pathlib import Path
from typing import Any

from .._output import optional
from .._tables_io import columns_of
from ..errors import DataError, UnknownNameError
from ..frames import source_of

_DASH = "–"
_LATEX = str.maketrans(
    {
        "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
        "{": r"\{", "}": r"\}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    }
)  # fmt: skip
_MARKDOWN = str.maketrans({"|": r"\|", "\n": " "})


class Table:
    """A table with a title and a note.

    Parameters
    ----------
    frame : table
        Any table: pandas, polars, pyarrow, a dict of columns.
    title : str, optional
        What it shows.
    note : str, optional
        Conventions and n, as journals print them below a table.
    digits : int, default 3
        Significant digits of numbers that are not whole; for display only.
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
    """

    def __init__(
        self,
        frame: Any,
        *,
        title: str = "",
        note: str = "",
        digits: int = 3,
        labels: Mapping[str, str] | None = None,
        most: int | None = None,
    ) -> None:
        source = source_of(frame)
        self.names = list(source.names)
        index = source.index
        self.columns = columns_of(frame)
        # Labels of rows that are no plain numbers are part of what people read.
        if index is not None and getattr(index, "nlevels", 1) == 1 and (index.name is not None or _texts(index)):
            name = str(index.name) if index.name is not None else ""
            if name not in self.columns:
                self.names.insert(0, name)
                self.columns = {name: list(index)} | self.columns
        self.rows = source.rows
        unknown = set(labels or {}) - set(self.names)
        if unknown:
            raise UnknownNameError(f"labels= names no column {', '.join(map(repr, sorted(unknown)))}")
        self.title, self.note, self.digits, self.most = title, note, digits, most
        self.labels = dict(labels or {})

    # What is shown

    def _head(self) -> list[str]:
        return [self.labels.get(name, name) for name in self.names]

    def _shown(self) -> list[list[str]]:
        end = self.rows if self.most is None else min(self.most, self.rows)
        return [[text(self.columns[name][row], self.digits) for name in self.names] for row in range(end)]

    def _numeric(self) -> list[bool]:
        return [any(_number(value) for value in self.columns[name]) for name in self.names]

    def _note(self) -> str:
        left = 0 if self.most is None else max(self.rows - self.most, 0)
        more = f"{left} more rows are not shown." if left else ""
        return " ".join(part for part in (self.note, more) if part)

    # Forms

    def to_markdown(self) -> str:
        """The table in Markdown; title above, note below."""
        align = ["---:" if numeric else "---" for numeric in self._numeric()]
        head = "| " + " | ".join(name.translate(_MARKDOWN) for name in self._head()) + " |"
        lines = [head, "|" + "|".join(align) + "|"]
        lines += ["| " + " | ".join(cell.translate(_MARKDOWN) for cell in row) + " |" for row in self._shown()]
        parts = [f"**{self.title}**"] if self.title else []
        return "\n\n".join([*parts, "\n".join(lines), *([self._note()] if self._note() else [])])

    def to_latex(self) -> str:
        """The table in LaTeX, in an environment ``table`` that needs no package."""
        spec = "".join("r" if numeric else "l" for numeric in self._numeric())
        body = [" & ".join(cell.translate(_LATEX) for cell in row) + r" \\" for row in [self._head(), *self._shown()]]
        lines = [r"\begin{table}", r"\centering"]
        lines += [rf"\caption{{{self.title.translate(_LATEX)}}}"] if self.title else []
        lines += [rf"\begin{{tabular}}{{{spec}}}", r"\hline", body[0], r"\hline", *body[1:], r"\hline"]
        lines += [r"\end{tabular}"]
        lines += ["", rf"\smallskip {self._note().translate(_LATEX)}"] if self._note() else []
        return "\n".join([*lines, r"\end{table}"])

    def to_html(self) -> str:
        """The table as a piece of HTML."""
        numeric = self._numeric()
        cls = ['<td class="n">' if one else "<td>" for one in numeric]
        heads = ['<th class="n">' if one else "<th>" for one in numeric]
        head = "".join(f"{tag}{html.escape(name)}</th>" for tag, name in zip(heads, self._head(), strict=True))
        rows = [
            "<tr>" + "".join(f"{tag}{html.escape(cell)}</td>" for tag, cell in zip(cls, row, strict=True)) + "</tr>"
            for row in self._shown()
        ]
        caption = f"<caption>{html.escape(self.title)}</caption>" if self.title else ""
        note = f'<p class="note">{html.escape(self._note())}</p>' if self._note() else ""
        return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>{note}"

    _repr_html_ = to_html

    def write(self, path: str | Path) -> None:
        """Write to a file; the suffix says the form: .md, .tex, .html, .xlsx or .dta.

        Raises
        ------
        DataError
            If the suffix is none of these.
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
            self._write_dta(path)
        else:
            raise DataError(f"{path}: tables are written as .md, .tex, .html, .xlsx or .dta")

    def _write_dta(self, path: Path) -> None:
        pd = optional("pandas", "pandas", "writing .dta")
        # Stata wants names of letters, digits and underscores, and knows labels for the rest.
        names: dict[str, str] = {}
        for name in self.names:
            plain = "".join(c if c.isascii() and (c.isalnum() or c == "_") else "_" for c in name)[:32] or "v"
            plain = f"_{plain}"[:32] if plain[0].isdigit() else plain
            while plain in names.values():
                plain = f"{plain[:30]}_{len(names)}"
            names[name] = plain
        frame = pd.DataFrame({names[name]: _stata(self.columns[name]) for name in self.names})
        labels = {names[name]: self.labels.get(name, name)[:80] for name in self.names}
        frame.to_stata(path, write_index=False, version=118, variable_labels=labels, data_label=self.title[:80] or None)

    def __repr__(self) -> str:
        return f"Table({self.title or 'no title'}: {self.rows} rows, {len(self.names)} columns)"


def fill_sheet(sheet: Any, table: Table) -> None:
    """Put a table into a sheet of openpyxl: head, whole numbers and texts, note below."""
    font = optional("openpyxl.styles", "tables", "writing .xlsx").Font(bold=True)
    if table.title:
        sheet.append([table.title])
        sheet.append([])
    sheet.append([safe(name) for name in table._head()])
    for cell in sheet[sheet.max_row]:
        cell.font = font
    sheet.freeze_panes = f"A{sheet.max_row + 1}"
    columns = [table.columns[name] for name in table.names]
    for row in range(table.rows):
        sheet.append([_plain(column[row]) for column in columns])
    if table.note:
        sheet.append([])
        sheet.append([safe(table.note)])
    for place, name in enumerate(table.names, start=1):
        longest = max([len(str(name)), *(len(text(value, table.digits)) for value in table.columns[name][:200])])
        letter = sheet.cell(row=1, column=place).column_letter
        sheet.column_dimensions[letter].width = min(longest + 2, 60)


def safe(value: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{value}" if value[:1] in ("=", "+", "@") or (value[:1] == "-" and not _is_number(value)) else value


def text(value: Any, digits: int = 3) -> str:
    """A value as people read it: missing is a dash, whole numbers stay whole."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return _DASH
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Integral):
        return str(int(value))
    if isinstance(value, Real):
        number = float(value)
        if number.is_integer() and abs(number) < 1e15:
            return str(int(number))
        short = f"{number:.{digits}g}"
        return short if "e" not in short or not 1e-4 < abs(number) < 1e15 else f"{number:.0f}"
    return str(value)


def _missing(value: Any) -> bool:
    return (
        value is None
        or (isinstance(value, float) and math.isnan(value))
        or type(value).__name__ in ("NAType", "NaTType")
    )


def _texts(index: Iterable[Any]) -> bool:
    return any(isinstance(label, str) for label in index)


def _number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


def _plain(value: Any) -> Any:
    return safe(value) if isinstance(value, str) else value if _missing(value) or _number(value) else str(value)


def _stata(values: list[Any]) -> list[Any]:
    if all(value is None or isinstance(value, Real) for value in values):
        return [math.nan if value is None else float(value) for value in values]
    return ["" if value is None else str(value) for value in values]


def _is_number(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return True
