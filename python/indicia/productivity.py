"""Production functions of firms, and the productivity they leave, from long panels.

Output, inputs and a proxy are columns; `unit` and `time` name firms and years. A gap in time breaks a lag, rows that
cannot be used are counted by reason, and every convention is an option that the result's ``recipe`` repeats.

>>> import indicia as ix
>>> firms = ix.datasets.make_firm_panel(300, rng=1)
>>> keys = {"unit": "firm", "time": "year"}
>>> made = ix.productivity.levinsohn_petrin(firms, "value_added", "employees", "capital", materials="materials", **keys)
>>> made.coefficients["coef"].round(1).tolist()
[0.6, 0.3]
"""

from __future__ import annotations

from ._productivity_linear import fixed_effects, ols
from ._productivity_proxy import ackerberg_caves_frazer, levinsohn_petrin, olley_pakes, wooldridge
from ._productivity_result import Productivity
from ._productivity_solow import Solow, solow

__all__ = [
    "Productivity",
    "Solow",
    "ackerberg_caves_frazer",
    "fixed_effects",
    "levinsohn_petrin",
    "olley_pakes",
    "ols",
    "solow",
    "wooldridge",
]
