"""``indicia demo``: firms scored with two rule books, and countries where data are given."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from . import datasets
from ._books import framework
from ._output import Levels
from ._tables_io import as_text
from .errors import DataError


def demo(firms: int, desi: Path | None) -> Iterator[str]:
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

    if desi is None:
        yield "# Countries\nThe values of DESI 2022 do not ship; give them with --desi FILE (columns geo, code, value)."
        return
    index = framework("desi-2022")
    scores = index.score(_long_table(desi), unit="geo")
    yield f"# {index.label}\n{scores!r}\n{as_text(scores.to_frame('index'))}"


def _doubt(index: Any) -> str:
    grade = index._summary["confidence"]
    return "" if grade in (None, "official") else f"The rules are {grade}: these are not official scores."


def _some_row(levels: Levels) -> int:
    """A firm of a middle level, else the first one."""
    found = [row for row, code in enumerate(levels.codes.tolist()) if code == len(levels.names) // 2]
    return found[0] if found else 0


def _long_table(path: Path) -> dict[str, list[Any]]:
    """Rows of unit, code and value as one column per code."""
    values: dict[str, dict[str, float]] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                values.setdefault(row["geo"], {})[row["code"]] = float(row["value"])
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise DataError(f"{path}: expected a CSV file with the columns geo, code, value ({error})") from None
    codes = dict.fromkeys(code for row in values.values() for code in row)
    table: dict[str, list[Any]] = {"geo": list(values)}
    return table | {code: [row.get(code) for row in values.values()] for code in codes}
