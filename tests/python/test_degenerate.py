"""The page of degenerate cases says what the methods do."""

from __future__ import annotations

from pathlib import Path

import degenerate


def test_the_page_is_what_running_the_methods_gives() -> None:
    page = Path(__file__).parents[2] / "docs" / "degenerate.md"
    assert page.read_text(encoding="utf-8") == degenerate.table()
