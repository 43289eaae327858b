"""The long table for an estimate by difference in differences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ._follow_groups import at, by_columns
from ._output import Levels
from .errors import DataError

if TYPE_CHECKING:
    from ._follow_up import FollowUp


def long_frame(follow: FollowUp, by: Any, to: str | None) -> Any:
    """Two rows per unit, as `FollowUp.did_frame` tells."""
    known = ~np.isnan(follow._treated)
    if not known.any():
        raise DataError("treated=: say who was funded, as a column of the later data, a mapping or a list of units")
    rows = np.flatnonzero(known)
    twice = np.repeat(rows, 2)
    period = np.tile(np.array([0, 1], np.int64), len(rows))
    treated = follow._treated[twice].astype(np.int64)

    def both(first: npt.NDArray[Any], second: npt.NDArray[Any]) -> npt.NDArray[Any]:
        out: npt.NDArray[Any] = np.where(period == 0, first[twice], second[twice])
        return out

    columns: dict[str, Any] = {
        "unit": [follow._match.labels[row] for row in twice.tolist()],
        "period": period,
        "treated": treated,
        "post": period.copy(),
        "treated_post": treated * period,
    }
    if follow._score_node() is not None:
        columns["score"] = both(*follow._scores())
    columns["level"] = Levels(both(follow._was, follow._is).astype(np.int16), follow._names)
    promises = {level for level in follow._promised.levels if level is not None}
    level = to if to is not None else next(iter(promises)) if len(promises) == 1 else None
    if level is not None:
        states = [
            scores.eligibility(level, follow._node)._found["states"].astype(np.int64)[places]
            for scores, places in ((follow.before, follow._match.before), (follow.after, follow._match.after))
        ]
        columns["reached"] = np.array([0.0, np.nan, 1.0])[both(*states)]
    for name, column in by_columns(follow, [] if by is None else by).items():
        if name in columns:
            raise DataError(f"by=: {name!r} is a column of this table already; rename it in the data")
        columns[name] = at(column, follow._match.before[twice].tolist())
    return follow._frame(columns)
