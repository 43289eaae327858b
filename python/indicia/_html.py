"""Small tables for notebooks: escaped, without colors of their own, so that they read on light and dark."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

_MOST_ROWS = 200
_LONGEST = 200


def number(value: float) -> str:
    """A score as people read it."""
    return f"{value:.4g}" if abs(value) < 1000 else f"{value:.0f}"


def cell(value: Any) -> str:
    """One value as escaped text; missing is a dash."""
    if value is None or (isinstance(value, float) and value != value):
        return '<span style="opacity: 0.5">&ndash;</span>'
    if isinstance(value, float):
        return number(value)
    text = str(value)
    return html.escape(text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…")


def table(title: str, head: Sequence[str], rows: Sequence[Sequence[Any]], notes: Sequence[str] = ()) -> str:
    """A table with a title and notes below; long ones are cut."""
    shown = rows[:_MOST_ROWS]
    border = "border-bottom: 1px solid; text-align: left; padding: 2px 8px"
    parts = [f"<div><p><strong>{html.escape(title)}</strong></p>", '<table style="border-collapse: collapse">']
    parts.append("<thead><tr>" + "".join(f'<th style="{border}">{cell(name)}</th>' for name in head) + "</tr></thead>")
    parts.append("<tbody>")
    for row in shown:
        parts.append("<tr>" + "".join(f'<td style="padding: 2px 8px">{cell(value)}</td>' for value in row) + "</tr>")
    parts.append("</tbody></table>")
    if len(rows) > len(shown):
        notes = [*notes, f"{len(rows) - len(shown)} more rows"]
    parts.extend(f'<p style="opacity: 0.7">{html.escape(note)}</p>' for note in notes)
    parts.append("</div>")
    return "".join(parts)
