"""Barriers: obstacle degrees by the tags of indicators, for groups of units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from . import _core
from ._keys import combined
from ._level_table import By, _groups, _label, unit_weights
from ._names import did_you_mean, listed, shorten
from .errors import DataError, DefinitionError, UnknownNameError, translated

if TYPE_CHECKING:
    from .scores import Scores

UNTAGGED = "untagged"
_COLUMNS = ("tag", "share", "largest", "n", "unknown", "nothing")


def barrier_table(scores: Scores, by: By, sample_weight: Any, tags: Sequence[str] | Mapping[str, str] | None) -> Any:
    """Rows of groups by tag."""
    from ._compare_obstacle import degrees

    held = scores._held
    values = scores._passes.all_indicators()
    tagged = tags_of(scores, list(values), tags)
    groups = _groups(held, by)
    taken = [name for name in groups if name in _COLUMNS]
    if taken:
        raise DataError(f"by=: {taken[0]!r} is the name of a column of the result; rename the column in the data")
    weights, weight_name = unit_weights(held, sample_weight)
    if groups:
        codes = combined([factored.codes for factored in groups.values()])
        distinct, first = np.unique(codes, return_index=True)
    else:
        codes, distinct, first = None, np.zeros(1, np.int64), np.zeros(1, np.int64)
    found_degrees = degrees(scores)
    places = {name: place for place, name in enumerate(values)}
    indicators = [[places[name] for name in names] for names in tagged.values()]
    with translated(held.panel.text, {"sample_weight": weight_name}):
        found = _core.explain_barriers(
            list(values.values()), list(found_degrees.values()), indicators, codes, len(distinct), weights
        )
    table: dict[str, Any] = {}
    for name, factored in groups.items():
        table[name] = [label for label in (_label(factored, int(row)) for row in first) for _ in tagged]
    table["tag"] = [name for _ in distinct for name in tagged]
    table |= {"share": found["share"], "largest": found["greatest"]}
    table |= {name: found[name] for name in ("n", "unknown", "nothing")}
    return held.output.plain().frame(table)


def tags_of(
    scores: Scores, indicators: Sequence[str], tags: Sequence[str] | Mapping[str, str] | None
) -> dict[str, list[str]]:
    """Indicators by tag, in the order of the definition."""
    own = {node["id"]: list(node["tags"]) for node in scores.fitted._index.nodes if node["kind"] == "indicator"}
    if isinstance(tags, Mapping):
        unknown = [name for name in tags if name not in indicators]
        if unknown:
            hint = did_you_mean(unknown[0], indicators)
            raise UnknownNameError(f"tags=: no indicator is named {shorten(unknown[0])}{hint}")
        own = {name: [str(tags[name])] if name in tags else [] for name in indicators}
    known = list(dict.fromkeys(tag for name in indicators for tag in own[name]))
    if not known:
        raise DefinitionError(
            "no indicator has a tag; add tags = [...] to indicators of the definition, or say tags={indicator: tag}"
        )
    if tags is None or isinstance(tags, Mapping):
        rest = [name for name in indicators if not own[name]]
        found = {tag: [name for name in indicators if tag in own[name]] for tag in known}
        return found | ({UNTAGGED: rest} if rest else {})
    if isinstance(tags, str):
        tags = [tags]
    strange = [tag for tag in tags if tag not in known]
    if strange:
        hint = did_you_mean(str(strange[0]), known)
        raise UnknownNameError(
            f"tags=: no indicator has the tag {shorten(strange[0])}{hint}; there are: {listed(known)}"
        )
    return {tag: [name for name in indicators if tag in own[name]] for tag in dict.fromkeys(tags)}
