"""What a cell of a file of answers is, and why one cannot be used."""

from __future__ import annotations

from typing import Any, NamedTuple


class Cell(NamedTuple):
    """What a cell holds; ``percent`` says that it is shown as a percentage, ``trouble`` that it cannot be read."""

    value: Any
    percent: bool = False
    trouble: Trouble | None = None


class Trouble(Exception):
    """Why a cell cannot be used, and what to do."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
