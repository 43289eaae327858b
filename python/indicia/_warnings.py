"""Typed warnings, and how the core's become them."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable, Mapping
from typing import Any


class IndiciaWarning(UserWarning):
    """Base of all warnings of this package."""


class ConstantColumnWarning(IndiciaWarning):
    """A scale could not be learned: the column is constant or empty, its scores are missing."""


class WeightWarning(IndiciaWarning):
    """Fitted weights that deserve a look."""


class ComparabilityWarning(IndiciaWarning):
    """Scores put side by side that are not comparable."""


class ShadowedColumnWarning(IndiciaWarning):
    """The data hold a column that the definition derives; the derived one is used."""


class UnseenPeriodWarning(IndiciaWarning):
    """Rows of a period that was not fitted have no scores."""


class ContradictionWarning(IndiciaWarning):
    """Answers contradict an implication between items."""


class DisagreementWarning(IndiciaWarning):
    """Alternative columns of one indicator lead to different scores."""


class DerivedColumnWarning(IndiciaWarning):
    """A derived column is missing although its columns are not: a zero denominator, say, or an unmatched lookup."""


class TreatmentWarning(IndiciaWarning):
    """A column could not be treated, or still fails the test of its treatment."""


class ImputationWarning(IndiciaWarning):
    """Missing values stay missing, because there is nothing to fill them from."""


class UndefinedStatisticWarning(IndiciaWarning):
    """A statistic is not defined on these data and is missing in the result."""


class AloneWarning(IndiciaWarning):
    """Units have no score, because no other unit is observed to compare them with."""


class FewPeersWarning(IndiciaWarning):
    """A unit is compared with few others, so that its ranks say little."""


class FrontierWarning(IndiciaWarning):
    """Scores against the best that say little: most units are on the frontier, or limits leave some no weights."""


class RangeWarning(IndiciaWarning):
    """Bounds rest on observed extremes, because a column declares no domain."""


class MissingTextWarning(IndiciaWarning):
    """Texts are empty, missing or unreadable; their counts are missing, never zero."""


class IgnoredRowWarning(IndiciaWarning):
    """Rows not used: of a definition table neither indicators nor groups, of a file of answers empty or elsewhere."""


class UncheckedColumnWarning(IndiciaWarning):
    """Columns of a file of answers that the definition does not ask for; they are kept as they are."""


KINDS: Mapping[str, type[IndiciaWarning]] = {
    "constant": ConstantColumnWarning,
    "weights": WeightWarning,
    "comparability": ComparabilityWarning,
    "shadowed": ShadowedColumnWarning,
    "period": UnseenPeriodWarning,
    "contradiction": ContradictionWarning,
    "disagreement": DisagreementWarning,
    "reasons": DerivedColumnWarning,
    "range": RangeWarning,
    "treat": TreatmentWarning,
    "impute": ImputationWarning,
    "alone": AloneWarning,
    "frontier": FrontierWarning,
}


_FIRST_ROW = re.compile(r"first row (\d+)")


def warn_all(
    found: Iterable[Mapping[str, Any]], stacklevel: int, label: Callable[[int], str] = lambda row: f"row {row}"
) -> None:
    """Emit the core's warnings, those of one kind and text as one that lists the nodes.

    ``label`` turns a row number into text such as ``row 'Acme'``.
    """
    grouped: dict[tuple[str, str], list[str]] = {}
    for warning in found:
        message = _FIRST_ROW.sub(lambda match: f"first {label(int(match[1]))}", warning["message"])
        nodes = grouped.setdefault((warning["kind"], message), [])
        if warning.get("node"):
            nodes.append(warning["node"])
    for (kind, message), nodes in grouped.items():
        shown = ", ".join(repr(node) for node in nodes[:20])
        more = f" and {len(nodes) - 20} more" if len(nodes) > 20 else ""
        text = f"{shown}{more}: {message}" if nodes else message
        warnings.warn(text, KINDS.get(kind, IndiciaWarning), stacklevel=stacklevel + 1)
