"""What a questionnaire says to those who fill it in, in English and Chinese."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import permutations

from ._questions import Question

LANGUAGES = ("en", "zh")

UNIT = {"en": "Unit (firm, city, country)", "zh": "单位（企业、城市、国家）"}
TIME = {"en": "Period", "zh": "时期"}
_UNIT_ENTRY = {"en": "a name or number, each once", "zh": "名称或编号，不得重复"}
_TIME_ENTRY = {"en": "such as 2024", "zh": "如2024"}

HOW = {
    "en": (
        "Fill in the sheet data, one row a unit, below the headings. Keep row 1: it names the columns for the program.",
        "A blank cell means unknown, never no and never zero: enter no where the answer is no, 0 where it is zero.",
        "Choose from the drop-downs where there are any. In a column of shares a percentage may be entered as 35%.",
        "Do not merge cells. Columns may be moved; columns of your own are kept.",
        "Several answers in one cell are separated by semicolons: a;b.",
    ),
    "zh": (
        "请在data表中填写，每个单位一行，从表头下方开始。请保留第一行：程序按其识别各列。",
        "空白表示未知，不会视为“否”或0：答案为“否”请填“否”，数值为零请填0。",
        "有下拉选项的请从中选择。比例列可填35%。",
        "请勿合并单元格。列可以移动，也可以增加自己的列。",
        "同一单元格有多个答案时以分号分隔：a;b。",
    ),
}


def unit_headings() -> Iterator[str]:
    """All texts that stand below the name of the column of units, in every choice of languages."""
    yield from (*UNIT.values(), *_UNIT_ENTRY.values())
    for languages in permutations(LANGUAGES):
        yield "\n".join(_UNIT_ENTRY[language] for language in languages)


def entry(question: Question | str, language: str) -> str:
    """What to enter, in a line."""
    if isinstance(question, str):
        return {"unit": _UNIT_ENTRY, "time": _TIME_ENTRY}[question][language]
    parts = [_PARTS[language](question)]
    if question.blank:
        parts.append(f"blank counts as {question.blank}" if language == "en" else f"空白视为{_chinese(question.blank)}")
    for way in question.ways:
        parts.append(f"or fill in {_some(way)} instead" if language == "en" else f"或改填 {_some(way)}")
    return "; ".join(parts) if language == "en" else "；".join(parts)


def _english(question: Question) -> str:
    if question.kind == "yes_no":
        return "yes or no"
    if question.answers:
        begin = (
            "one or more, separated by ;" if question.kind == "several" else "one of" if question.closed else "such as"
        )
        alone = f" ({question.none} stands alone)" if question.kind == "several" and question.none else ""
        return f"{begin}{alone}: {_options(question, 'en')}"
    if question.kind == "text":
        return "text or number"
    within = f" from {_number(question.domain[0])} to {_number(question.domain[1])}" if question.domain else ""
    return f"number{within}" + (f", in {question.measure}" if question.measure else "")


def _options(question: Question, language: str) -> str:
    """The options as they are entered: labels where they are chosen, keys with labels where they are written."""
    colon = ": " if language == "en" else "："
    labels = {option: question.text(option, language) for option in question.answers}
    if question.kind != "several":
        return " | ".join(labels.values())
    return " | ".join(option if label == option else f"{option}{colon}{label}" for option, label in labels.items())


def _in_chinese(question: Question) -> str:
    if question.kind == "yes_no":
        return "是或否"
    if question.answers:
        begin = "可多选，以;分隔" if question.kind == "several" else "单选" if question.closed else "例如"
        alone = f"（{question.none}不与其他选项同选）" if question.kind == "several" and question.none else ""
        return f"{begin}{alone}：{_options(question, 'zh')}"
    if question.kind == "text":
        return "文字或数字"
    within = f"，{_number(question.domain[0])}至{_number(question.domain[1])}" if question.domain else ""
    return f"数字{within}" + (f"，单位：{question.measure}" if question.measure else "")


_PARTS = {"en": _english, "zh": _in_chinese}


def _chinese(answer: str) -> str:
    return {"yes": "是", "no": "否"}.get(answer, answer)


def _some(names: Sequence[str]) -> str:
    return ", ".join(names) if len(names) < 5 else f"{names[0]} ... {names[-1]}"


def _number(value: float) -> str:
    return f"{value:g}"
