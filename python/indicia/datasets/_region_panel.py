"""A synthetic panel of regions whose convergence, gaps and spatial dependence are known."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from . import _region_model as model
from ._draws import Rng, generator
from ._frames import Frame, check_frame, check_share, to_frame

_FIRST_YEAR = 2010


@dataclass(frozen=True)
class RegionPanel:
    """Invented regions over years, and who is next to whom. Made by `make_region_panel`.

    Attributes
    ----------
    panel : table
        One row per region and year, regions in their order and years ascending: ``region`` (text), ``year`` (int),
        ``group`` ("west", "center", "east"), ``x``, ``y`` (kilometers), ``population`` (thousand), ``digital_value``
        and ``output`` (a head); of the digital system ``broadband``, ``online_sales``, ``cloud`` (percent) and
        ``robots`` (per 10,000 workers); of the economy ``services``, ``graduates``, ``rd``, ``exports`` (percent).
    links : table
        One row per region, neighbor (shares an edge) and year: ``region``, ``neighbor``, ``year``, ``share``: one by
        the number of neighbors. All regions and years, whether the panel tells them or not.
    neighbors : dict
        Of each region its neighbors and their shares, as `indicia.study.transitions` takes them.
    """

    panel: Any
    links: Any
    neighbors: dict[str, dict[str, float]] = field(repr=False, compare=False)

    def __repr__(self) -> str:
        return f"RegionPanel({len(self.neighbors)} regions)"


def make_region_panel(
    regions: int = 120,
    *,
    years: int = 12,
    speed: float = 0.05,
    gap: float = 0.4,
    spread: float = 0.3,
    shock: float = 0.06,
    rho: float = 0.5,
    clubs: bool = False,
    gaps: float = 0.0,
    missing: float = 0.0,
    rng: Rng = 0,
    frame: Frame | None = None,
) -> RegionPanel:
    r"""Return a synthetic panel of regions whose convergence is known.

    The regions are invented. They lie on a grid, in three groups from west to east. The
    logarithm :math:`z` of the digital value a head runs around a common path,

    .. math:: z_{it} = \ln 3000 + 0.08\, t + s_i g_t + u_{it}, \quad
       u_{it} = e^{-\beta} u_{i,t-1} + \varepsilon_{it},

    with :math:`s = -1, 0, 1` for west, center, east. `region_panel_truth` tells it.

    Parameters
    ----------
    regions : int, default 120
        Number of regions, at least 9.
    years : int, default 12
        Number of years from 2010 on, at least 2.
    speed : float, default 0.05
        Speed of convergence :math:`\beta` a year, at least 0.
    gap : float, default 0.4
        Distance :math:`g_0` of neighboring groups in logarithms in the first year, at
        least 0. It shrinks like any other, :math:`g_t = e^{-\beta t} g_0`.
    spread : float, default 0.3
        Standard deviation of :math:`u` in the first year, above 0.
    shock : float, default 0.06
        Standard deviation of :math:`\varepsilon`, at least 0.
    rho : float, default 0.5
        Spatial dependence, between -1 and 1: each year
        :math:`u = \rho W u + v` with independent :math:`v`.
    clubs : bool, default False
        Whether each group has a path of its own: the gap then stays
        :math:`g_0`, and regions converge within their group only.
    gaps : float, default 0.0
        Chance that a year between a region's first and last is not in the table.
    missing : float, default 0.0
        Share of the numbers that is blanked, each independently; not of coordinates and
        population.
    rng : int, SeedSequence, Generator or None, default 0
        Seed or generator. None draws a fresh seed from the system.
    frame : {"pandas", "polars", "pyarrow", "dict"}, optional
        Kind of tables. By default pandas where it is installed, else dicts of arrays.

    Returns
    -------
    RegionPanel

    Raises
    ------
    TypeError
        If ``regions`` or ``years`` is not an integer.
    ValueError
        If an argument is outside its range.
    ImportError
        If the package that ``frame`` names is not installed.

    See Also
    --------
    region_panel_truth : what was put in, and what follows from it year by year.

    Notes
    -----
    *Neighbors* share an edge of the grid; :math:`W` gives each the same share.
    :math:`v` is scaled so that the standard deviation of :math:`u` over regions (root
    mean square) is what ``spread`` and ``shock`` say, whatever ``rho`` is.

    *Output* a head depends on the own digital value and that of neighbors a year
    earlier (in the first year, on that of the same year):
    :math:`q_{it} = \ln 40000 + 0.02\, t + 0.3\,(z_{it} - \ln 3000)
    + 0.15 \sum_j w_{ij} (z_{j,t-1} - \ln 3000) + N(0, 0.05^2)`.

    *Indicators.* Each system has a true score in (0, 1), a logistic function of
    :math:`z` or :math:`q`; each of its four indicators is low + (high - low) (score +
    N(0, 0.02²)). With the goalposts of the truth, the mean of the four scaled
    indicators is the score, up to an error of 0.01.

    *Missing values.* With the same seed, ``missing`` only blanks cells and ``gaps``
    only leaves rows out.

    *Reproducibility.* Everything starts from uniforms of PCG64, whose stream NumPy
    keeps; numbers are rounded to three decimals.

    References
    ----------
    Barro R., Sala-i-Martin X. (1992), Convergence, Journal of Political Economy 100(2):
    223-251, doi:10.1086/261816. Rey S., Dev B. (2006), Sigma-convergence in the presence
    of spatial effects, Papers in Regional Science 85(2): 217-234,
    doi:10.1111/j.1435-5957.2006.00083.x.

    Examples
    --------
    >>> import indicia as ix
    >>> made = ix.datasets.make_region_panel(rng=1)
    >>> made
    RegionPanel(120 regions)
    >>> round(ix.study.beta(made.panel, "digital_value", unit="region", time="year").speed, 3)
    0.055
    """
    share = check_share(missing)
    check_frame(frame)
    setting = model.setting_of(regions, years, speed, gap, spread, shock, rho, clubs, gaps)
    random = generator(rng)
    course, years = model.simulate(random, setting), setting.years
    who, when = rows = np.nonzero(~course.gap)
    chart = course.map
    names = _names(len(chart.x))
    columns: dict[str, npt.NDArray[Any]] = {
        "region": names[who],
        "year": when.astype(np.int64) + _FIRST_YEAR,
        "group": np.array(model.GROUPS, dtype=object)[chart.group[who]],
        "x": chart.x[who],
        "y": chart.y[who],
        "population": course.population[who],
    }
    full = {"digital_value": np.exp(course.digital), "output": np.exp(course.output)} | course.indicators
    numbers = {name: np.round(values[rows], 3) for name, values in full.items()}
    if share > 0.0:
        # Drawn for every region and year, so that gaps do not move the blanks.
        for values in numbers.values():
            values[(random.random(course.gap.shape) < share)[rows]] = np.nan
    neighbors: dict[str, dict[str, float]] = {name: {} for name in names}
    for region, neighbor, part in zip(chart.region, chart.neighbor, chart.share, strict=True):
        neighbors[names[region]][names[neighbor]] = float(part)
    links = {
        "region": np.repeat(names[chart.region], years),
        "neighbor": np.repeat(names[chart.neighbor], years),
        "year": np.tile(np.arange(years, dtype=np.int64) + _FIRST_YEAR, len(chart.region)),
        "share": np.repeat(chart.share, years),
    }
    return RegionPanel(to_frame(columns | numbers, frame), to_frame(links, frame), neighbors)


def _names(n: int) -> npt.NDArray[Any]:
    return np.array([f"R{i:04d}" for i in range(1, n + 1)], dtype=object)
