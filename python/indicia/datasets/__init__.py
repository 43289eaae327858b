"""Data to try the package on: one published table and two synthetic surveys.

Nothing is read from disk or fetched: the published table is written out as
numbers, the synthetic surveys are drawn from a seed. The synthetic firms are
invented; no figure computed from them says anything about a real economy.
"""

from ._frames import Frame
from ._ict_survey import ict_survey_truth, make_ict_survey
from ._miit import Form, make_miit_questionnaire
from ._tai import tai

__all__ = [
    "Form",
    "Frame",
    "ict_survey_truth",
    "make_ict_survey",
    "make_miit_questionnaire",
    "tai",
]
