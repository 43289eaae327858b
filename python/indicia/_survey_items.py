"""Answers to items and levels as categories."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ._encode import encode
from ._factor import factor
from ._level_table import UNKNOWN, _ordered, _unused
from ._survey_design import Codes, Design
from .errors import DataError

_MOST_ANSWERS = 200


class Item(NamedTuple):
    """Categories of each row, negative where unknown; the names of the categories; which rows are unknown."""

    name: str
    codes: Codes
    answers: list[str]
    unknown: npt.NDArray[np.bool_]

    def with_unknown(self) -> Item:
        """Unknown as a category of its own, the last, where some row has it."""
        if not self.unknown.any():
            return self
        answers = [*self.answers, _unused("unknown", self.answers)]
        codes = np.where(self.unknown, np.int64(len(self.answers)), self.codes)
        return self._replace(codes=codes, answers=answers)


def _made(name: str, codes: npt.NDArray[Any], answers: list[str]) -> Item:
    codes = codes.astype(np.int64)
    return Item(name, codes, answers, codes < 0)


def level_item(design: Design, node: str | None) -> Item:
    """The levels of scores; "no level" is left away where no row has it."""
    if design._scores is None:
        raise TypeError("name the items; without names, shares are those of the levels of scores")
    column = design._scores._levels_of(node)
    known = np.where(column.certain == column.possible, column.certain, UNKNOWN)
    codes = np.where(known == UNKNOWN, np.int64(-1), known.astype(np.int64))
    if (codes == 0).any():
        return _made("level", codes, list(column.names))
    return _made("level", np.where(codes < 0, codes, codes - 1), list(column.names[1:]))


def items(design: Design, names: Sequence[str]) -> list[Item]:
    """Columns as items: 0 and 1 are "no" and "yes", texts and few other values are themselves."""
    return [_item(name, design.column("items", name)) for name in names]


def _item(name: str, column: Any) -> Item:
    encoded = encode(name, column)
    if encoded.kind == "text":
        found = _ordered(column)
        # A label no row has is an answer too where the column declares its categories.
        return _made(name, found.codes, [str(label) for label in found.labels])
    values = encoded.values.astype(np.float64)
    distinct = np.unique(values[~np.isnan(values)])
    if np.isin(distinct, (0.0, 1.0)).all():
        return _made(name, np.where(np.isnan(values), -1.0, values), ["no", "yes"])
    if len(distinct) > _MOST_ANSWERS:
        raise DataError(f"column {name!r} has {len(distinct)} distinct numbers and no categories; see ix.survey.means")
    found = factor(values)
    order = np.argsort(found.labels)
    place = np.append(np.argsort(order), -1)
    labels = [found.labels[code] for code in order]
    return _made(name, place[found.codes], [_number(label) for label in labels])


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else str(value)
