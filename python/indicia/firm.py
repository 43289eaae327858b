"""Figures of firms over time: growth, lags, ratios, stocks, winsorizing, concentration; a table of them in one call.

All functions take long tables (one row per firm and year, in any order) and give back the same kind. The period before
is found by time and not by row: a gap is a gap. What is not defined is missing, and a warning says how often and why.

>>> import indicia as ix
>>> panel = ix.datasets.make_firm_panel(200, years=5, gaps=0.0, rng=1)
>>> panel = ix.firm.growth(panel, "revenue", unit="firm", time="year", method="dhs", absent="zero")
>>> bool(panel["revenue_growth"].abs().max() <= 2)
True
"""

from __future__ import annotations

from ._firm_concentration import concentration, ellison_glaeser, location_quotient
from ._firm_growth import difference, growth, lag
from ._firm_indicators import indicators
from ._firm_intangible import intangible_items, intangible_share
from ._firm_ratio import ratio, ratios
from ._firm_stock import stock
from ._firm_winsorize import winsorize

__all__ = [
    "concentration",
    "difference",
    "ellison_glaeser",
    "growth",
    "indicators",
    "intangible_items",
    "intangible_share",
    "lag",
    "location_quotient",
    "ratio",
    "ratios",
    "stock",
    "winsorize",
]
