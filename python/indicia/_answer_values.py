"""One cell of a file of answers as a value; nothing is guessed, what has two readings is refused."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from ._answer_cells import Cell, Trouble
from ._answer_options import excludes, is_answer, option_of, parted, unknown
from ._names import did_you_mean
from ._questionnaire import Decimals
from ._questions import NO, YES, Question

# Words for "missing", as in every table read from text. "none" is an answer, not a gap.
MISSING = ("NA", "N/A", "NaN", "nan", "NULL", "null")
# As the core reads them.
_TRUE = ("yes", "true", "y", "1", "1.0", YES[1])
_FALSE = ("no", "false", "n", "0", "0.0", NO[1])
_SHARES = ("fraction", "share", "ratio")
_NEAR = 1e-9
_SPACES = " '’"
_TAIL = r"(?:[eE][+-]?\d+)?"
_PLAIN = re.compile(rf"[+-]?(?:\d+\.?\d*|\.\d+){_TAIL}")
_SPACED = re.compile(rf"[+-]?\d{{1,3}}(?:([{_SPACES}])\d{{3}})(?:\1\d{{3}})*(?:\.\d*)?{_TAIL}")


def value_of(cell: Cell, question: Question, decimal: Decimals | None) -> float | str | None:
    """The answer in a cell; None where it says that the answer is missing.

    Raises
    ------
    Trouble
        If it is no answer to the question.
    """
    if cell.trouble is not None:
        raise cell.trouble
    if isinstance(cell.value, date | datetime | time | timedelta):
        raise Trouble(
            f"a date or time where {_expected(question)} is expected",
            "programs turn entries such as 3-5 into dates: format the cell as number or text and enter it again",
        )
    if isinstance(cell.value, str) and "\ufffd" in cell.value:
        raise Trouble("a damaged character", "the file was saved in another encoding: export it again as UTF-8")
    if isinstance(cell.value, str) and cell.value.strip() in MISSING and not is_answer(cell.value.strip(), question):
        return None
    return _READERS[question.kind](cell, question, decimal)


def _number(cell: Cell, question: Question, decimal: Decimals | None) -> float:
    value = cell.value
    if isinstance(value, bool):
        raise Trouble("yes or no where a number is expected", _enter(question))
    if isinstance(value, str):
        exact, percent = _written(value, question, decimal)
    else:
        exact, percent = Decimal(repr(float(value))), cell.percent
        if percent:
            exact = exact.scaleb(2)  # as it is shown
    number = float(_of_percent(exact, question) if percent else exact)
    if not math.isfinite(number):
        raise Trouble("not a finite number", _enter(question))
    if question.domain is not None:
        low, high = question.domain
        if number < low - _NEAR * max(1.0, abs(low)) or number > high + _NEAR * max(1.0, abs(high)):
            hint = f"; {_plain(exact)} % is entered as {_plain(exact.scaleb(-2))} or {_plain(exact)}%"
            share = high == 1.0 and not percent and 1.0 < number <= 100.0
            raise Trouble(f"outside {_plain(low)} to {_plain(high)}", _enter(question) + (hint if share else ""))
    return number


def _written(text: str, question: Question, decimal: Decimals | None) -> tuple[Decimal, bool]:
    """A number as text, and whether it is a percentage."""
    plain = unicodedata.normalize("NFKC", text).strip().replace("\u2212", "-")
    percent = plain.endswith("%")
    plain = plain.removesuffix("%").strip()
    if plain.startswith("="):
        raise Trouble(
            "a formula stored as text", "enter the number, or format the cell as number and the formula again"
        )
    if decimal is not None:
        found = _with_decimal(plain, decimal)
        if found is None:
            other = "." if decimal == "," else ","
            misread = _with_decimal(plain, "." if decimal == "," else ",") is not None
            why = f"not a number with decimal={decimal!r}" if misread else "not a number"
            raise Trouble(
                why,
                f"enter it with {decimal!r} for decimals and {other!r} or nothing for thousands"
                if misread
                else _enter(question),
            )
        return found, percent
    if _PLAIN.fullmatch(plain) or _SPACED.fullmatch(plain):
        return _exact(re.sub(f"[{_SPACES}]", "", plain)), percent
    point, comma = _with_decimal(plain, "."), _with_decimal(plain, ",")
    if point is not None and comma is not None:
        raise Trouble(
            f"two readings, {_plain(comma)} or {_plain(point)}",
            f"say decimal=',' for {_plain(comma)}, decimal='.' for {_plain(point)}, or enter a plain number",
        )
    if point is not None or comma is not None:
        sign, number = (".", point) if point is not None else (",", comma)
        kind = "thousands separators" if sign == "." or "," not in plain else "a decimal comma"
        raise Trouble(f"written with {kind}", f"say decimal={sign!r} to read {_plain(number)}, or enter a plain number")
    raise Trouble("not a number", _enter(question))


def _with_decimal(text: str, decimal: Decimals) -> Decimal | None:
    group = f"[{_SPACES}{',' if decimal == '.' else '.'}]"
    sign = re.escape(decimal)
    whole = rf"(?:\d+|\d{{1,3}}({group})\d{{3}}(?:\1\d{{3}})*)"
    if not re.fullmatch(rf"[+-]?(?:{whole}(?:{sign}\d*)?|{sign}\d+){_TAIL}", text):
        return None
    return _exact(re.sub(group, "", text).replace(decimal, "."))


def _exact(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise Trouble("not a number", "enter a plain number") from None


def _of_percent(shown: Decimal, question: Question) -> Decimal:
    """35 % is 35 where the column is measured in %, 0.35 in a share and where nothing else is said."""
    if question.percent:
        return shown
    high = None if question.domain is None else question.domain[1]
    share = question.measure in _SHARES or (high is not None and high <= 1.0)
    if not share and (question.measure or high == 100.0):
        what = f"measured in {question.measure}" if question.measure else "with values up to 100"
        raise Trouble(f"a percentage in a column {what}", _enter(question))
    return shown.scaleb(-2)


def _yes_no(cell: Cell, question: Question, _: Decimals | None) -> float:
    value = cell.value
    if isinstance(value, bool | int | float):
        if value in (0, 1):
            return float(value)
    else:
        word = unicodedata.normalize("NFKC", str(value)).strip().casefold()
        if word in _TRUE or word in _FALSE:
            return float(word in _TRUE)
    hint = did_you_mean(value, [*YES, *NO]) if isinstance(value, str) else ""
    raise Trouble(f"neither yes nor no{hint}", "enter yes or no (是 or 否), or leave it blank where it is unknown")


def _choice(cell: Cell, question: Question, _: Decimals | None) -> str:
    text = _text(cell, question, None)
    option = option_of(text, question)
    if option is not None:
        return option
    if not question.closed:
        return text
    raise unknown(text, question)


def _several(cell: Cell, question: Question, _: Decimals | None) -> str | None:
    text = _text(cell, question, None)
    whole = option_of(text, question)
    if whole is not None:
        return whole
    keys = [*question.answers]
    labels = [label for texts in question.answers.values() for label in texts.values()]
    chosen = []
    # A sign that stands in a label separates only what is no answer with it.
    for part in parted(text, [*keys, *labels]):
        option = option_of(part, question)
        for word in [part] if option is not None else parted(part, keys):
            option = option_of(word, question)
            if option is None:
                raise unknown(word, question)
            chosen.append(option)
    chosen = list(dict.fromkeys(chosen))
    if question.none in chosen and len(chosen) > 1:
        raise excludes(question.none or "")
    return ";".join(chosen) if chosen else None


def _text(cell: Cell, question: Question, _: Decimals | None) -> str:
    value = cell.value
    if isinstance(value, bool):
        return YES[0] if value else NO[0]
    if isinstance(value, int | float):
        return str(int(value)) if float(value).is_integer() else str(value)
    text = str(value).strip()
    if text.startswith("=") and option_of(text, question) is None:
        raise Trouble("a formula stored as text", "enter the answer itself")
    return text


_READERS: dict[str, Callable[[Cell, Question, Decimals | None], float | str | None]] = {
    "number": _number,
    "yes_no": _yes_no,
    "choice": _choice,
    "several": _several,
    "text": _text,
}


def numeric_options(options: Sequence[str]) -> bool:
    """Whether all options are numbers, so that their column is one of numbers."""
    return bool(options) and all(_PLAIN.fullmatch(option) for option in options)


def _expected(question: Question) -> str:
    return {"number": "a number", "yes_no": "yes or no"}.get(
        question.kind, "one of the options" if question.answers else "a text"
    )


def _enter(question: Question) -> str:
    if question.kind != "number":
        return f"enter {_expected(question)}"
    within = f" from {_plain(question.domain[0])} to {_plain(question.domain[1])}" if question.domain else ""
    measure = f", in {question.measure}" if question.measure else ""
    return f"enter a plain number{within}{measure}"


def _plain(number: Any) -> str:
    exact = number if isinstance(number, Decimal) else Decimal(repr(float(number)))
    text = f"{exact.normalize():f}" if abs(exact.adjusted()) < 16 else f"{exact:E}"
    return "0" if text in ("-0", "") else text
