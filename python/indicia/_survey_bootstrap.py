"""The rescaled bootstrap within strata."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from ._level_table import By
from ._output import Levels
from ._stats_data import one_of
from ._survey_design import Column, designed
from ._survey_items import Item
from ._survey_means import Pairs, Values
from ._survey_shares import Unknown, asked, cells
from ._survey_tables import Rows, checked, factors, grouping, named

__all__ = ["Bootstrap", "bootstrap"]

Rng = int | np.random.SeedSequence | np.random.Generator | None
Statistic = Literal["shares", "means", "ratios"]

GENERATOR = "xoshiro256++, seeded by SplitMix64 of seed and replicate"


@dataclass(frozen=True, repr=False)
class Bootstrap:
    """What `bootstrap` returns.

    Attributes
    ----------
    table : table
        Groups, then ``item`` and ``answer`` (or ``level``), or ``column``; ``value``
        (of the sample itself), ``se`` (standard deviation of the replicates, ddof 1),
        ``se_linearized``, ``low`` and ``high`` (quantiles of the replicates),
        ``replicates`` (those that have a value: the group was drawn).
    values : ndarray of shape (replicates, rows of the table)
        NaN where a replicate has no row of the group.
    seed : int
        The seed used; ``rng=seed`` gives the same bits again.
    generator : str
        The generator of random numbers.
    """

    table: Any
    values: npt.NDArray[np.float64]
    seed: int
    generator: str = GENERATOR

    def __repr__(self) -> str:
        count, width = self.values.shape
        return f"<Bootstrap: {count} replicates of {width} estimates, seed {self.seed}>"


def seed_of(rng: Rng) -> int:
    """A seed of 64 bits: an integer as it is, one drawn from anything else."""
    if isinstance(rng, np.random.Generator):
        return int(rng.integers(0, 2**64, dtype=np.uint64))
    if isinstance(rng, int | np.integer) and not isinstance(rng, bool):
        if not 0 <= rng < 2**64:
            raise ValueError(f"rng= as a number lies between 0 and 2^64 - 1, found {rng}")
        return int(rng)
    if rng is None or isinstance(rng, np.random.SeedSequence):
        sequence = np.random.SeedSequence() if rng is None else rng
        return int(sequence.generate_state(1, np.uint64)[0])
    raise TypeError(f"rng= is an integer, a SeedSequence, a Generator or None, found {type(rng).__name__}")


def bootstrap(
    data: Any,
    statistic: Statistic = "shares",
    items: Any = None,
    *,
    by: By = None,
    weights: Column = None,
    node: str | None = None,
    unknown: Unknown = "category",
    replicates: int = 1000,
    rng: Rng = None,
    confidence: float = 0.95,
    threads: int | None = None,
) -> Bootstrap:
    """Bootstrap the errors of shares, means or ratios: Rao-Wu, rescaled within strata.

    A replicate draws n_h - 1 of the n_h sampling units of each stratum with
    replacement; a unit drawn t times has the weight w (1 - l + l t n_h / (n_h - 1)),
    l = sqrt(1 - n_h / N_h), or 1 without ``fpc``.

    Parameters
    ----------
    data : Scores, Design, or table
        As in `shares`.
    statistic : {"shares", "means", "ratios"}, default "shares"
        What is estimated in each replicate.
    items : str, list of str, or dict
        Items as in `shares` (by default the levels of scores), columns as in `means`,
        or pairs as in `ratios`.
    by, weights, node, unknown, confidence, threads
        As in `shares`.
    replicates : int, default 1000
        At least 2.
    rng : int, SeedSequence, Generator or None
        Where random numbers come from; 0 is a seed, None draws one anew.

    Returns
    -------
    Bootstrap

    Raises
    ------
    DegenerateError
        If a stratum has a single sampling unit, unless ``single="certainty"``.
    LimitError
        If there are more than 200 million values to keep.

    Notes
    -----
    Each replicate has a stream of its own, so results do not depend on the number of
    threads, and more replicates begin with the same ones. Replicate weights are used
    and forgotten. Rows without a value are left out in every replicate. A group
    of a single sampling unit has no standard error, as in `shares`.

    References
    ----------
    Rao J. N. K., Wu C. F. J. (1988), Resampling inference with complex survey data,
    JASA 83(401): 231-241, doi:10.1080/01621459.1988.10478591.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = ix.datasets.make_ict_survey(500, rng=1)
    >>> sample = ix.survey.design(firms, weights="weight", strata="size")
    >>> found = ix.survey.bootstrap(sample, "shares", "E_CC", replicates=200, rng=0)
    >>> found
    <Bootstrap: 200 replicates of 2 estimates, seed 0>
    >>> bool((abs(found.table["se"] / found.table["se_linearized"] - 1) < 0.2).all())
    True
    """
    one_of("statistic", statistic, ("shares", "means", "ratios"))
    if isinstance(replicates, bool) or not isinstance(replicates, int) or replicates < 2:
        raise ValueError(f"replicates= is a number of at least 2, found {replicates!r}")
    if statistic != "shares" and node is not None:
        raise TypeError("node= is for shares of levels; name the node among the items")
    sample, seed, level = designed(data, weights), seed_of(rng), checked(confidence)
    taken = ("item", "answer", "level", "column", "value", "se", "se_linearized", "low", "high", "replicates")
    group = grouping(sample, factors(sample, "by", by, taken))
    found: list[Item] = []
    names: list[str] = []
    values: Values = []
    if statistic == "shares":
        found = asked(sample, items, node, unknown)
    elif statistic == "means":
        names = named("items", items)
        values = [(sample.values("items", name), None) for name in names]
    else:
        if not isinstance(items, Mapping) or not items:
            raise TypeError('items is a dict of names to (above, below), such as {"margin": ("profit", "turnover")}')
        pairs: Pairs = items
        names = list(pairs)
        values = [(sample.values("items", pair[0]), sample.values("items", pair[1])) for pair in pairs.values()]
    coded = [(item.codes, len(item.answers)) for item in found]
    with sample.translated():
        made = sample._core.bootstrap(coded, values, group.codes, group.size, replicates, seed, level, threads)
        if statistic == "shares":
            estimates, _ = sample._core.shares(coded, group.codes, group.size, level, threads)
        else:
            estimates = sample._core.estimates("mean", values, group.codes, group.size, level, threads)
    drawn, used, errors, low, high = made
    rows, order = Rows(), []
    for labels, place in _places(group, found, names, items is None):
        order.append(place)
        # Where all replicates have the same unit they agree on nothing but that.
        told = not np.isnan(estimates[1][place])
        rows.add(
            labels,
            value=estimates[0][place],
            se=errors[place] if told else np.nan,
            se_linearized=estimates[1][place],
            low=low[place] if told else np.nan,
            high=high[place] if told else np.nan,
            replicates=used[place],
        )
    if "level" in rows.columns:
        answers = found[0].answers
        places = [answers.index(answer) for answer in rows.columns["level"]]
        rows.columns["level"] = Levels(np.array(places, dtype=np.int16), answers)  # type: ignore[assignment]
    kept = drawn.reshape(replicates, -1)[:, order]
    return Bootstrap(rows.frame(sample, taken[4:]), kept, seed)


def _places(group: Any, found: list[Item], names: list[str], is_level: bool) -> Any:
    """Labels of the rows of the table, and their places among the values of a replicate."""
    for labels, item, answer, place, _ in cells(group, found):
        about = {"level": item.answers[answer]} if is_level else {"item": item.name, "answer": item.answers[answer]}
        yield labels | about, place
    for place, labels in enumerate(group.labels if names else []):
        for column, name in enumerate(names):
            yield labels | {"column": name}, column * group.size + place
