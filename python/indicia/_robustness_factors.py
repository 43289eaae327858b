"""Factors: the choices that a robustness study varies."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from ._definition import Method
from ._names import shorten
from .index import Index

__all__ = [
    "Factor",
    "aggregate",
    "bootstrap",
    "definitions",
    "draws",
    "error",
    "goalposts",
    "impute",
    "leave_out",
    "levels",
    "period",
    "scale",
    "thresholds",
    "treat",
    "weight_noise",
    "weight_sets",
    "weights",
]

Nodes = str | Sequence[str] | None
Chances = Sequence[float] | None


@dataclass(frozen=True)
class Factor:
    """One uncertain choice: a name, what varies, and labels of its alternatives (none where it varies continuously).

    Made by the functions of this module.
    """

    name: str
    vary: Mapping[str, Any]
    labels: tuple[str, ...] = ()

    def named(self, name: str) -> Factor:
        """The same factor under another name."""
        return replace(self, name=name)

    def _asked(self) -> dict[str, Any]:
        return {"id": self.name, "vary": dict(self.vary)}


def _nodes(nodes: Nodes) -> list[str] | None:
    return nodes if nodes is None else [nodes] if isinstance(nodes, str) else list(nodes)


def _label(option: Any) -> str:
    if option is None:
        return "as it is"
    if isinstance(option, str):
        return option
    if isinstance(option, Mapping) and len(option) == 1:
        ((name, given),) = option.items()
        if isinstance(given, Mapping):
            inside = ", ".join(f"{key}={value}" for key, value in given.items())
            return f"{name}({inside})" if inside else str(name)
    return shorten(json.dumps(option, ensure_ascii=False, default=str), 60)


def _labels(options: Sequence[Any], given: Sequence[str] | None) -> tuple[str, ...]:
    labels = tuple(_label(option) for option in options) if given is None else tuple(given)
    if len(labels) != len(options):
        raise ValueError(f"{len(labels)} labels for {len(options)} alternatives")
    if len(set(labels)) < len(labels):
        raise ValueError(f"two alternatives have one label: {', '.join(labels)}; say labels=...")
    return labels


def _list(options: Any) -> list[Any]:
    if isinstance(options, str | Mapping) or not isinstance(options, Sequence):
        raise TypeError(f"alternatives are a list, found {shorten(options)}")
    return list(options)


def _method(step: str, options: Any, nodes: Nodes, chances: Chances, name: str, labels: Sequence[str] | None) -> Factor:
    options = _list(options)
    vary = {"step": step, "nodes": _nodes(nodes), "options": options, "probabilities": _chances(chances)}
    return Factor(name, {"method": vary}, _labels(options, labels))


def _chances(chances: Chances) -> list[float] | None:
    return None if chances is None else [float(chance) for chance in chances]


def scale(
    options: Sequence[Method | None], *, nodes: Nodes = None, chances: Chances = None, name: str = "scale"
) -> Factor:
    """Vary the scale of indicators.

    Parameters
    ----------
    options : list of str, dict or None
        Scales as `Index.using` takes them; None is what the index says itself.
    nodes : str or list of str, optional
        Indicators; by default all except those with points of a rule book.
    chances : list of float, optional
        Probability of each alternative; by default equal ones.
    name : str
        Name of the factor in results.

    Returns
    -------
    Factor

    Examples
    --------
    >>> import indicia as ix
    >>> ix.robustness.scale(["minmax", "zscore"]).labels
    ('minmax', 'zscore')
    """
    return _method("scale", options, nodes, chances, name, None)


def treat(
    options: Sequence[Method | None], *, nodes: Nodes = None, chances: Chances = None, name: str = "treat"
) -> Factor:
    """Vary the treatment of outliers; parameters as in `scale`; ``"none"`` switches it off."""
    return _method("treat", options, nodes, chances, name, None)


def impute(
    options: Sequence[Method | None], *, nodes: Nodes = None, chances: Chances = None, name: str = "impute"
) -> Factor:
    """Vary what stands for missing values; parameters as in `scale`; ``"none"`` switches it off."""
    return _method("impute", options, nodes, chances, name, None)


def weights(
    options: Sequence[Method | None], *, nodes: Nodes = None, chances: Chances = None, name: str = "weights"
) -> Factor:
    """Vary the weighting of groups (by default all); parameters as in `scale`. Methods over leaves go to the top."""
    return _method("weights", options, nodes, chances, name, None)


def aggregate(
    options: Sequence[Method | None], *, nodes: Nodes = None, chances: Chances = None, name: str = "aggregate"
) -> Factor:
    """Vary the aggregation of groups (by default all that have a score); parameters as in `scale`."""
    return _method("aggregate", options, nodes, chances, name, None)


def levels(
    options: Sequence[Mapping[str, Any] | None],
    *,
    node: str | None = None,
    labels: Sequence[str] | None = None,
    chances: Chances = None,
    name: str = "levels",
) -> Factor:
    """Vary the rule of levels: other encodings of it.

    Parameters
    ----------
    options : list of dict or None
        ``levels`` tables as definitions have them; None is the index's own.
    node : str, optional
        Group whose levels are meant; by default those of the index.
    labels : list of str, optional
        A label for each alternative.
    chances, name
        As in `scale`.
    """
    return _method("levels", options, node, chances, name, labels)


def period(
    options: Sequence[str | Mapping[str, Any] | None],
    *,
    nodes: Nodes = None,
    chances: Chances = None,
    name: str = "period",
) -> Factor:
    """Vary which periods things are fitted on: ``"pooled"``, ``"each"``, ``{"base": 2011}``; the study needs ``time=``.

    Without ``nodes`` it is the period of the index, which nodes with one of their own do not follow.
    """
    return _method("period", options, nodes, chances, name, None)


def definitions(
    options: Sequence[Index | None],
    *,
    labels: Sequence[str] | None = None,
    chances: Chances = None,
    name: str = "definition",
) -> Factor:
    """Vary the whole definition: other indices with a node of the same name; None is the index itself.

    Other factors act on the definition that is drawn.
    """
    options = _list(options)
    given = labels
    if given is None:
        given = [
            "as it is" if index is None else f"{index.id} {index.edition or place}"
            for place, index in enumerate(options)
        ]
    trees = [None if index is None else index.to_dict() for index in options]
    vary = {"options": trees, "probabilities": _chances(chances)}
    return Factor(name, {"definition": vary}, _labels(options, given))


def leave_out(nodes: Sequence[str | None], *, chances: Chances = None, name: str = "leave_out") -> Factor:
    """Leave out indicators or groups, one at a time; None leaves nothing out."""
    nodes = _list(nodes)
    labels = ["nothing" if node is None else node for node in nodes]
    return Factor(name, {"leave_out": {"options": nodes, "probabilities": _chances(chances)}}, _labels(nodes, labels))


def weight_sets(
    options: Sequence[Mapping[str, Mapping[str, float]] | None],
    *,
    labels: Sequence[str] | None = None,
    chances: Chances = None,
    name: str = "weights",
) -> Factor:
    """Vary given weights, such as those of several experts: for each set a dict of group to child to weight.

    Groups and children that a set does not name keep the weights of the index.
    """
    options = _list(options)
    if labels is None:
        labels = [f"set {place}" for place in range(1, len(options) + 1)]
    sets = [None if one is None else {group: dict(weights) for group, weights in one.items()} for one in options]
    return Factor(
        name, {"weight_sets": {"options": sets, "probabilities": _chances(chances)}}, _labels(options, labels)
    )


def weight_noise(
    relative: float | None = None,
    *,
    dirichlet: float | None = None,
    between: Mapping[str, Sequence[float]] | None = None,
    simplex: bool = False,
    groups: Nodes = None,
    name: str = "weight_noise",
) -> Factor:
    """Vary the weights of children around what they are; say one of the four forms.

    Parameters
    ----------
    relative : float, optional
        w' = w (1 + relative U), U uniform in [-1, 1], each weight by itself (no
        renormalization is needed: means divide by the sum).
    dirichlet : float, optional
        Dirichlet with mean w / sum w and this concentration: the larger, the closer to w.
    between : dict of node to (low, high), optional
        Each weight uniform in its range, as experts give them; others stay.
    simplex : bool
        Uniform over all weights that sum to one (nothing is known of them).
    groups : str or list of str, optional
        Groups whose children's weights vary; by default all with weights.
    name : str
        Name of the factor in results.

    Returns
    -------
    Factor

    Notes
    -----
    Learned weights are learned first and varied afterwards; what is learned from the scores of such groups is
    learned again.
    """
    forms: dict[str, Any] = {
        "relative": relative,
        "dirichlet": dirichlet,
        "between": None if between is None else {node: list(ends) for node, ends in between.items()},
    }
    given: list[Any] = [{form: value} for form, value in forms.items() if value is not None]
    given += ["simplex"] if simplex else []
    if len(given) != 1:
        raise TypeError("say one of relative=, dirichlet=, between=, simplex=True")
    return Factor(name, {"weight_noise": {"groups": _nodes(groups), "form": given[0]}})


def goalposts(
    node: str, *, low: Sequence[float] | None = None, high: Sequence[float] | None = None, name: str | None = None
) -> Factor:
    """Vary the anchors of an indicator's linear scale, each uniform between two numbers in units of the column."""
    ends = {key: list(map(float, value)) for key, value in (("low", low), ("high", high)) if value is not None}
    return Factor(name or f"goalposts of {node}", {"goalposts": {"node": node} | ends})


def thresholds(by: float, *, node: str | None = None, name: str = "thresholds") -> Factor:
    """Move every threshold of a score in the levels, each by its own uniform draw between ``-by`` and ``by`` points."""
    return Factor(name, {"thresholds": {"node": node, "by": float(by)}})


def error(
    columns: str | Sequence[str],
    *,
    distribution: Literal["normal", "uniform", "lognormal", "flip"] = "normal",
    size: float,
    name: str = "error",
) -> Factor:
    """Add an error of measurement to columns of numbers and fit the index anew.

    Parameters
    ----------
    columns : str or list of str
        Columns of the data.
    distribution : {"normal", "uniform", "lognormal", "flip"}
        Normal with standard deviation ``size``; uniform between minus and plus
        ``size``; times a log-normal factor with median 1 and ``size`` as standard
        deviation of its logarithm; or a yes or no turned with probability ``size``.
    size : float
        In units of the column for normal and uniform.
    name : str
        Name of the factor in results.
    """
    vary = {"columns": _nodes(columns), "distribution": {distribution: float(size)}}
    return Factor(name, {"rows": {"error": vary}})


def bootstrap(*, strata: str | None = None, name: str = "sample") -> Factor:
    """Fit on as many units drawn with replacement (within ``strata``, a column), and score the units as they are."""
    return Factor(name, {"rows": {"bootstrap": {} if strata is None else {"strata": strata}}})


def draws(columns: str | Sequence[str], *, by: str | None = None, name: str = "draws") -> Factor:
    """Put one of the observed values of its column (of the same group ``by``) in place of each missing one."""
    return Factor(name, {"rows": {"impute": {"columns": _nodes(columns), "by": by}}})
