"""A method described in words, for print and for notebooks."""

from __future__ import annotations

import html
import re

_CODE = re.compile(r"`([^`]+)`")


class Description:
    """Markdown that shows itself in a notebook, and as text elsewhere."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def __str__(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return self._text

    def _repr_markdown_(self) -> str:
        return self._text

    def _repr_html_(self) -> str:
        """Headings, lists and paragraphs; everything else as it stands, escaped."""
        parts: list[str] = []
        listed = False
        for line in self._text.splitlines():
            text = _CODE.sub(r"<code>\1</code>", html.escape(line.strip()))
            item = text.startswith("- ")
            if listed and not item and text:
                parts.append("</ul>")
                listed = False
            if item:
                parts.append(f"{'' if listed else '<ul>'}<li>{text[2:]}</li>")
                listed = True
            elif text.startswith("#"):
                level = min(len(text) - len(text.lstrip("#")), 4) + 1
                parts.append(f"<h{level}>{text.lstrip('# ')}</h{level}>")
            elif text:
                parts.append(f"<p>{text}</p>")
        return "\n".join(parts + ["</ul>"] * listed)
