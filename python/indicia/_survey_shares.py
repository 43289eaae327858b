"""Shares of answers and levels, and the most frequent combinations of items."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal

import numpy as np

from ._level_table import By
from ._output import Levels
from ._stats_data import one_of
from ._survey_design import Column, Design, designed
from ._survey_items import Item, items, level_item
from ._survey_tables import OURS, Grouping, Reliability, Rows, checked, flagged, groupings, named
from .errors import DataError, UnknownNameError

__all__ = ["combinations", "shares"]

Unknown = Literal["category", "left_out"]
_UNKNOWN = ("category", "left_out")
COLUMNS = ("item", "answer", "level", "n", "base", "unknown", "weight", "share", "se", "low", "high", "flag")


def shares(
    data: Any,
    items: str | Sequence[str] | None = None,
    *,
    by: By = None,
    weights: Column = None,
    node: str | None = None,
    answers: str | Sequence[str] | None = None,
    unknown: Unknown = "category",
    total: str | None = None,
    confidence: float = 0.95,
    reliability: Reliability = OURS,
    threads: int | None = None,
) -> Any:
    """Shares of levels or of answers in groups, p = sum w y / sum w, with standard errors and flags.

    Parameters
    ----------
    data : Scores, Design, or table
        What `design` takes, or a design. Without one, every row is a sampling unit
        and there are no strata.
    items : str or list of str, optional
        Columns of the data; 0 and 1 (or false and true) are the answers "no" and
        "yes". By default, for scores, the levels of the index.
    by : str, array, or list of these, optional
        Groups, such as ``["size", "nace"]``.
    weights : str or array, optional
        As in `design`, where ``data`` is none.
    node : str, optional
        With scores and without items, the node whose levels are meant.
    answers : str or list of str, optional
        Which answers are shown, such as "yes"; shares are of all answers still.
    unknown : {"category", "left_out"}, default "category"
        Whether rows without an answer, or whose level is not known, are a
        category "unknown" with a share of its own, or are left out of the whole.
        They are counted in column ``unknown`` either way, and are never "no".
    total : str, optional
        Label under which totals over the columns of ``by``, each and all, are added;
        groups are texts then.
    confidence : float, default 0.95
        Of the intervals.
    reliability : Reliability
        When estimates are flagged; the default thresholds are ours.
    threads : int, optional
        Results are the same for any number.

    Returns
    -------
    table
        Groups in ascending order (missing first), then ``item`` and ``answer``, or
        ``level`` (ordered categories); ``n`` rows that have it, ``base`` rows in the
        denominator, ``unknown`` rows of the group without an answer, ``weight`` of
        the ``n`` rows, ``share`` in [0, 1], ``se`` its standard error, ``low`` and
        ``high`` the interval, ``flag``.

    Raises
    ------
    DataError
        If a column of numbers has too many values to be answers.

    Notes
    -----
    Standard errors are linearized over the whole design: a group is a domain, not
    a smaller sample. Intervals are those of the log odds with Student's t, missing
    where a share is 0 or 1. Its degrees of freedom are the sampling units that have
    rows of the group, less their strata, as in the packages survey (R) and svy. A group of a single
    sampling unit has no standard error. A share of 0 or 1 has a standard error of
    0: the sample tells nothing else of it, and its flag rests on ``base`` alone.

    References
    ----------
    Korn E. L., Graubard B. I. (1998), Confidence intervals for proportions with
    small expected number of positive counts estimated from survey data, Survey
    Methodology 24: 193-201.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = {"size": ["S", "S", "S", "L", "L"], "w": [10.0, 10.0, 10.0, 2.0, 2.0], "cloud": [1, 0, None, 1, 1]}
    >>> found = ix.survey.shares(firms, "cloud", by="size", weights="w", answers="yes", unknown="left_out", total="all")
    >>> found[["size", "n", "base", "unknown"]].values.tolist()
    [['L', 2, 2, 0], ['S', 1, 2, 1], ['all', 3, 4, 1]]
    >>> found["share"].round(3).tolist()
    [1.0, 0.5, 0.583]
    """
    sample = designed(data, weights)
    found = asked(sample, items, node, unknown)
    wanted = None if answers is None else named("answers=", answers)
    _check_answers(found, wanted)
    is_level = items is None
    rows, codes, level = Rows(), [], checked(confidence)
    for group in groupings(sample, by, total, COLUMNS):
        with sample.translated():
            estimates, counts = sample._core.shares(
                [(item.codes, len(item.answers)) for item in found], group.codes, group.size, level, threads
            )
        for labels, item, answer, place, missing in cells(group, found):
            if wanted is not None and item.answers[answer] not in wanted:
                continue
            codes.append(answer)
            value, se, low, high, base, _, weight = (part[place] for part in estimates)
            about = {} if is_level else {"item": item.name, "answer": item.answers[answer]}
            if is_level:
                about["level"] = ""
            rows.add(
                labels | about,
                n=counts[place],
                base=base,
                unknown=np.int64(missing),
                weight=weight,
                share=value,
                se=se,
                low=low,
                high=high,
            )
    return _table(sample, rows, found, codes, is_level, reliability)


def _table(
    sample: Design, rows: Rows, found: list[Item], codes: list[int], is_level: bool, reliability: Reliability
) -> Any:
    columns = rows.columns
    if is_level and "level" in columns:
        columns["level"] = Levels(np.array(codes, dtype=np.int16), found[0].answers)  # type: ignore[assignment]
    flags = flagged(rows, reliability, "base", "share")
    empty = [name for name in COLUMNS if name not in (("item", "answer") if is_level else ("level",))]
    return rows.frame(sample, empty, flag=flags)


def asked(sample: Design, names: Any, node: str | None, unknown: str) -> list[Item]:
    """The items of a call, with unknown as a category where it is one."""
    one_of("unknown", unknown, _UNKNOWN)
    if names is not None and node is not None:
        raise TypeError("node= is for levels: leave items away")
    found = [level_item(sample, node)] if names is None else items(sample, named("items", names))
    return [item.with_unknown() for item in found] if unknown == "category" else found


def cells(group: Grouping, found: list[Item]) -> Iterator[tuple[dict[str, Any], Item, int, int, int]]:
    """Groups, items and answers in the order of the table, with their places among the estimates and rows unknown."""
    counts, starts, start = [], [], 0
    for item in found:
        codes = np.zeros(len(item.codes), dtype=np.int64) if group.codes is None else group.codes
        counts.append(np.bincount(codes[item.unknown], minlength=group.size))
        starts.append(start)
        start += group.size * len(item.answers)
    for place, labels in enumerate(group.labels):
        for item, begin, count in zip(found, starts, counts, strict=True):
            width = len(item.answers)
            for answer in range(width):
                yield labels, item, answer, begin + place * width + answer, int(count[place])


def _check_answers(found: list[Item], wanted: list[str] | None) -> None:
    if wanted is None:
        return
    known = {answer for item in found for answer in (*item.answers, "unknown")}
    absent = [answer for answer in wanted if answer not in known]
    if absent:
        raise UnknownNameError(f"answers=: no item has the answer {absent[0]!r}; there are: {', '.join(sorted(known))}")


def combinations(
    data: Any,
    items: Sequence[str],
    *,
    top: int = 10,
    by: By = None,
    weights: Column = None,
    unknown: Unknown = "left_out",
    total: str | None = None,
    confidence: float = 0.95,
    reliability: Reliability = OURS,
) -> Any:
    """The most frequent combinations of yes/no items, by weight.

    Parameters
    ----------
    data : Design or table
        As in `shares`.
    items : list of str
        At most 64 columns of 0 and 1, or false and true.
    top : int, default 10
        How many combinations of each group; fewer where there are fewer.
    by, weights, total, confidence, reliability
        As in `shares`.
    unknown : {"left_out", "category"}, default "left_out"
        Whether rows with an unknown item, whose combination is not known, are left
        out of the whole or count in it. They are counted in column ``unknown``.

    Returns
    -------
    table
        Groups, ``rank`` (1 has the most weight; of equal weights the combination
        without the later items comes first), ``combination`` (the items that are yes,
        joined by " + "; "(none)" for none), then as in `shares`.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = {"cloud": [1, 1, 0, 1, 1], "ai": [0, 0, 0, 1, None]}
    >>> found = ix.survey.combinations(firms, ["cloud", "ai"])
    >>> found["combination"].tolist(), found["share"].tolist(), found["unknown"].tolist()
    (['cloud', '(none)', 'cloud + ai'], [0.5, 0.25, 0.25], [1, 1, 1])
    """
    sample, names = designed(data, weights), named("items", items)
    one_of("unknown", unknown, _UNKNOWN)
    if isinstance(top, bool) or not isinstance(top, int) or top < 1:
        raise ValueError(f"top= is a number of at least 1, found {top!r}")
    columns = [sample.values("items", name) for name in names]
    for name, column in zip(names, columns, strict=True):
        strange = column[~np.isnan(column) & (column != 0.0) & (column != 1.0)]
        if len(strange):
            raise DataError(f"column {name!r}: a yes/no item is 0 or 1, found {strange[0]:g}")
    rows, level = Rows(), checked(confidence)
    own = ("rank", "combination", *COLUMNS[3:])
    for group in groupings(sample, by, total, own):
        with sample.translated():
            made = sample._core.combinations(columns, group.codes, group.size, top, unknown == "category", level)
        bits, counts, estimates, lengths, missing = made
        place = 0
        for labels, length, absent in zip(group.labels, lengths, missing, strict=True):
            for rank in range(1, length + 1):
                value, se, low, high, base, _, weight = (part[place] for part in estimates)
                rows.add(
                    labels,
                    rank=np.int64(rank),
                    combination=_joined(names, bits[place]),
                    n=np.int64(counts[place]),
                    base=base,
                    unknown=np.int64(absent),
                    weight=weight,
                    share=value,
                    se=se,
                    low=low,
                    high=high,
                )
                place += 1
    return rows.frame(sample, own[:-1], flag=flagged(rows, reliability, "base", "share"))


def _joined(names: list[str], bits: int) -> str:
    return " + ".join(name for place, name in enumerate(names) if bits >> place & 1) or "(none)"
