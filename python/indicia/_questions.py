"""What a definition asks of the people who fill in a table: one question a column."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from ._files import text_of

Kind = Literal["number", "yes_no", "choice", "several", "text"]

YES = ("yes", "是")
NO = ("no", "否")

# Names, texts and signs of the grammar of derived columns, as far as `lookup(column, "key", value, ...)` needs them.
_TOKEN = re.compile(r"\"([^\"]*)\"|'([^']*)'|`([^`]*)`|([^\W\d]\w*)|(\d[\w.]*)|([=!<>]=|\S)")
_CONDITIONS = ("all", "any", "of")


@dataclass(frozen=True, slots=True)
class Question:
    """One column to be filled in.

    ``answers`` maps each option to what the note of its indicator says of it; ``closed`` says whether there are no
    other answers; ``none`` is the option that excludes the others; ``ways`` are sets of columns that
    may be filled in place of this one; ``part_of`` and ``option`` say which option of which question a column is.
    """

    column: str
    kind: Kind = "number"
    label: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    closed: bool = True
    none: str | None = None
    domain: tuple[float, float] | None = None
    measure: str = ""
    note: str = ""
    blank: str = ""
    ways: Sequence[Sequence[str]] = ()
    part_of: str = ""
    option: str = ""
    asked: bool = True

    @property
    def percent(self) -> bool:
        """Whether 35 means 35 %."""
        return self.measure.startswith("%")


def questions_of(
    definition: Mapping[str, Any], columns: Sequence[Mapping[str, Any]], names: Sequence[str]
) -> list[Question]:
    """The questions of a definition, in the order of its columns.

    Parameters
    ----------
    definition : mapping
        As `Index.to_dict` gives it.
    columns : sequence of mapping
        What the data must hold, as `Index.columns` gives it.
    names : sequence of str
        All raw columns that the definition can read.
    """
    facts, derived = definition.get("columns", {}), definition.get("derived", {})
    compared = _compared(definition)
    keyed = texts_in(derived)
    ways = {column["name"]: column["alternatives"] for column in columns}
    found: dict[str, Question] = {}
    for indicator in definition.get("indicator", []):
        for question in _of_indicator(indicator, definition, ways):
            found.setdefault(question.column, question)
    for name in dict.fromkeys([*names, *facts]):
        if name not in found and name not in derived:
            found[name] = _of_column(name, compared.get(name, []), keyed.get(name))
    ordered: dict[str, Question] = {}
    for name in [*names, *facts]:
        if name in found and name not in ordered:
            part = found[name].part_of
            # The options of a question stand together, "none of these" last.
            ordered |= {other.column: other for other in found.values() if part and other.part_of == part}
            ordered[name] = found[name]
    return [_with_facts(question, facts.get(name, {})) for name, question in ordered.items()]


def _of_indicator(
    indicator: Mapping[str, Any], definition: Mapping[str, Any], ways: Mapping[str, Sequence[Sequence[str]]]
) -> Iterator[Question]:
    """The raw columns that an indicator reads: the first is asked for, others may stand in for it."""
    named = indicator.get("column") or [indicator["id"]]
    raw = [name for name in ([named] if isinstance(named, str) else named) if name not in definition.get("derived", {})]
    scale = indicator.get("scale", definition.get("defaults", {}).get("scale"))
    options = scale.get("options") if isinstance(scale, Mapping) else None
    label, note = _label(indicator.get("label"), indicator["id"]), indicator.get("note", "")
    domain = tuple(indicator["domain"]) if "domain" in indicator else None
    question = Question(indicator["id"], label=label, note=note, domain=domain, measure=indicator.get("measure", ""))
    question = replace(question, blank=_blank(indicator.get("blank")))
    if options:
        question = replace(question, kind="several" if options.get("multiple") else "choice", domain=None)
        question = replace(question, answers=_answers(options, note), none=options.get("none"))
    elif scale == "flag" or (isinstance(scale, Mapping) and "flag" in scale):
        question = replace(question, kind="yes_no", domain=None)
    template = options.get("columns") if options else None
    for place, name in enumerate(raw):
        others = [way for way in ways.get(name, ()) if list(way) != [name]]
        yield replace(question, column=name, asked=place == 0 and not template, ways=others)
    if template and options:
        # An answer of its own for each option; "none of these" is the last.
        for option in sorted(question.answers, key=lambda option: option == question.none):
            column = template.replace("{option}", option)
            own = _label_of_option(label, option, question)
            yield Question(column, "yes_no", own, part_of=indicator["id"], option=option, none=question.none)


def _label_of_option(label: Mapping[str, str], option: str, question: Question) -> dict[str, str]:
    """Options have no labels of their own: their key, in English with what the note says of it."""
    said = f" ({question.answers[option]})" if question.answers[option] else ""
    if option == question.none:
        return {"en": f"{text_of(dict(label))}: none of these{said}", "zh": f"{text_of(dict(label), 'zh')}：以上皆无"}
    return {"en": f"{text_of(dict(label))}: {option}{said}", "zh": f"{text_of(dict(label), 'zh')}：{option}"}


def _of_column(name: str, tests: Sequence[Mapping[str, Any]], keys: tuple[Sequence[str], bool] | None) -> Question:
    """A column that expressions or conditions use; what they compare it with says what it holds."""
    literals = [literal for test in tests for literal in [test.get("is"), *test.get("in", [])] if literal is not None]
    blank = next((_blank(test["blank"]) for test in tests if "blank" in test), "")
    if literals and all(isinstance(literal, bool) for literal in literals):
        return Question(name, "yes_no", blank=blank)
    texts = [literal for literal in literals if isinstance(literal, str)]
    if keys is not None and keys[0]:
        known, closed = keys
        return Question(name, "choice", answers=dict.fromkeys([*known, *texts], ""), closed=closed, blank=blank)
    if texts:
        return Question(name, "choice", answers=dict.fromkeys(texts, ""), closed=False, blank=blank)
    return Question(name, "number" if keys is None else "text", blank=blank)


def _with_facts(question: Question, facts: Mapping[str, Any]) -> Question:
    label = _label(facts["label"], question.column) if "label" in facts else question.label
    changes: dict[str, Any] = {"label": label or _label(None, question.column)}
    if "measure" in facts:
        changes["measure"] = facts["measure"]
    if "blank" in facts:
        changes["blank"] = _blank(facts["blank"])
    if "note" in facts:
        changes["note"] = facts["note"]
    if "domain" in facts and question.domain is None and question.kind == "number":
        changes["domain"] = tuple(facts["domain"])
    return replace(question, **changes)


def _label(label: Any, name: str) -> dict[str, str]:
    if isinstance(label, str):
        return {"en": label}
    return {language: str(text) for language, text in (label or {"en": name}).items() if text}


def _blank(answer: Any) -> str:
    if isinstance(answer, bool):
        return YES[0] if answer else NO[0]
    return "" if answer is None else str(answer)


def _answers(options: Mapping[str, Any], note: str) -> dict[str, str]:
    """The options with what the note says of them: ``one: one business link; several: two or more``."""
    names = list(options["points"])
    if options.get("none") and options["none"] not in names:
        names.append(options["none"])
    said = {}
    for part in note.split(";"):
        name, colon, text = part.strip().partition(":")
        if colon and name in names:
            said[name] = text.split(". ")[0].strip().removesuffix(".")
    return {name: said.get(name, "") for name in names}


def _compared(definition: Mapping[str, Any]) -> dict[str, list[Mapping[str, Any]]]:
    """The conditions on each column."""
    owners = [definition, *definition.get("group", [])]
    todo = [
        level["when"] for owner in owners for level in (owner.get("levels") or {}).get("level", []) if "when" in level
    ]
    found: dict[str, list[Mapping[str, Any]]] = {}
    while todo:
        condition = todo.pop()
        if "column" in condition:
            found.setdefault(condition["column"], []).append(condition)
        todo += [inner for name in _CONDITIONS for inner in condition.get(name, [])]
        todo += [condition["not"]] if "not" in condition else []
        todo += condition.get("cases", {}).get("then", [])
    return found


def columns_of_texts(definition: Mapping[str, Any]) -> set[str]:
    """Columns that expressions or conditions compare with texts."""
    found = {name for name, (keys, _) in texts_in(definition.get("derived", {})).items() if keys}
    for name, tests in _compared(definition).items():
        literals = [literal for test in tests for literal in [test.get("is"), *test.get("in", [])]]
        if any(isinstance(literal, str) for literal in literals):
            found.add(name)
    return found


def texts_in(derived: Mapping[str, Any]) -> dict[str, tuple[list[str], bool]]:
    """Columns of texts in expressions: what they are compared with, and whether a lookup without default lists all."""
    found: dict[str, tuple[list[str], bool]] = {}
    for rule in derived.values():
        tokens = list(_TOKEN.finditer(rule if isinstance(rule, str) else rule["expr"]))
        texts = [token[1] if token[1] is not None else token[2] for token in tokens]
        words = [token[3] or token[4] or token[6] or token[5] for token in tokens]
        for i, word in enumerate(words):
            if word == "lookup" and words[i + 1 : i + 2] == ["("] and i + 2 < len(words):
                end = words.index(")", i)
                parts = [part for part in range(i + 4, end) if words[part] != "," or texts[part] is not None]
                keys = [texts[part] for part in parts if texts[part] is not None]
                # Keys and signed numbers alternate: one number more than keys is the default.
                numbers = sum(texts[part] is None and words[part] != "-" for part in parts)
                if keys:
                    _join(found, words[i + 2], keys, numbers == len(keys))
            elif word in ("==", "!="):
                for column, text in ((i - 1, i + 1), (i + 1, i - 1)):
                    if (
                        0 <= column < len(words)
                        and 0 <= text < len(words)
                        and texts[text] is not None
                        and words[column]
                    ):
                        _join(found, words[column], [texts[text]], False)
    return found


def _join(found: dict[str, tuple[list[str], bool]], column: str, keys: Sequence[str], closed: bool) -> None:
    known, before = found.get(column, ([], True))
    found[column] = (list(dict.fromkeys([*known, *keys])), closed and before)
