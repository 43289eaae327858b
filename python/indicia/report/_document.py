"""A document: headings, texts, tables and figures in order."""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .._output import optional
from ..errors import DataError
from ._cells import latex
from ._files import fill_sheet
from ._table import Table

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 64rem; margin: 2rem auto; padding: 0 1rem; color: #1b1b1b; }
h1 { font-size: 1.7rem; } h2 { font-size: 1.25rem; margin-top: 2.2rem; } h3 { font-size: 1.05rem; }
table { border-collapse: collapse; margin: 1rem 0 .3rem; font-size: .9rem; }
caption { text-align: left; font-weight: 600; padding-bottom: .3rem; }
th { text-align: left; border-bottom: 1px solid #555; padding: 2px 10px 2px 0; vertical-align: bottom; }
td { padding: 2px 10px 2px 0; border-bottom: 1px solid #ddd; vertical-align: top; } .n { text-align: right; }
tr.rule td { border-top: 1.5px solid #555; } tr.over td { border-bottom: none; padding-bottom: 0; }
.note { color: #555; font-size: .85rem; margin-top: .2rem; } img { max-width: 100%; }
@media print { body { margin: 0; max-width: none; } h2 { break-after: avoid; } table { break-inside: auto; } }
"""


@dataclass(frozen=True)
class Heading:
    """A heading; ``depth`` 2 is a section, 3 one inside it."""

    text: str
    depth: int = 2


@dataclass(frozen=True)
class Text:
    """Paragraphs, separated by empty lines."""

    text: str


class Figure:
    """A figure of matplotlib, kept as PNG.

    Parameters
    ----------
    axes : matplotlib Axes or Figure
        What is drawn; it is closed.
    caption : str
        What it shows, for those who cannot see it too.
    """

    def __init__(self, axes: Any, caption: str) -> None:
        figure = getattr(axes, "figure", axes)
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png", dpi=130)
        optional("matplotlib.pyplot", "plot", "figures").close(figure)
        self.png, self.caption = buffer.getvalue(), caption


Block = Heading | Text | Table | Figure


class Document:
    """Headings, texts, tables and figures in order.

    Parameters
    ----------
    title : str
        Title of the document.
    blocks : list
        What is in it.
    lists : mapping of str to Table, optional
        Tables for the xlsx only: one sheet each.

    Examples
    --------
    >>> document = Document("Levels", [Text("All firms."), Table({"level": ["basic"], "firms": [8]})])
    >>> print(document.to_markdown())
    # Levels
    <BLANKLINE>
    All firms.
    <BLANKLINE>
    | level | firms |
    |---|---:|
    | basic | 8 |
    """

    def __init__(self, title: str, blocks: Iterable[Block], lists: dict[str, Table] | None = None) -> None:
        self.title = title
        self.blocks: Sequence[Block] = tuple(blocks)
        self.lists = dict(lists or {})

    def to_html(self) -> str:
        """The document as one page that needs no other file."""
        parts = []
        for block in self.blocks:
            if isinstance(block, Heading):
                parts.append(f"<h{block.depth}>{html.escape(block.text)}</h{block.depth}>")
            elif isinstance(block, Text):
                parts += [f"<p>{html.escape(part)}</p>" for part in block.text.split("\n\n") if part.strip()]
            elif isinstance(block, Table):
                parts.append(block.to_html())
            else:
                data = base64.b64encode(block.png).decode("ascii")
                caption = html.escape(block.caption)
                parts.append(f'<figure><img alt="{caption}" src="data:image/png;base64,{data}">')
                parts.append(f"<figcaption>{caption}</figcaption></figure>")
        title = html.escape(self.title)
        return (
            f'<!doctype html>\n<html><head><meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style></head>'
            f"<body><h1>{title}</h1>\n" + "\n".join(parts) + "\n</body></html>\n"
        )

    def to_markdown(self, figures: str = "") -> str:
        """The document in Markdown; figures are named as files ``{figures}figure_1.png`` and so on."""
        parts, number = [f"# {self.title}"], 0
        for block in self.blocks:
            if isinstance(block, Heading):
                parts.append("#" * block.depth + " " + block.text)
            elif isinstance(block, Text):
                parts.append(block.text)
            elif isinstance(block, Table):
                parts.append(block.to_markdown())
            else:
                number += 1
                parts.append(f"![{block.caption}]({figures}figure_{number}.png)")
        return "\n\n".join(parts)

    def to_latex(self, figures: str = "") -> str:
        """The body of the document in LaTeX; figures need the package graphicx."""
        parts, number = [rf"\section*{{{latex(self.title)}}}"], 0
        for block in self.blocks:
            if isinstance(block, Heading):
                command = "subsection" if block.depth == 2 else "subsubsection"
                parts.append(rf"\{command}*{{{latex(block.text)}}}")
            elif isinstance(block, Text):
                parts += [latex(part) for part in block.text.split("\n\n") if part.strip()]
            elif isinstance(block, Table):
                parts.append(block.to_latex())
            else:
                number += 1
                name = rf"\includegraphics[width=\linewidth]{{{figures}figure_{number}.png}}"
                caption = rf"\caption{{{latex(block.caption)}}}"
                parts.append("\n".join([r"\begin{figure}", r"\centering", name, caption, r"\end{figure}"]))
        return "\n\n".join(parts)

    def write(self, path: str | Path) -> None:
        """Write to a file; the suffix says the form: .html, .md, .tex or .xlsx.

        With .md and .tex figures go beside the file as ``<name>_figure_1.png``; .xlsx has one sheet for every table.
        """
        path = Path(path)
        if path.suffix == ".html":
            path.write_text(self.to_html(), encoding="utf-8")
        elif path.suffix in (".md", ".tex"):
            prefix = f"{path.stem}_"
            text = self.to_markdown(prefix) if path.suffix == ".md" else self.to_latex(prefix)
            path.write_text(text + "\n", encoding="utf-8")
            for number, block in enumerate((b for b in self.blocks if isinstance(b, Figure)), start=1):
                path.with_name(f"{prefix}figure_{number}.png").write_bytes(block.png)
        elif path.suffix == ".xlsx":
            self._write_xlsx(path)
        else:
            raise DataError(f"{path}: documents are written as .html, .md, .tex or .xlsx")

    def _write_xlsx(self, path: Path) -> None:
        book = optional("openpyxl", "tables", "writing .xlsx").Workbook()
        book.remove(book.active)
        tables = [(block.title or "table", block) for block in self.blocks if isinstance(block, Table)]
        for name, table in [*self.lists.items(), *tables]:
            fill_sheet(book.create_sheet(_sheet(name, book.sheetnames)), table)
        if not book.sheetnames:
            book.create_sheet("empty")
        book.save(path)

    _repr_html_ = to_html

    def __repr__(self) -> str:
        return f"Document({self.title}: {len(self.blocks)} blocks)"


def _sheet(name: str, taken: Sequence[str]) -> str:
    """A name of a sheet: at most 31 characters, none of those that spreadsheets keep to themselves, not yet taken."""
    plain = "".join(" " if c in "[]:*?/\\'" else c for c in name).strip()[:31] or "table"
    number, found = 2, plain
    while found.casefold() in {other.casefold() for other in taken}:
        found = f"{plain[: 31 - len(str(number)) - 1]} {number}"
        number += 1
    return found
