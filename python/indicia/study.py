"""What studies compute around an index: coupling, inequality, convergence, transitions, exposure to partners.

Long frames in, one row per unit or per unit and period; results are of the same kind. Every convention is an option
with a name.

>>> import indicia as ix
>>> cities = {"city": ["A", "B"], "digital": [0.3, 0.8], "green": [0.6, 0.7]}
>>> ix.study.coupling(cities, ["digital", "green"], unit="city")["grade"].tolist()
['primary coordination', 'good coordination']
"""

from __future__ import annotations

from ._study_by_period import by_period
from ._study_convergence import Beta, beta, sigma
from ._study_coupling import coupling
from ._study_dagum import Dagum, dagum
from ._study_exposure import exposure, peers
from ._study_inequality import inequality, theil
from ._study_transitions import Transitions, transitions

__all__ = [
    "Beta",
    "Dagum",
    "Transitions",
    "beta",
    "by_period",
    "coupling",
    "dagum",
    "exposure",
    "inequality",
    "peers",
    "sigma",
    "theil",
    "transitions",
]
