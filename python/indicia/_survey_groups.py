"""Groups against all, against the rest or each other; shares of groups in totals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ._level_table import By
from ._names import did_you_mean, shorten
from ._survey_design import Column, designed
from ._survey_tables import OURS, Reliability, Rows, checked, factors, flagged, grouping, named
from .errors import UnknownNameError

__all__ = ["difference", "share_of_total"]

DIFFERENCE = (
    *("column", "against", "n", "n_against", "value", "se", "value_against", "se_against"),
    *("difference", "se_difference", "low", "high", "t", "df", "p", "flag"),
)
PARTS = ("column", "n", "base", "unknown", "total", "share", "se", "low", "high", "flag")


def difference(
    data: Any,
    columns: str | Sequence[str],
    by: Any,
    *,
    of: Any = None,
    against: Any = "all",
    per: str | None = None,
    weights: Column = None,
    confidence: float = 0.95,
    reliability: Reliability = OURS,
    threads: int | None = None,
) -> Any:
    """How far the mean, or ratio, of a group is from that of all, of the rest or of another group.

    Parameters
    ----------
    data : Scores, Design, or table
        As in `shares`.
    columns : str or list of str
        Columns of numbers, such as growth, patents or a yes/no item as 0 and 1; with
        scores, also nodes.
    by : str or array
        The groups, such as a tier.
    of : label or list of labels, optional
        Which groups are compared; by default each.
    against : {"all", "rest"} or label, default "all"
        All rows, the group among them; the rows known to be in another group; or
        the group of that label.
    per : str, optional
        Column below: ratios of totals are compared, such as profit per turnover,
        and not means.
    weights, confidence, reliability, threads
        As in `shares`.

    Returns
    -------
    table
        The group, ``column``, ``against``; for both sides rows used (``n``), ``value``
        and its standard error; ``difference``, ``se_difference``, ``low`` and ``high``,
        ``t``, ``df``, ``p`` (two-sided), ``flag`` (of the group's own value).

    Raises
    ------
    UnknownNameError
        If there is no such group.

    Notes
    -----
    The standard error is that of the difference in the design: strata and sampling
    units tie the two sides together, and a group is part of all. t has as many
    degrees of freedom as both sides have sampling units, less strata, less one. A test that
    takes the rows for independent draws of equal weight (Welch) gives another p.
    Rows whose group is missing are part of "all" and of nothing else. With a
    standard error of 0, t and p are missing.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = {"tier": ["giant"] * 3 + ["other"] * 3, "growth": [9.0, 7.0, 8.0, 1.0, 2.0, 3.0]}
    >>> found = ix.survey.difference(firms, "growth", by="tier", of="giant", against="rest")
    >>> float(found["difference"][0]), round(float(found["se_difference"][0]), 3), int(found["df"][0])
    (6.0, 0.73, 4)
    """
    sample, names = designed(data, weights), named("columns", columns)
    found = factors(sample, "by", by, DIFFERENCE)
    if len(found) != 1:
        raise TypeError("by= is one column; take several together first")
    ((name, factored),) = found.items()
    codes = np.asarray(factored.codes, dtype=np.int64)
    labels = [label.item() if isinstance(label, np.generic) else label for label in factored.labels]
    wanted = labels if of is None else list(of) if isinstance(of, list | tuple) else [of]
    for label in wanted if against in ("all", "rest") else [*wanted, against]:
        if label not in labels:
            shown = ", ".join(repr(known) for known in labels[:20])
            hint = did_you_mean(label, labels)
            raise UnknownNameError(f"column {name!r} has no group {shorten(label)}{hint}; there are: {shown}")
    # A category that no row has is nothing to compare.
    present = set(np.unique(codes).tolist())
    wanted = [label for label in wanted if of is not None or labels.index(label) in present]
    wanted = [label for label in wanted if of is not None or label != against]
    below = None if per is None else sample.values("per", per)
    values = [(sample.values("columns", column), below) for column in names]
    first = [codes == labels.index(label) for label in wanted]
    if against == "all":
        second = [np.ones(len(sample), dtype=np.bool_) for _ in wanted]
    elif against == "rest":
        second = [(codes >= 0) & ~rows for rows in first]
    else:
        second = [codes == labels.index(against) for _ in wanted]
    with sample.translated():
        made, counts = sample._core.differences(values, first, second, checked(confidence), threads)
    rows = Rows()
    for place, label in enumerate(wanted):
        for column, own in enumerate(names):
            numbers = made[column * len(wanted) + place]
            n, n_against = counts[column * len(wanted) + place]
            value, other, se, se_other, apart, se_apart, low, high, t, degrees, p = numbers
            rows.add(
                {name: label, "column": own, "against": str(against)},
                n=np.int64(n),
                n_against=np.int64(n_against),
                value=value,
                se=se,
                value_against=other,
                se_against=se_other,
                difference=apart,
                se_difference=se_apart,
                low=low,
                high=high,
                t=t,
                df=degrees,
                p=p,
            )
    return rows.frame(sample, (name, *DIFFERENCE[:-1]), flag=flagged(rows, reliability, "n", "value"))


def share_of_total(
    data: Any,
    columns: str | Sequence[str] | None = None,
    by: By = None,
    *,
    within: By = None,
    weights: Column = None,
    confidence: float = 0.95,
    reliability: Reliability = OURS,
    threads: int | None = None,
) -> Any:
    """The share that groups have in a total: small firms' share of firms, of patents, of turnover.

    Parameters
    ----------
    data : Design or table
        As in `shares`.
    columns : str or list of str, optional
        Columns of numbers. By default what is counted are the rows, weighted: the
        number of firms.
    by : str, array, or list of these
        The groups; those of a total add up to 1, a missing group among them.
    within : str, array, or list of these, optional
        Totals of groups, such as industries, in place of one total.
    weights, confidence, reliability, threads
        As in `shares`.

    Returns
    -------
    table
        ``within``, ``by``, ``column`` ("rows" for the number of firms), ``n`` rows of the
        group with a value, ``base`` rows with a value, ``unknown`` rows without,
        ``total`` of the group, its ``share``, ``se``, ``low`` and ``high`` (share -+ t se),
        ``flag``.

    Notes
    -----
    Shares are of the rows with a value. Where a column has negative values, shares may
    be negative or above 1; where its total is 0 they are missing. The standard error is
    that of a ratio of two totals, and 0 where the group is all there is.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = {"size": ["S", "S", "L"], "patents": [1, 2, 9], "w": [20.0, 10.0, 2.0]}
    >>> found = ix.survey.share_of_total(firms, "patents", by="size", weights="w")
    >>> found["size"].tolist(), found["share"].round(3).tolist()
    (['L', 'S'], [0.31, 0.69])
    """
    sample = designed(data, weights)
    names = ["rows"] if columns is None else named("columns", columns)
    values = [np.ones(len(sample))] if columns is None else [sample.values("columns", name) for name in names]
    inner, outer = factors(sample, "by", by, PARTS), factors(sample, "within", within, PARTS)
    if not inner:
        raise TypeError("by= names the groups whose shares are asked for")
    both = [name for name in inner if name in outer]
    if both:
        raise TypeError(f"{both[0]!r} is in by= and within=; name it once")
    group, domain = grouping(sample, inner), grouping(sample, outer)
    if group.codes is None:
        raise TypeError("by= names the groups whose shares are asked for")
    with sample.translated():
        found, counts = sample._core.parts(
            values, group.codes, group.size, domain.codes, domain.size, checked(confidence), threads
        )
    rows = Rows()
    places = np.zeros(len(sample), dtype=np.int64) if domain.codes is None else domain.codes
    present = np.zeros((domain.size, group.size), dtype=np.bool_)
    present[places, group.codes] = True
    sizes = np.bincount(places, minlength=domain.size)
    for where, about in enumerate(domain.labels):
        for place, labels in enumerate(group.labels):
            if not present[where, place]:
                continue
            for column, name in enumerate(names):
                at = (column * domain.size + where) * group.size + place
                value, se, low, high, base, _, total = (part[at] for part in found)
                rows.add(
                    about | labels | {"column": name},
                    n=counts[at],
                    base=base,
                    unknown=np.int64(sizes[where] - base),
                    total=total,
                    share=value,
                    se=se,
                    low=low,
                    high=high,
                )
    flags = flagged(rows, reliability, "n", "share")
    return rows.frame(sample, (*outer, *inner, *PARTS[:-1]), flag=flags)
