"""Comparing: two indices on the same units, the same units in several periods, one index with and without an element.

Fixed base comparison over time is part of a definition: ``period={"base": 2020}`` fits scales and weights on one
period, and `change` splits what has changed since. `chained` moves the base from period to period. Ranks within periods
are ``scores.rank(by="year")``; strengths and weaknesses of one unit are `Scores.strengths` and `Scores.weaknesses`.

>>> import indicia as ix
>>> firms = {"firm": ["A", "B", "C"], "cloud": [0.0, 1.0, 3.0], "ai": [5.0, 2.0, 1.0]}
>>> index = ix.Index.flat(["cloud", "ai"], weights={"cloud": 3, "ai": 1})
>>> equal = index.using(weights="equal")
>>> found = ix.compare.difference(index.fit_score(firms, unit="firm"), equal.fit_score(firms, unit="firm"))
>>> found["absolute"].tolist()
[2.0, 1.0, 0.0]
"""

from __future__ import annotations

from ._compare_chained import chained
from ._compare_change import change
from ._compare_editions import Editions, editions
from ._compare_growth import growth
from ._compare_leave_out import LeftOut, leave_one_out
from ._compare_obstacle import obstacle
from ._compare_units import difference, rank_correlation, several

__all__ = [
    "Editions",
    "LeftOut",
    "chained",
    "change",
    "difference",
    "editions",
    "growth",
    "leave_one_out",
    "obstacle",
    "rank_correlation",
    "several",
]
