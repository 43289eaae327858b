"""Peers: every unit in its best light, compared with the best.

`benefit_of_the_doubt` lets each unit choose the weights that favour it most, within limits; inside an index it is the
aggregation of that name. `directional` asks how far a unit could go in a direction, `order_m` how it stands against a
few others drawn at random, `over_time` what has changed between two periods.

>>> import indicia as ix
>>> firms = {"cloud": [4.0, 1.0, 2.0], "web": [1.0, 4.0, 2.0]}
>>> index = ix.Index.flat(["cloud", "web"], normalize="none", aggregate="benefit_of_the_doubt")
>>> index.fit_score(firms)["index"].tolist()
[1.0, 1.0, 0.8]
"""

from __future__ import annotations

from ._frontier_directional import Distances, directional
from ._frontier_doubt import Doubt, benefit_of_the_doubt
from ._frontier_order_m import order_m
from ._frontier_over_time import over_time

__all__ = ["Distances", "Doubt", "benefit_of_the_doubt", "directional", "order_m", "over_time"]
