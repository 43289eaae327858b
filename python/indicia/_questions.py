"""What a definition asks of the people who fill in a table: one question a column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from ._files import text_of

Kind = Literal["number", "yes_no", "choice", "several", "text"]

YES = ("yes", "是")
NO = ("no", "否")
_NONE = {"en": "none of these", "zh": "以上皆无"}
_COLON = {"en": ": ", "zh": "："}


@dataclass(frozen=True, slots=True)
class Question:
    """One column to be filled in.

    ``answers`` maps each option to its labels by language; ``closed`` says whether there are no other answers;
    ``none`` is the option that excludes the others; ``ways`` are sets of columns that may be filled in place of this
    one; ``part_of`` and ``option`` say which option of which question a column is.
    """

    column: str
    kind: Kind = "number"
    label: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
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

    def text(self, option: str, language: str) -> str:
        """An option as people read it: its label, else its key."""
        return text_of(dict(self.answers[option]), language).strip() or option


def questions_of(
    definition: Mapping[str, Any],
    columns: Sequence[Mapping[str, Any]],
    names: Sequence[str],
    choices: Mapping[str, Mapping[str, Any]],
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
    choices : mapping
        What expressions and conditions compare columns with, as the summary of the core gives it.
    """
    facts, derived = definition.get("columns", {}), definition.get("derived", {})
    ways = {column["name"]: column["alternatives"] for column in columns}
    found: dict[str, Question] = {}
    for indicator in definition.get("indicator", []):
        for question in _of_indicator(indicator, definition, ways):
            found.setdefault(question.column, question)
    for name in dict.fromkeys([*names, *facts]):
        if name not in found and name not in derived:
            found[name] = _of_column(name, choices.get(name, {}))
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
        question = replace(question, answers=_answers(options), none=options.get("none"))
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
    """The label of the column of an option."""
    said = question.answers[option] or (_NONE if option == question.none else {})
    return {
        language: text_of(dict(label), language) + colon + (text_of(dict(said), language) or option)
        for language, colon in _COLON.items()
    }


def _of_column(name: str, choices: Mapping[str, Any]) -> Question:
    """A column that expressions or conditions use; what they compare it with says what it holds."""
    blank = choices.get("blank") or ""
    if choices.get("texts"):
        answers: dict[str, dict[str, str]] = {text: {} for text in choices["texts"]}
        return Question(name, "choice", answers=answers, closed=bool(choices["closed"]), blank=blank)
    return Question(name, "yes_no" if choices.get("yes_no") else "number", blank=blank)


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


def _answers(options: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """The options with their labels."""
    names = list(options["points"])
    if options.get("none") and options["none"] not in names:
        names.append(options["none"])
    labels = options.get("labels", {})
    return {name: _label(labels[name], name) if name in labels else {} for name in names}
