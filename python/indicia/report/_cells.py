"""Cells as people read them, and their texts in Markdown and LaTeX."""

from __future__ import annotations

import datetime
import html
import math
import re
from numbers import Integral, Real
from typing import Any

__all__ = ["DASH", "Printed", "fixed", "is_number", "latex", "markdown", "text"]

DASH = "–"

# Missing values of pandas that are not None or NaN.
_NOTHING = ("NAType", "NaTType")
# What no printed page and no spreadsheet holds.
_CONTROL = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127])
_LATEX = str.maketrans(
    {
        "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
        "{": r"\{", "}": r"\}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
        "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}", "∞": r"$\infty$", "²": "$^2$",
    }
)  # fmt: skip
# A pipe ends a cell, a backslash before it too; the others would be emphasis, code, mathematics or tags.
_MARKDOWN = str.maketrans({"\\": r"\\", "|": r"\|", "*": r"\*", "`": r"\`", "$": r"\$", "<": "&lt;", "~": r"\~"})
_NUMBER = re.compile(r"(\(?)-(?=[\d∞])")
_POWER = re.compile(r"^(-?[\d.]+)e([+-])0*(\d+)$")
_STARS = re.compile(r"\*+$")


class Printed(float):
    """A number with its own print: brackets around, stars behind, so many decimals. Files of data hold the number."""

    __slots__ = ("brackets", "decimals", "stars")
    decimals: int
    brackets: bool
    stars: str

    def __new__(cls, value: float, decimals: int, *, brackets: bool = False, stars: str = "") -> Printed:
        made = super().__new__(cls, value)
        made.decimals, made.brackets, made.stars = decimals, brackets, stars
        return made

    def shown(self, missing: str) -> str:
        """The print."""
        plain = missing if math.isnan(self) else fixed(float(self), self.decimals)
        return f"({plain})" if self.brackets else plain + self.stars

    def excel(self) -> str:
        """The format of a spreadsheet that prints the same."""
        plain = "0." + "0" * self.decimals if self.decimals else "0"
        if self.brackets:
            return f'"("{plain}")"'
        return f'{plain}"{self.stars}"' if self.stars else plain


def text(value: Any, digits: int = 3, *, missing: str = DASH) -> str:
    """A value as people read it: missing is a dash, whole numbers are whole, others have significant digits."""
    if isinstance(value, Printed):
        return value.shown(missing)
    if value is None or (isinstance(value, float) and math.isnan(value)) or type(value).__name__ in _NOTHING:
        return missing
    if is_number(value):
        if isinstance(value, Integral):
            return str(int(value))
        number = float(value)
        if math.isinf(number):
            return "∞" if number > 0 else "-∞"
        if number.is_integer() and abs(number) < 1e15:
            return str(int(number))
        short = f"{number:.{digits}g}"
        return short if "e" not in short or not 1e-4 < abs(number) < 1e15 else f"{number:.0f}"
    if isinstance(value, bool) or type(value).__name__ == "bool":
        return "yes" if value else "no"
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    return str(value).translate(_CONTROL)


def fixed(value: float, decimals: int, thousands: bool = False) -> str:
    """A number with so many decimals; what rounds to zero has no sign."""
    if math.isinf(value):
        return text(value)
    shown = f"{value:{',' if thousands else ''}.{decimals}f}"
    return shown[1:] if shown.startswith("-") and not shown.strip("-0.") else shown


def is_number(value: Any) -> bool:
    """Whether a value is a number; yes and no are none."""
    return isinstance(value, Real) and not isinstance(value, bool)


def latex(words: str, number: bool = False) -> str:
    """A text in LaTeX: nothing in it is a command. Numbers have a true minus and raised stars."""
    found = " ".join(words.translate(_CONTROL).split()).translate(_LATEX)
    power = _POWER.match(found) if number else None
    if power:
        return rf"${power[1]} \times 10^{{{power[2].strip('+')}{power[3]}}}$"
    if number:
        found = _STARS.sub(lambda stars: f"$^{{{stars.group()}}}$", _NUMBER.sub(r"\1$-$", found))
    return found


def markdown(words: str) -> str:
    """A text in Markdown (GitHub's and pandoc's): shown as it is, on one line."""
    line = " ".join(words.translate(_CONTROL).split())
    line = re.sub(r"&(?=#?\w+;)", "&amp;", line).translate(_MARKDOWN)
    # Underscores within words are plain, those at their ends would be emphasis; brackets could be a link.
    line = re.sub(r"(?<!\w)_|_(?!\w)", r"\\_", line)
    return re.sub(r"\](?=[(\[])", r"\\]", line)


def page(words: str) -> str:
    """A text in HTML."""
    return html.escape(words)
