"""Units before and after, matched by their labels; nothing is dropped silently."""

from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ._compare_match import labels_of
from ._names import listed
from .errors import DataError, join
from .scores import Scores

Rows = npt.NDArray[np.int64]


class Matched(NamedTuple):
    """Rows of the same units before and after, and the labels of units that are on one side only."""

    before: Rows
    after: Rows
    labels: list[Any]
    only_before: list[Any]
    only_after: list[Any]


def matched(before: Scores, after: Scores) -> Matched:
    """Match the units of two waves, in the order of the first.

    Raises
    ------
    DataError
        If a label is there twice, the scores have periods, or no unit is in both.
    """
    sides = {"before": labels_of(before), "after": labels_of(after)}
    problems = []
    for name, scores in (("before", before), ("after", after)):
        if scores._held.panel.time is not None:
            problems.append(f"{name}: the scores have periods; score one period")
        twice = [label for label, count in Counter(sides[name]).items() if count > 1]
        if twice:
            shown = listed([repr(label) for label in twice], 5)
            problems.append(f"{name}: units are there more than once: {shown}; score with unit=")
    if problems:
        raise DataError(join(problems))
    places = {label: row for row, label in enumerate(sides["after"])}
    known = set(sides["before"])
    pairs = [(row, places[label]) for row, label in enumerate(sides["before"]) if label in places]
    if not pairs:
        first, second = (listed([repr(label) for label in labels[:3]]) for labels in sides.values())
        raise DataError(f"no unit is in both: before has {first}, after has {second}; score with the same unit=")
    rows = np.array(pairs, np.int64)
    return Matched(
        rows[:, 0],
        rows[:, 1],
        [sides["before"][row] for row in rows[:, 0].tolist()],
        [label for label in sides["before"] if label not in places],
        [label for label in sides["after"] if label not in known],
    )
