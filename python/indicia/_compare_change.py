"""The change of an index between two periods, split into contributions of its indicators."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import numpy.typing as npt

from . import _core
from ._factor import factor
from ._held import Held
from ._keys import native
from ._names import did_you_mean, listed, shorten
from ._panel import period_json
from ._passes import Passes
from .errors import DataError, DefinitionError, UnknownNameError
from .fitted import FittedIndex
from .index import Index

_RULES = ("arithmetic", "sum", "geometric")
_TAKEN = ("score_first", "score_last", "change", "reason")


def change(
    index: Index | FittedIndex,
    data: Any,
    *,
    unit: str,
    time: str,
    first: Any = None,
    last: Any = None,
    node: str | None = None,
) -> Any:
    r"""Split the change of an index between two periods into contributions of its indicators, exactly.

    With fixed weights w and scores x, a change of child k by dx_k changes its
    group by m_k dx_k, where m_k = w_k / sum(w) for an arithmetic mean, w_k for a
    sum, and L(G_1, G_0) w_k / (sum(w) L(x_k1, x_k0)) for a geometric mean G;
    L(a, b) = (a - b) / ln(a / b) is the logarithmic mean. The contribution of an
    indicator is the product of m along its path times the change of its score, so
    for arithmetic means it is effective weight times change of score.

    Parameters
    ----------
    index : Index or FittedIndex
        An index is fitted on all rows first. Scales and weights must be the same
        in both periods: fitted on all periods (``pooled``) or on one
        (``period={"base": ...}``, the fixed base comparison).
    data : dataframe, dict of columns, or ndarray
        One row per unit and period, in any order.
    unit, time : str
        Columns or index levels that name units and periods.
    first, last : period, optional
        By default the earliest and the latest in the data.
    node : str, optional
        Group to decompose; by default the index.

    Returns
    -------
    table
        One row per unit, in the order in which units first appear: the unit,
        ``score_first``, ``score_last``, ``change`` (last - first), one column per
        indicator below the node with its contribution in points of the node, and
        ``reason`` where there are none. Contributions add up to the change.

    Raises
    ------
    DefinitionError
        If scales or weights are fitted on each period by itself, because scores
        then differ in their units of measurement and a change has no meaning; or
        if a group below the node is neither an arithmetic or geometric mean nor
        a sum, or has a scale of its own.
    UnknownNameError
        If a period or the node is not there.

    Notes
    -----
    A unit that has no row or no score in one of the two periods has no change. An
    indicator missing in both periods is missing, and the others stand for it with
    its weight, as in the scores. Where other indicators are missing in the first
    period than in the last, weights differ, and the change is given without
    contributions; so it is where a geometric mean has a score of zero.

    References
    ----------
    Ang B. W. (2005), The LMDI approach to decomposition analysis: a practical
    guide, Energy Policy 33(7): 867-871, doi:10.1016/j.enpol.2003.10.010.

    Examples
    --------
    >>> import indicia as ix
    >>> panel = {"firm": ["A", "B", "A", "B"], "year": [2021, 2021, 2022, 2022],
    ...          "cloud": [0.0, 2.0, 3.0, 4.0], "ai": [1.0, 0.0, 2.0, 0.0]}
    >>> index = ix.Index.flat(["cloud", "ai"], weights={"cloud": 1, "ai": 3})
    >>> found = ix.compare.change(index, panel, unit="firm", time="year")
    >>> found[["change", "cloud", "ai"]].round(4).values.tolist()
    [[0.5625, 0.1875, 0.375], [0.125, 0.125, 0.0]]
    """
    fixed_periods(index)
    fitted, held = fitted_on(index, data, unit, time)
    passes = Passes(fitted, held, 3)
    root = _node(passes, node)
    nodes, names = _tree(fitted, passes, root)
    start, end = _ends(held, time, first, last)
    units = factor(held.source.key(unit))
    order = np.array(list(dict.fromkeys(units.codes[units.codes >= 0].tolist())), dtype=np.int64)
    values = {**passes.values, **passes.all_indicators()}
    columns = [values[name] for name in names]
    before, after = (_of_units(columns, units.codes, rows, order, len(units.labels)) for rows in (start, end))
    parts, reasons = _core.compare_change(json.dumps(nodes), before, after)
    changed, *_ = _core.compare_difference(after[-1], before[-1])
    leaves = [name for name, item in zip(names, nodes, strict=True) if item["rule"] == "leaf"]
    twice = [name for name in leaves if name in (*_TAKEN, unit)]
    if twice:
        raise DataError(f"indicator {twice[0]!r} has the name of another column of the result; rename it")
    table: dict[str, Any] = {unit: [native(units.labels[code]) for code in order.tolist()]}
    table |= {"score_first": before[-1], "score_last": after[-1], "change": changed}
    table |= {name: parts[names.index(name)] for name in leaves}
    return held.output.plain().frame(table | {"reason": reasons})


def fixed_periods(index: Any) -> None:
    """Refuse what is fitted on each period by itself."""
    if not isinstance(index, Index | FittedIndex):
        raise TypeError(f"expected an Index or a FittedIndex, found {type(index).__name__}")
    definition = (index if isinstance(index, Index) else index._index).to_dict()
    everything = [definition, *definition.get("indicator", []), *definition.get("group", [])]
    each = [part.get("id", "the index") for part in everything if part.get("period") == "each"]
    if each:
        raise DefinitionError(
            f"{each[0]!r} is fitted on each period by itself, so that its scores have another unit of measurement in "
            'each; a change between periods needs period="pooled" or period={"base": ...}'
        )


def fitted_on(index: Index | FittedIndex, data: Any, unit: str, time: str) -> tuple[FittedIndex, Held]:
    """The fitted index, and the rows."""
    definition = index._index if isinstance(index, FittedIndex) else index
    held = Held(definition._needs, data, unit, time)
    if isinstance(index, FittedIndex):
        return index, held
    fitted = FittedIndex._fit(index, held, stacklevel=4)
    held.together = True
    return fitted, held


def _node(passes: Passes, node: str | None) -> str:
    name = passes.root if node is None else node
    if name is None:
        raise UnknownNameError("the index has levels and no score of its own; name a node")
    if name not in passes.groups:
        hint = f"{did_you_mean(name, passes.groups)}; groups are: {listed(passes.groups)}"
        raise UnknownNameError(f"no group with a score is named {shorten(name)}{hint}")
    return name


def _tree(fitted: FittedIndex, passes: Passes, root: str) -> tuple[list[dict[str, Any]], list[str]]:
    """The nodes below the root, children before parents, with the fitted weights among siblings."""
    index = fitted._index
    about = {node["id"]: node for node in index._summary["nodes"]}
    scaled = {group["id"] for group in index.to_dict().get("group", []) if group.get("scale") not in (None, "none")}
    weights = {row["node"]: row["weight"] for row in json.loads(fitted._core.weights())}
    nodes: list[dict[str, Any]] = []
    names: list[str] = []

    def add(name: str) -> int:
        if about[name]["kind"] == "indicator":
            nodes.append({"rule": "leaf"})
        else:
            rule = about[name]["aggregate"]
            if rule not in _RULES:
                raise DefinitionError(
                    f"group {name!r} is aggregated by {rule!r}: a change is split exactly for arithmetic and geometric "
                    "means and for sums only; name a node= whose groups are such"
                )
            if name in scaled:
                raise DefinitionError(f"group {name!r} has a scale of its own, and its change is not that of a mean")
            scored = [n["id"] for n in about.values() if n["parent"] == name and n["scored"]]
            children = [add(child) for child in scored]
            given = [weights.get(child) for child in scored]
            own = [1.0 if weight is None else float(weight) for weight in given]
            nodes.append({"rule": rule, "children": children, "weights": own})
        names.append(name)
        return len(names) - 1

    add(root)
    return nodes, names


def _ends(held: Held, time: str, first: Any, last: Any) -> list[npt.NDArray[np.int64]]:
    """The rows of the two periods."""
    periods = dict(held.panel.periods)
    known = list(periods)
    if len(known) < 2:
        raise DataError(f"column {time!r}: a change needs two periods, found {len(known)}")
    ends = [known[0] if first is None else period_json(first), known[-1] if last is None else period_json(last)]
    for name, period in zip(("first", "last"), ends, strict=True):
        if period not in periods:
            shown = listed([str(json.loads(label)) for label in known])
            raise UnknownNameError(f"{name}=: there is no period {json.loads(period)!r}; there are: {shown}")
    return [periods[period] for period in ends]


def _of_units(
    columns: list[npt.NDArray[np.float64]],
    codes: npt.NDArray[Any],
    rows: npt.NDArray[np.int64],
    order: npt.NDArray[np.int64],
    count: int,
) -> list[npt.NDArray[np.float64]]:
    """Values of some rows by unit; missing where a unit has no row."""
    row_of = np.full(count, -1, dtype=np.int64)
    kept = rows[codes[rows] >= 0]
    row_of[codes[kept]] = kept
    places = row_of[order]
    return [np.where(places < 0, np.nan, values[np.maximum(places, 0)]) for values in columns]
