"""Blank questionnaires: a workbook with labels, drop-downs and limits, or the first line of a CSV file."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ._answer_files import CHOICES, DATA, README, letters
from ._answer_options import entry_of
from ._answer_values import numeric_options
from ._files import text_of
from ._output import optional
from ._questions import NO, YES, Question
from ._template_words import HOW, LANGUAGES, TIME, UNIT, entry, unit_headings
from .errors import DefinitionError, LimitError, UnknownNameError

_SUFFIXES = (".xlsx", ".csv")
_MOST_COLUMNS = 16_384  # of a sheet
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_NARROW, _WIDE = 14, 34
_TALL = 200.0
_HEADINGS = frozenset(" ".join(text.split()) for text in unit_headings())


def is_heading(value: Any) -> bool:
    """Whether the cell of a unit is one of the texts that a template has below the names of columns."""
    return isinstance(value, str) and " ".join(value.split()) in _HEADINGS


def write_template(
    questions: Sequence[Question],
    facts: Mapping[str, Any],
    title: str,
    path: str | Path | None,
    *,
    language: str | Iterable[str] = LANGUAGES,
    units: int = 20,
    unit: str = "unit",
    time: str | None = None,
    also: Sequence[str] = (),
) -> Any:
    """Write a template, or give the workbook where there is no path; see `Index.template`."""
    languages = _languages(language)
    if isinstance(units, bool) or not isinstance(units, int) or units < 1:
        raise ValueError(f"units= is a number of at least 1, found {units!r}")
    names = [question.column for question in questions]
    own = [unit, *([time] if time is not None else []), *also]
    taken = next((name for i, name in enumerate(own) if name in names or name in own[:i]), None)
    if taken is not None:
        raise UnknownNameError(f"{taken!r} stands for two columns; say another name by unit=, time= or also=")
    asked = [Question(name, "text", {"en": name}, closed=False) for name in also]
    asked += [question for question in questions if question.asked]
    bad = next((question.column for question in asked if _UNPRINTABLE.search(question.column)), None)
    if bad is not None:
        raise DefinitionError(f"column {bad!r}: its name has characters that cannot stand in a file; rename it")
    columns = [unit, *([time] if time is not None else []), *(question.column for question in asked)]
    if len(columns) > _MOST_COLUMNS:
        raise LimitError(f"a sheet has {_MOST_COLUMNS} columns, this definition asks for {len(columns)}; write a .csv")
    if path is not None:
        path = Path(path)
        if path.suffix.lower() not in _SUFFIXES:
            raise UnknownNameError(f"{path.name}: the suffix says the format, expected one of {', '.join(_SUFFIXES)}")
        if path.suffix.lower() == ".csv":
            line = io.StringIO()
            csv.writer(line, lineterminator="\n").writerow(columns)
            # With the mark by which spreadsheet programs know UTF-8.
            path.write_text(line.getvalue(), encoding="utf-8-sig")
            return None
    book = _Book(languages, units)
    book.data(unit, time, asked)
    book.readme(facts, title, asked)
    if path is None:
        return book.book
    book.book.save(path)
    return None


def _languages(language: str | Iterable[str]) -> tuple[str, ...]:
    wanted = (language,) if isinstance(language, str) else tuple(language)
    strange = next((word for word in wanted if word not in LANGUAGES), None)
    if strange is not None or not wanted:
        raise UnknownNameError(f"language= is 'en', 'zh' or both as ('en', 'zh'), found {language!r}")
    return tuple(dict.fromkeys(wanted))


class _Book:
    """A workbook under construction."""

    def __init__(self, languages: Sequence[str], units: int) -> None:
        openpyxl = optional("openpyxl", "tables", "a questionnaire as .xlsx")
        # Parts of the package that its top does not import.
        self.styles = optional("openpyxl.styles", "tables", "a questionnaire as .xlsx")
        self.checks = optional("openpyxl.worksheet.datavalidation", "tables", "a questionnaire as .xlsx")
        self.book = openpyxl.Workbook()
        self.languages, self.units = languages, units
        self.sheet = self.book.active
        self.sheet.title = DATA
        self.lists = self.book.create_sheet(CHOICES)
        self.lists.sheet_state = "hidden"
        self.places: dict[tuple[Any, ...], str] = {}
        self.rules: dict[tuple[str, str, str], Any] = {}

    def data(self, unit: str, time: str | None, asked: Sequence[Question]) -> None:
        """The sheet to be filled in: names, labels, what to enter, then one row a unit."""
        first = len(self.languages) + 3
        self._head(1, unit, [UNIT[language] for language in self.languages], _joined(self.languages, "unit"))
        if time is not None:
            self._head(2, time, [TIME[language] for language in self.languages], _joined(self.languages, "time"))
        offset = 1 if time is None else 2
        for column, question in enumerate(asked, offset + 1):
            labels = [text_of(dict(question.label), language) for language in self.languages]
            hint = "\n".join(entry(question, language) for language in self.languages)
            self._head(column, question.column, labels, hint)
            self._check(question, column, first)
        last = first + self.units - 1
        for row in range(first, last + 1):
            self.sheet.cell(row, 1).number_format = "@"  # 007 stays 007
        heights = [20.0, *(self._height(row) for row in range(2, first))]
        for row, height in enumerate(heights, 1):
            self.sheet.row_dimensions[row].height = height
        self.sheet.freeze_panes = f"{letters(offset + 1)}{first}"

    def _head(self, column: int, name: str, labels: Sequence[str], hint: str) -> None:
        styles = self.styles
        cells = [_put(self.sheet, row, column, text) for row, text in enumerate([name, *labels, hint], 1)]
        wide = max(_NARROW, min(_WIDE, max(_width(text) // 2 for text in [*labels, hint])), min(len(name) + 2, _WIDE))
        self.sheet.column_dimensions[letters(column)].width = wide
        for cell in cells:
            cell.alignment = styles.Alignment(wrap_text=True, vertical="top")
            cell.fill = styles.PatternFill("solid", fgColor="EEF2F7")
        cells[0].font = styles.Font(bold=True, color="FFFFFF")
        cells[0].fill = styles.PatternFill("solid", fgColor="2F4B7C")
        cells[-1].font = styles.Font(italic=True, color="555555")
        cells[-1].border = styles.Border(bottom=styles.Side("medium"))

    def _height(self, row: int) -> float:
        """Spreadsheet programs do not fit the height of rows that come from elsewhere."""
        lines = 1
        for cell in self.sheet[row]:
            wide = self.sheet.column_dimensions[cell.column_letter].width
            lines = max(lines, sum(1 + int(_width(line) // wide) for line in str(cell.value or "").split("\n")))
        return min(15.0 * lines + 3.0, _TALL)

    def _check(self, question: Question, column: int, first: int) -> None:
        """A drop-down or limits for the cells of a question; equal ones are one rule over several columns."""
        if question.kind == "yes_no":
            words = [pair[LANGUAGES.index(language)] for language in self.languages for pair in (YES, NO)]
            key = ("list", self._list(words), "")
        elif question.kind == "choice" and question.answers:
            key = ("list", self._list(self._options(question)), "" if question.closed else question.column)
        elif question.kind == "number" and question.domain is not None:
            key = ("decimal", repr(float(question.domain[0])), repr(float(question.domain[1])))
        else:
            return
        # What is said by a rule over several columns is true of all of them.
        alike = replace(question, ways=(), blank="")
        hint = "\n".join(entry(alike, language) for language in self.languages)
        kind, low, high = key
        if key not in self.rules:
            rule = self.checks.DataValidation(type=kind, formula1=low, allow_blank=True)
            if kind == "decimal":
                rule.operator, rule.formula2 = "between", high
            rule.showErrorMessage = question.closed
            rule.errorTitle, rule.error = "indicia", hint[:225]
            rule.showInputMessage, rule.prompt = True, hint[:255]
            self.sheet.add_data_validation(rule)
            self.rules[key] = rule
        letter = letters(column)
        self.rules[key].add(f"{letter}{first}:{letter}{first + self.units - 1}")

    def _options(self, question: Question) -> list[Any]:
        """Labels, in one language after the other as yes and no; numbers stay numbers where there are none."""
        if numeric_options([*question.answers]) and not any(question.answers.values()):
            return [float(option) for option in question.answers]
        words = [entry_of(option, question, language) for language in self.languages for option in question.answers]
        return list(dict.fromkeys(words))

    def _list(self, words: Sequence[Any]) -> str:
        """The range of a list on the hidden sheet; a list inside a rule could not hold commas or 256 characters."""
        key = tuple(words)
        if key not in self.places:
            column = len(self.places) + 1
            for row, word in enumerate(words, 1):
                _put(self.lists, row, column, word)
            letter = letters(column)
            self.places[key] = f"{CHOICES}!${letter}$1:${letter}${len(words)}"
        return self.places[key]

    def readme(self, facts: Mapping[str, Any], title: str, asked: Sequence[Question]) -> None:
        """The sheet that says what this is and how to fill it in."""
        styles = self.styles
        sheet = self.book.create_sheet(README)
        rows: list[Sequence[Any]] = [("indicia", _both(facts.get("label"), self.languages)), ("id", title)]
        for key in ("edition", "valid_from", "valid_to", "source", "confidence", "sha256"):
            if facts.get(key):
                rows.append((key, str(facts[key])))
        if facts.get("description"):
            rows.append(("description", _both(facts["description"], self.languages)))
        rows += [("how to fill in" if i == 0 else "", text) for i, text in enumerate(self._how())]
        rows += [("notes" if i == 0 else "", note) for i, note in enumerate(facts.get("notes", []))]
        table = len(rows) + 2
        rows += [(), ("column", *(f"label ({language})" for language in self.languages), "what to enter", "note")]
        for question in asked:
            labels = [text_of(dict(question.label), language) for language in self.languages]
            hints = "\n".join(entry(question, language) for language in self.languages)
            rows.append((question.column, *labels, hints, question.note))
        for row, texts in enumerate(rows, 1):
            for column, text in enumerate(texts, 1):
                cell = _put(sheet, row, column, text)
                # Long texts of the upper part run over the empty cells to their right.
                cell.alignment = styles.Alignment(wrap_text=row >= table, vertical="top")
                if column == 1 or row == table:
                    cell.font = styles.Font(bold=True)
        for column, wide in enumerate([26, *(44 for _ in self.languages), 44, 60], 1):
            sheet.column_dimensions[letters(column)].width = wide

    def _how(self) -> list[str]:
        return [line for language in self.languages for line in HOW[language]]


def _joined(languages: Sequence[str], what: str) -> str:
    return "\n".join(entry(what, language) for language in languages)


def _both(text: Any, languages: Sequence[str]) -> str:
    return " / ".join(dict.fromkeys(text_of(text, language) for language in languages))


def _put(sheet: Any, row: int, column: int, value: Any) -> Any:
    """A cell with a text as a text, also where it begins with an equals sign."""
    cell = sheet.cell(row, column)
    cell.value = _UNPRINTABLE.sub(" ", value)[:32_000] if isinstance(value, str) else value
    if isinstance(value, str) and value.startswith("="):
        cell.data_type = "s"
    return cell


def _width(text: str) -> int:
    """Columns on paper: characters of Chinese take two."""
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text)
