"""What the scales as plain functions share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ._plain import Columns, Indicators, fit_flat, indicators_of, method, passes_of
from ._replace import replaced
from .errors import UnknownNameError
from .frames import source_of

# A number for all columns, or one for each.
PerColumn = float | Mapping[str, float]


def normalized(
    name: str,
    data: Any,
    indicators: Indicators,
    columns: Columns,
    given: Mapping[str, Any],
    unit: str | None = None,
) -> Any:
    """The table with the chosen columns replaced by their scores on a scale."""
    chosen = indicators_of(source_of(data, columns), indicators)
    apart = {option: value for option, value in given.items() if isinstance(value, Mapping)}
    for option, values in apart.items():
        lacking = [column for column in chosen if column not in values]
        if lacking:
            raise UnknownNameError(f"{option}= has no number for column {lacking[0]!r}")
    own = {
        column: {"scale": method(name, dict(given) | {option: values[column] for option, values in apart.items()})}
        for column in chosen
    }
    steps: dict[str, Any] = {"normalize": "none", "aggregate": "none", "own": own}
    fitted, held, _ = fit_flat(data, chosen, columns=columns, unit=unit, stacklevel=5, **steps)
    found = passes_of(fitted, held, stacklevel=5).all_indicators()
    return replaced(held.source, held.output, {column: found[column] for column in chosen})
