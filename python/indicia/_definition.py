"""Edits of definitions as plain dicts: one-level indices, and other methods for the same tree."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from ._names import did_you_mean
from .errors import DefinitionError, UnknownNameError

Method = str | Mapping[str, Any]

# Points of a rule book are the rule itself, not a way to make columns comparable.
_RULES = ("bands", "options", "flag")


def flat(
    indicators: Mapping[str, int] | Sequence[str],
    weights: Method,
    normalize: Method,
    aggregate: Method,
    id: str,
    treat: Method | None = None,
    impute: Method | None = None,
) -> dict[str, Any]:
    """The definition of a one-level index over columns."""
    if isinstance(indicators, str) or not isinstance(indicators, Mapping | Sequence):
        raise TypeError("indicators are names of columns: a list, or a dict of name to direction (+1 or -1)")
    directions = indicators if isinstance(indicators, Mapping) else dict.fromkeys(indicators, 1)
    if len(directions) != len(indicators):
        raise DefinitionError("indicators: a name stands there twice")
    leaves = []
    for name, direction in directions.items():
        leaf: dict[str, Any] = {"id": name, "parent": id}
        if direction != 1:
            leaf["direction"] = direction
        leaves.append(leaf)
    group: dict[str, Any] = {"id": id, "aggregate": _method(aggregate)}
    if weights != "equal":
        group["weights"] = _weighting(weights)
    defaults = {"scale": _method(normalize)}
    defaults |= {name: _method(method) for name, method in (("treat", treat), ("impute", impute)) if method is not None}
    return {"id": id, "defaults": defaults, "indicator": leaves, "group": [group]}


def using(
    definition: Mapping[str, Any],
    normalize: Method | None = None,
    weights: Method | None = None,
    aggregate: Method | None = None,
    missing: str | None = None,
    prepare: Mapping[str, Method | None] | None = None,
) -> dict[str, Any]:
    """The same tree with other methods."""
    new = copy.deepcopy(dict(definition))
    groups = [group for group in new.get("group", []) if _has_score(group, new)]
    scored = {group["id"] for group in groups}
    if normalize is not None:
        for leaf in new.get("indicator", []):
            if leaf.get("parent") in scored and not _is_rule(leaf.get("scale", new.get("defaults", {}).get("scale"))):
                leaf["scale"] = _method(normalize)
    for name, method in (prepare or {}).items():
        if method is not None:
            for leaf in new.get("indicator", []):
                leaf.pop(name, None)
            new.setdefault("defaults", {})[name] = _method(method)
    for group in groups:
        if aggregate is not None:
            group["aggregate"] = _method(aggregate)
        if missing is not None:
            group["missing"] = missing
    if weights is not None:
        _reweight(new, groups, _weighting(weights))
    return new


def _reweight(definition: dict[str, Any], groups: list[dict[str, Any]], weights: Any) -> None:
    nodes = {node["id"]: node for node in [*definition.get("indicator", []), *definition.get("group", [])]}
    definition.get("defaults", {}).pop("weights", None)
    if isinstance(weights, Mapping) and "fixed" in weights:
        unknown = [name for name in weights["fixed"] if name not in nodes]
        if unknown:
            raise UnknownNameError(f"weights: no node is named {unknown[0]!r}{did_you_mean(unknown[0], nodes)}")
        for name, weight in weights["fixed"].items():
            nodes[name]["weight"] = weight
        changed = {nodes[name].get("parent") for name in weights["fixed"]}
        for group in groups:
            if group["id"] in changed:
                _keep_as_own(group, nodes, weights["fixed"])
        return
    ids = {group["id"] for group in groups}
    for node in nodes.values():
        if node.get("parent") in ids:
            node.pop("weight", None)
    # Weights over leaves are fitted once and summed up the tree, so they are said at the top.
    over_leaves = isinstance(weights, Mapping) and any(
        isinstance(options, Mapping) and options.get("over") == "leaves" for options in weights.values()
    )
    for group in groups:
        group.pop("weights", None)
        if weights != "equal" and (not over_leaves or group.get("parent") not in ids):
            group["weights"] = copy.deepcopy(weights)


def _keep_as_own(group: dict[str, Any], nodes: Mapping[str, dict[str, Any]], given: Mapping[str, Any]) -> None:
    """Weights by name that are not replaced stay, as weights of the children themselves."""
    before = group.pop("weights", None)
    if isinstance(before, Mapping) and "fixed" in before:
        for name, weight in before["fixed"].items():
            if name not in given:
                nodes[name]["weight"] = weight


def _has_score(group: Mapping[str, Any], definition: Mapping[str, Any]) -> bool:
    return group.get("aggregate", definition.get("defaults", {}).get("aggregate")) not in ("none", {"none": {}})


def _is_rule(scale: Any) -> bool:
    name = next(iter(scale), None) if isinstance(scale, Mapping) else scale
    return name in _RULES


def _method(method: Method) -> Any:
    if isinstance(method, Mapping):
        return copy.deepcopy(dict(method))
    if isinstance(method, str):
        return method
    raise TypeError(f"a method is a name or {{name: {{options}}}}, found {type(method).__name__}")


def _weighting(weights: Method) -> Any:
    """A method, or weights by name."""
    if isinstance(weights, Mapping) and weights and not any(isinstance(w, Mapping) for w in weights.values()):
        return {"fixed": dict(weights)}
    return _method(weights)
