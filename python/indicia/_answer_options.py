"""Options as people write them: which one a text means, and what is shown of each."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from ._answer_cells import Trouble
from ._names import did_you_mean, listed, shorten
from ._questions import NO, YES, Question

# What separates answers in a text, unless an option's name contains it; as the core splits them.
_SEPARATORS = ";；|、,，\n"


def option_of(text: str, question: Question) -> str | None:
    """The option that a text means: its key in any case, a label, or both; yes and no also 是, 否.

    Raises
    ------
    Trouble
        If it means several.
    """
    if text in question.answers:
        return text
    found = options_of(text, question)
    if len(found) > 1:
        shown = " and ".join(map(repr, found))
        raise Trouble(f"{shorten(text)} means {shown}", f"enter the key of the one that is meant: {' or '.join(found)}")
    return found[0] if found else None


def options_of(text: str, question: Question) -> list[str]:
    """The options that a text may mean."""
    word = _folded(text)
    key = word.casefold()
    yes_no = {pair[1]: pair[0] for pair in (YES, NO)}.get(word)
    found = []
    for option, labels in question.answers.items():
        texts = {_folded(label) for label in labels.values()}
        both = {f"{_folded(option)}:{sign}{label}" for label in texts for sign in ("", " ")}
        if key == _folded(option).casefold() or word in texts or word in both or option == yes_no:
            found.append(option)
    return found


def is_answer(word: str, question: Question) -> bool:
    """Whether a word is the key or a label of an option as it stands."""
    return word in question.answers or any(word in labels.values() for labels in question.answers.values())


def entry_of(option: str, question: Question, language: str) -> str:
    """What is entered for an option: its label, with its key where others share it."""
    text = question.text(option, language)
    return text if text == option or options_of(text, question) == [option] else f"{option.strip()}: {text}"


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def unknown(text: str, question: Question) -> Trouble:
    """What is wrong with a text that means no option."""
    options = list(question.answers)
    words = [*options, *(label for labels in question.answers.values() for label in labels.values())]
    told = [option if (label := question.text(option, "en")) == option else f"{option} ({label})" for option in options]
    return Trouble(f"unknown option {shorten(text)}{did_you_mean(text, words)}", f"expected one of {listed(told)}")


def parted(text: str, whole: Sequence[str]) -> list[str]:
    """The parts between separators that stand in no word."""
    signs = "".join(sign for sign in _SEPARATORS if not any(sign in word for word in whole))
    parts = re.split(f"[{re.escape(signs)}]", text) if signs else [text]
    return [part.strip() for part in parts if part.strip()]


def excludes(none: str) -> Trouble:
    """The answer that stands alone stands with others."""
    return Trouble(f"{none!r} excludes the other answers chosen with it", f"take out {none!r}, or the others")
