"""``indicia demo``: firms scored with two rule books, countries with a third."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from . import datasets
from ._books import framework
from ._output import Levels
from ._tables_io import as_text


def demo(firms: int) -> Iterator[str]:
    """The texts of the demo, one after the other."""
    survey = datasets.make_ict_survey(firms)
    index = framework("eurostat-dii", edition=2023)
    yield f"# {index.label}\nSynthetic survey of {firms} enterprises, weighted; calibrated to published EU totals."
    scores = index.score(survey, unit="firm")
    yield repr(scores)
    yield as_text(scores.levels(sample_weight="weight"))
    yield as_text(scores.levels(by="size", sample_weight="weight"))

    answers = datasets.make_miit_questionnaire(firms, missing=0.02)
    index = framework("miit-sme", edition=2024)
    yield f"# {index.label}\nSynthetic questionnaires of {firms} firms with 2 % of the answers blank. {_doubt(index)}"
    scores = index.score(answers, unit="firm")
    yield repr(scores)
    yield as_text(scores.levels())
    row = _some_row(scores._levels_of().known)
    yield f"One firm explained:\n{scores.audit(answers['firm'][row])}"

    index = framework("desi-2022")
    countries = datasets.desi_2022()
    scores = index.score(countries, unit="geo")
    nodes = ("desi", "human_capital", "connectivity", "integration", "public_services")
    yield f"# {index.label}\nPublished values of the European Commission, the index as published.\n\n{scores!r}"
    yield as_text({"geo": countries["geo"], **{node: scores[node] for node in nodes}})


def _doubt(index: Any) -> str:
    grade = index._summary["confidence"]
    return "" if grade in (None, "official") else f"The rules are {grade}: these are not official scores."


def _some_row(levels: Levels) -> int:
    """A firm of a middle level, else the first one."""
    found = [row for row, code in enumerate(levels.codes.tolist()) if code == len(levels.names) // 2]
    return found[0] if found else 0
