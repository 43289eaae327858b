"""Data to try the package on: two published tables, synthetic firms, panels and reports.

Nothing is read from disk or fetched: the published tables are written out as
numbers, the synthetic firms are drawn from a seed. The synthetic firms are
invented; no figure computed from them says anything about a real economy.
"""

from ._city import City, make_city
from ._desi import desi_2022
from ._dma import make_dma
from ._firm_panel import firm_panel_truth, make_firm_panel
from ._frames import Frame
from ._gradient import make_gradient
from ._ict_survey import ict_survey_truth, make_ict_survey
from ._miit import Form, make_miit_questionnaire
from ._region_panel import RegionPanel, make_region_panel
from ._region_truth import region_panel_truth
from ._reports import make_reports
from ._size import make_sme_size
from ._tai import tai

__all__ = [
    "City",
    "Form",
    "Frame",
    "RegionPanel",
    "desi_2022",
    "firm_panel_truth",
    "ict_survey_truth",
    "make_city",
    "make_dma",
    "make_firm_panel",
    "make_gradient",
    "make_ict_survey",
    "make_miit_questionnaire",
    "make_region_panel",
    "make_reports",
    "make_sme_size",
    "region_panel_truth",
    "tai",
]
