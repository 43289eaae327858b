"""Chained comparison of an index over time."""

from __future__ import annotations

import json
import warnings
from itertools import pairwise
from typing import Any, Literal

import numpy as np

from . import _core
from ._factor import factor
from ._keys import native
from ._panel import Panel
from ._stats_data import filtered, one_of
from ._warnings import UndefinedStatisticWarning
from .errors import DataError, DefinitionError
from .frames import source_of
from .index import Index

Link = Literal["ratio", "difference"]
Of = Literal["units", "mean"]

_RELATIVE = ("benefit_of_the_doubt", "borda", "copeland", "promethee")


def chained(
    index: Index,
    data: Any,
    *,
    unit: str,
    time: str,
    node: str | None = None,
    link: Link = "ratio",
    of: Of = "units",
) -> Any:
    """Compare neighbouring periods, each pair by an index fitted on its earlier period, and chain the results.

    With I(t | b) the score of period t by scales and weights fitted on period b,
    a link is l(t) = I(t | t-1) / I(t-1 | t-1), and the chain C(t) = l(1) l(2) ...
    l(t), C(0) = 1. With ``link="difference"``, l(t) = I(t | t-1) - I(t-1 | t-1),
    and C(t) is their sum, C(0) = 0.

    Parameters
    ----------
    index : Index
        Its ``period`` is replaced: each pair is fitted on its earlier period.
    data : dataframe, dict of columns, or structured array
        One row per unit and period, in any order.
    unit, time : str
        Columns or index levels that name units and periods.
    node : str, optional
        By default the index.
    link : {"ratio", "difference"}, default "ratio"
        How two periods are compared.
    of : {"units", "mean"}, default "units"
        A chain for each unit, or one of the mean score of the units that have a
        score in both periods of a pair.

    Returns
    -------
    table
        For units: the unit, the time, ``link``, ``chained``; units as they first
        appear, periods in ascending order, every unit in every period. For the
        mean: the time, ``link``, ``chained``. The first period has no link.

    Raises
    ------
    DefinitionError
        If a node has a ``period`` of its own, or a group compares units with each
        other (borda, copeland, promethee, benefit_of_the_doubt).
    DataError
        If there are fewer than two periods.

    Warns
    -----
    UndefinedStatisticWarning
        Where a ratio has a score that is zero or negative; the link is missing.

    Notes
    -----
    Weights and anchors follow the data, so the chain moves with what is current
    in each pair; it depends on the path and is not transitive. The fixed base
    comparison keeps them: score with ``period={"base": 2020}`` in the definition,
    and see `change`. Where a link is missing (no row, no score, no ratio), all
    later values of the chain are missing: what is unknown is not taken as no
    change.

    References
    ----------
    ILO et al. (2020), Consumer Price Index Manual: Concepts and Methods, chapter
    2, doi:10.5089/9781484354841.069.

    Examples
    --------
    >>> import indicia as ix
    >>> panel = {"firm": ["A", "B", "A", "B", "A", "B"], "year": [2020, 2020, 2021, 2021, 2022, 2022],
    ...          "cloud": [1.0, 2.0, 3.0, 2.0, 3.0, 4.0]}
    >>> index = ix.Index.flat(["cloud"], normalize="fraction_of_max")
    >>> found = ix.compare.chained(index, panel, unit="firm", time="year")
    >>> found["chained"].round(6).tolist()
    [1.0, 3.0, 3.0, 1.0, 1.0, 2.0]
    """
    one_of("link", link, ("ratio", "difference"))
    one_of("of", of, ("units", "mean"))
    definition = _checked(index)
    source = source_of(data)
    panel = Panel(source, unit, time)
    periods = panel.periods
    if len(periods) < 2:
        raise DataError(f"column {time!r}: a chain needs two periods, found {len(periods)}")
    units = factor(source.key(unit))
    order = list(dict.fromkeys(units.codes[units.codes >= 0].tolist()))
    links = [[np.nan] * (len(periods) - 1) for _ in units.labels]
    means, undefined = [], 0
    for pair, ((base, before), (_, after)) in enumerate(pairwise(periods)):
        rows = np.sort(np.concatenate([before, after]))
        keep = np.zeros(source.rows, dtype=bool)
        keep[rows] = True
        own = Index.from_dict(definition | {"period": {"base": json.loads(base)}})
        scores = own.fit_score(filtered(source, keep), unit=unit, time=time)
        name = scores._root() if node is None else node
        scores[name]
        values = np.full(source.rows, np.nan)
        values[rows] = scores._passes.node(name)
        earlier, later = (_by_unit(values, units.codes, part, len(units.labels)) for part in (before, after))
        found, mean, wrong = _core.compare_links(earlier, later, link)
        for code, value in enumerate(found.tolist()):
            links[code][pair] = value
        means.append(mean)
        undefined += wrong
    if undefined:
        message = f"{undefined} ratios have a score that is zero or negative and are missing; say link='difference'"
        warnings.warn(message, UndefinedStatisticWarning, stacklevel=2)
    labels = [json.loads(period) for period, _ in periods]
    output = scores._held.output.plain()
    if of == "mean":
        return output.frame({time: labels, "link": np.array([np.nan, *means]), "chained": _flat([means], link)})
    kept = [links[code] for code in order]
    table: dict[str, Any] = {unit: [native(units.labels[code]) for code in order for _ in labels]}
    table |= {time: labels * len(order), "link": np.array([x for part in kept for x in (np.nan, *part)], dtype=float)}
    return output.frame(table | {"chained": _flat(kept, link)})


def _flat(links: list[list[float]], link: str) -> Any:
    return np.array([value for chain in _core.compare_chain(links, link) for value in chain], dtype=np.float64)


def _by_unit(values: Any, codes: Any, rows: Any, count: int) -> Any:
    found = np.full(count, np.nan)
    kept = rows[codes[rows] >= 0]
    found[codes[kept]] = values[kept]
    return found


def _checked(index: Index) -> dict[str, Any]:
    if not isinstance(index, Index):
        raise TypeError(f"expected an Index, which is fitted on each pair of periods, found {type(index).__name__}")
    definition = index.to_dict()
    for part in [*definition.get("indicator", []), *definition.get("group", [])]:
        if "period" in part:
            raise DefinitionError(
                f"{part['id']!r} has a period of its own, but a chain fits everything on the earlier period of each "
                "pair; leave period out"
            )
    for node in index.nodes:
        if node["kind"] == "group" and node["aggregate"] in _RELATIVE:
            raise DefinitionError(
                f"group {node['id']!r} compares units with each other ({node['aggregate']}), so that its scores cannot "
                "be carried from one period to the next; use another aggregation"
            )
    return definition
