"""Plans: the cheapest measures that bring each unit to a level, and the smallest changes to a score.

`path` finds them for each unit, `chain` and `cultivate` choose whom to support within a budget, `follow_up` tells
what became of it.

A *measure* changes answers and costs money: an upgrade of one scene, a machine networked, a product that covers several
items. A plan is a choice of measures after which the level holds for certain.

>>> import indicia as ix
>>> index = ix.Index.from_dict({
...     "id": "aid",
...     "indicator": [{"id": name, "parent": "use", "scale": "flag"} for name in ("cloud", "erp", "shop")],
...     "group": [{"id": "use", "aggregate": "sum"}],
...     "levels": {"thresholds": {"basic": 1, "good": 2}},
... })
>>> costs = [
...     {"id": "cloud", "cost": 3, "sets": {"cloud": True}},
...     {"id": "erp", "cost": 9, "sets": {"erp": True}},
...     {"id": "suite", "cost": 10, "sets": {"cloud": True, "erp": True}},
... ]
>>> firms = {"firm": ["A", "B", "C"], "cloud": [0, 1, 0], "erp": [0, 0, 0], "shop": [0, 1, 1]}
>>> paths = ix.plan.path(index, firms, to="good", costs=costs, unit="firm")
>>> paths.to_frame()[["firm", "cost", "measures"]].values.tolist()
[['A', 10.0, 'suite'], ['B', 0.0, ''], ['C', 3.0, 'cloud']]
"""

from __future__ import annotations

from ._follow_payments import Payments
from ._follow_up import FollowUp, follow_up
from ._plan_allocate import allocate
from ._plan_allocation import Allocation
from ._plan_chain import chain
from ._plan_change import Changes, change
from ._plan_chosen import Chain
from ._plan_cultivate import cultivate
from ._plan_path import Paths, path
from ._plan_report import report

__all__ = [
    "Allocation",
    "Chain",
    "Changes",
    "FollowUp",
    "Paths",
    "Payments",
    "allocate",
    "chain",
    "change",
    "cultivate",
    "follow_up",
    "path",
    "report",
]
