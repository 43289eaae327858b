"""What a sample of firms says of all firms: shares, means and totals of groups with standard errors.

`design` says how the sample was drawn; where only weights are known, functions take the table and ``weights=``.
Arithmetic is linearized over the whole design, or bootstrapped (`bootstrap`). Missing answers are never "no".

>>> import indicia as ix
>>> firms = ix.datasets.make_ict_survey(2_000, rng=1)
>>> sample = ix.survey.design(firms, weights="weight", strata="size")
>>> table = ix.survey.shares(sample, "E_CC", by="size", answers="yes", total="GE10")
>>> table["size"].tolist()
['10-49', '50-249', 'GE250', 'GE10']
"""

from __future__ import annotations

from ._survey_bootstrap import Bootstrap, bootstrap
from ._survey_design import Design, design
from ._survey_groups import difference, share_of_total
from ._survey_means import means, quantiles, ratios, totals, variances
from ._survey_sdmx import to_sdmx_csv
from ._survey_shares import combinations, shares
from ._survey_svy import to_svy
from ._survey_tables import Reliability

__all__ = [
    "Bootstrap",
    "Design",
    "Reliability",
    "bootstrap",
    "combinations",
    "design",
    "difference",
    "means",
    "quantiles",
    "ratios",
    "share_of_total",
    "shares",
    "to_sdmx_csv",
    "to_svy",
    "totals",
    "variances",
]
