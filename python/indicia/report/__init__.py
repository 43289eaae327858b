"""Documents and tables for people: HTML, Markdown, LaTeX, xlsx and .dta.

`Table` is one table with a title and a note; `estimates` puts regressions side by side; `conventions` writes a note
from what a result says of itself; `Document` is headings, texts, tables and figures in order. Numbers are rounded for
display only; files of data (xlsx, .dta) hold them whole.

>>> import indicia as ix
>>> firms = {"level": ["basic", "good"], "share": [0.25, 0.75]}
>>> table = ix.report.Table(firms, title="Levels", note="n = 8 firms, unweighted.")
>>> print(table.to_markdown())
**Levels**
<BLANKLINE>
| level | share |
|---|---:|
| basic | 0.25 |
| good | 0.75 |
<BLANKLINE>
n = 8 firms, unweighted.
"""

from __future__ import annotations

from ._conventions import conventions
from ._document import Document, Figure, Heading, Text
from ._estimates import estimates
from ._table import Table

__all__ = ["Document", "Figure", "Heading", "Table", "Text", "conventions", "estimates"]
