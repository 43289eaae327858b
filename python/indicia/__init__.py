"""Digitalization indices of enterprises: define, fit, score.

>>> import indicia as ix
>>> survey = ix.datasets.make_ict_survey(1_000)
>>> scores = ix.framework("eurostat-dii", edition=2023).score(survey, unit="firm")
>>> table = scores.levels(by="size", sample_weight="weight")
"""

from __future__ import annotations

import importlib as _importlib
import logging as _logging
import os as _os
from typing import TYPE_CHECKING as _TYPE_CHECKING
from typing import Any as _Any

from . import _core, errors
from ._books import framework, frameworks
from ._trend import trend
from .audit import Audit
from .fitted import FittedIndex
from .index import Index
from .scores import Scores

if _TYPE_CHECKING:
    from . import aggregate as aggregate
    from . import compare as compare
    from . import datasets as datasets
    from . import firm as firm
    from . import frontier as frontier
    from . import impute as impute
    from . import normalize as normalize
    from . import plan as plan
    from . import productivity as productivity
    from . import report as report
    from . import robustness as robustness
    from . import stats as stats
    from . import study as study
    from . import survey as survey
    from . import text as text
    from . import treat as treat
    from . import weights as weights

__all__ = [
    "Audit",
    "FittedIndex",
    "Index",
    "Scores",
    "__version__",
    "aggregate",
    "compare",
    "datasets",
    "errors",
    "firm",
    "framework",
    "frameworks",
    "frontier",
    "impute",
    "normalize",
    "plan",
    "productivity",
    "report",
    "robustness",
    "stats",
    "study",
    "survey",
    "text",
    "treat",
    "trend",
    "weights",
]

__version__: str = _core.__version__

_log = _logging.getLogger("indicia")
_log.addHandler(_logging.NullHandler())
if _core.debug_build and not _os.environ.get("INDICIA_QUIET"):
    _log.debug("the compiled core is a debug build and slow")

# Imported when first used, so that `import indicia` stays light.
_LAZY = (
    "aggregate",
    "compare",
    "datasets",
    "firm",
    "frontier",
    "impute",
    "normalize",
    "plan",
    "productivity",
    "report",
    "robustness",
    "stats",
    "study",
    "survey",
    "text",
    "treat",
    "weights",
)


def __getattr__(name: str) -> _Any:
    if name in _LAZY:
        return _importlib.import_module(f".{name}", __name__)
    raise AttributeError(f"module 'indicia' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, *(name for name in globals() if name.startswith("__"))]
