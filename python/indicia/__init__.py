"""Digitalization indices of enterprises: define, fit, score.

>>> import indicia as ix
>>> survey = ix.datasets.make_ict_survey(1_000)
>>> scores = ix.framework("eurostat-dii", edition=2023).score(survey, unit="firm")
>>> table = scores.levels(by="size", sample_weight="weight")
"""

from __future__ import annotations

import logging as _logging
import os as _os
from datetime import date as _date
from importlib import import_module as _import_module
from typing import TYPE_CHECKING, Any

from . import _core, errors, frameworks as _rule_books
from ._trend import trend
from .audit import Audit
from .fitted import FittedIndex
from .index import Index
from .scores import Scores

if TYPE_CHECKING:
    from . import datasets as datasets

__all__ = [
    "Audit",
    "FittedIndex",
    "Index",
    "Scores",
    "__version__",
    "datasets",
    "errors",
    "framework",
    "frameworks",
    "trend",
]

__version__: str = _core.__version__

_logger = _logging.getLogger("indicia")
_logger.addHandler(_logging.NullHandler())
if _core.debug_build and not _os.environ.get("INDICIA_QUIET"):
    _logger.debug("the compiled core is a debug build; it is slow")

_LAZY = ("datasets",)
