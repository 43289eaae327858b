"""Synthetic answers to the MIIT 2024 questionnaire on the digitalization of small and medium firms."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple, get_args

import numpy as np

from ._choices import joined, spread, values_of
from ._draws import Rng, correlated, generator, normal_quantile, pick, uniforms
from ._frames import Categories, Frame, check_count, check_frame, check_share, to_frame
from ._miit_rule import MULTIPLE, SCENES, SINGLE, TRENDS, Answers, level, score

Form = Literal["text", "columns", "codes"]

COUNTS = ("equipment", "digital_equipment", "networked_equipment", "digital_spend", "turnover")

# All invented: shares, and the shift of maturity by size.
_INDUSTRIES = {
    "machinery": 0.25,
    "electronics": 0.2,
    "chemicals": 0.15,
    "textiles": 0.15,
    "food": 0.15,
    "automotive": 0.1,
}
_REGIONS = {"east": 0.5, "central": 0.25, "west": 0.18, "northeast": 0.07}
_SIZES = {"micro": (0.3, -0.6), "small": (0.45, 0.0), "medium": (0.25, 0.7)}
# Medians of equipment (pieces) and turnover (10,000 yuan) by size.
_EQUIPMENT = (8.0, 40.0, 150.0)
_TURNOVER = (600.0, 4_000.0, 20_000.0)

# Common share of maturity in every answer; the higher, the more alike the answers of one firm.
_LOADING = 0.8
# How rare each option is, easiest first, from _EASY to _HARD on the latent scale.
_EASY, _HARD = -0.9, 0.9
_SINGLE_CUTS = {"F5": (-1.2, -0.5, 0.4, 1.2), "M1": (-1.2, -0.6, 0.0, 0.7, 1.4)}
# Cuts of a scene for levels 1 to 4, shifted a little from scene to scene.
_SCENE_CUTS = np.array((-1.1, -0.2, 0.6, 1.3))
_SCENE_SHIFT = 0.25
# Rate = logistic(centre + slope * latent).
_RATES = {"F2": (-0.4, 1.4), "F3": (0.4, 1.4), "M4": (-1.7, 1.1)}
# Change = centre + spread * latent, in the direction that is good.
_CHANGES = {"E1": (0.01, 0.04), "E2": (0.003, 0.012), "E3": (0.02, 0.07), "E4": (0.005, 0.03)}


class Population(NamedTuple):
    """Who answers: shares of industries and regions, (share, shift of maturity) of sizes, medians by size."""

    prefix: str
    industries: dict[str, float]
    regions: dict[str, float]
    sizes: dict[str, tuple[float, float]]
    equipment: tuple[float, ...]
    turnover: tuple[float, ...]


_FIRMS = Population("M", _INDUSTRIES, _REGIONS, _SIZES, _EQUIPMENT, _TURNOVER)


def make_miit_questionnaire(
    n: int = 1_000,
    *,
    missing: float = 0.0,
    form: Form = "text",
    rng: Rng = 0,
    frame: Frame | None = None,
    truth: bool = False,
) -> Any:
    """Return synthetic answers to the MIIT 2024 questionnaire for small and medium firms.

    The firms are invented. One latent maturity per firm drives all its
    answers, so that all levels from 0 to 4 occur.

    Parameters
    ----------
    n : int, default 1_000
        Number of firms, at least 1.
    missing : float, default 0.0
        Share of the answers that is blanked, each item and each raw count
        independently.
    form : {"text", "columns", "codes"}, default "text"
        How choices are written. ``"text"``: option keys, those of a multiple
        choice joined by semicolons ("control;application"), "none" where the
        firm chose none. ``"columns"``: one 1/0 column for each option of a
        multiple choice, named ``F1_control`` (``F1_none`` included).
        ``"codes"``: as text, but categorical columns where the table is
        pandas, ordered for single choices.
    rng : int, SeedSequence, Generator or None, default 0
        Seed or generator. None draws a fresh seed from the system.
    frame : {"pandas", "polars", "pyarrow", "dict"}, optional
        Kind of table. By default pandas where it is installed, else a dict of
        arrays.
    truth : bool, default False
        Whether to add ``true_score`` and ``true_level``, computed from the
        answers before any was blanked.

    Returns
    -------
    DataFrame, Table or dict of ndarray
        ``n`` rows; columns

        - ``firm``, ``industry``, ``region``, ``size`` ("micro", "small",
          "medium"): text, never missing
        - ``F1``, ``F4``, ``F6``, ``F7``, ``M2``, ``M3``: multiple choices;
          ``F5``, ``M1``: single choices
        - ``F2``, ``F3``, ``M4``: rates in [0, 1]
        - ``E1`` to ``E4``: relative change, value now / value before - 1
        - ``S1`` to ``S16``: level of each scene, 0 to 4 (float)
        - ``equipment``, ``digital_equipment``, ``networked_equipment``
          (pieces), ``digital_spend``, ``turnover`` (10,000 yuan a year, mean
          of three years): whole numbers as float. ``F2`` is
          ``digital_equipment / equipment``, ``F3`` is
          ``networked_equipment / equipment``, ``M4`` is
          ``digital_spend / turnover``; networked equipment is digital
        - with ``truth``: ``true_score`` (0 to 100), ``true_level`` (0 to 4)

    Raises
    ------
    TypeError
        If ``n`` is not an integer.
    ValueError
        If an argument is outside its range or not one of its options.
    ImportError
        If the package that ``frame`` names is not installed.

    Notes
    -----
    *Missing values.* A blank choice is None (null), a blank number NaN (null
    in polars and pyarrow): "unanswered", never "no" and never "none". In form
    "columns" all options of an unanswered item are blank together. With the
    same seed, ``missing`` only blanks cells, the same cells in every form.

    *Not official.* Points and level rule behind the truth come from secondary
    encodings of the questionnaire; that a change within 0.5 % counts as "flat"
    is an assumption.

    *Reproducibility.* Everything starts from uniforms of PCG64, whose stream
    NumPy keeps; normals by Wichura's AS 241.

    References
    ----------
    Ministry of Industry and Information Technology of China (2024). Evaluation
    indicators for the digitalization level of small and medium enterprises,
    2024 edition. General office document 2024 no. 56.

    Wichura, M. J. (1988). Algorithm AS 241: The percentage points of the
    normal distribution. Applied Statistics 37(3), 477-484. doi:10.2307/2347330

    Examples
    --------
    >>> from indicia import datasets
    >>> firms = datasets.make_miit_questionnaire(200, frame="dict", truth=True)
    >>> sorted({int(level) for level in firms["true_level"]})
    [0, 1, 2, 3, 4]
    """
    count = check_count(n, 1)
    share = check_share(missing)
    if form not in get_args(Form):
        raise ValueError(f"form must be one of {', '.join(get_args(Form))}, got {form!r}")
    check_frame(frame)
    random = generator(rng)
    firms, answers, counts = draw(random, count, _FIRMS)

    columns: dict[str, np.ndarray] = dict(firms)
    # Columns that one answer fills, to be blanked together.
    fills: dict[str, list[str]] = {}
    for item in sorted((*answers.multiple, *answers.single, *answers.rates)):
        written = write(item, answers, form)
        columns |= written
        fills[item] = list(written)
    columns |= answers.trends
    columns |= {scene: answers.scenes[:, i].astype(np.float64) for i, scene in enumerate(SCENES)}
    columns |= counts
    fills |= {name: [name] for name in (*TRENDS, *SCENES, *COUNTS)}

    if truth:
        # Before blanking, which works in place.
        points = score(answers)
        columns |= {"true_score": points, "true_level": level(points, answers.scenes)}
    if share > 0.0:
        for names, blank in zip(fills.values(), random.random((len(fills), count)) < share, strict=True):
            for name in names:
                columns[name][blank] = None if columns[name].dtype == object else np.nan
    return to_frame(columns, frame, _categories(columns) if form == "codes" else None)


def draw(
    random: np.random.Generator, n: int, population: Population
) -> tuple[dict[str, np.ndarray], Answers, dict[str, np.ndarray]]:
    """Return who the firms are, their complete answers, and the counts behind their rates."""
    options = {item: len(points) - 1 for item, points in MULTIPLE.items()}
    singles = len(SINGLE) + len(_RATES) + len(TRENDS) + len(SCENES)
    # Row order of the uniforms is part of what a seed means: append, never reorder.
    u = iter(uniforms(random, 6 + sum(options.values()) + singles, n))

    size_share, size_shift = np.array(list(population.sizes.values())).T
    industry = pick(next(u), np.array(list(population.industries.values())))
    region = pick(next(u), np.array(list(population.regions.values())))
    size = pick(next(u), size_share)
    maturity = size_shift[size] + normal_quantile(next(u))
    firms = {
        "firm": np.array([f"{population.prefix}{i:06d}" for i in range(1, n + 1)], dtype=object),
        "industry": np.array(list(population.industries), dtype=object)[industry],
        "region": np.array(list(population.regions), dtype=object)[region],
        "size": np.array(list(population.sizes), dtype=object)[size],
    }
    medians = np.array(population.equipment)[size], np.array(population.turnover)[size]
    equipment = np.maximum(np.rint(medians[0] * np.exp(0.5 * normal_quantile(next(u)))), 1.0)
    turnover = np.maximum(np.rint(medians[1] * np.exp(0.6 * normal_quantile(next(u)))), 1.0)

    def latent() -> np.ndarray:
        return correlated(maturity, normal_quantile(next(u)), _LOADING)

    def rate(item: str) -> np.ndarray:
        centre, slope = _RATES[item]
        return 1.0 / (1.0 + np.exp(-(centre + slope * latent())))

    multiple = {
        item: np.stack([latent() > cut for cut in np.linspace(_EASY, _HARD, many)], axis=1)
        for item, many in options.items()
    }
    single = {item: np.searchsorted(np.array(_SINGLE_CUTS[item]), latent()) for item in SINGLE}
    # Counts first, rates from them: the rate a firm states and the one recomputed are the same number.
    digital = np.rint(rate("F2") * equipment)
    networked = np.rint(rate("F3") * digital)
    spend = np.rint(rate("M4") * turnover)
    counts = dict(zip(COUNTS, (equipment, digital, networked, spend, turnover), strict=True))
    rates = {"F2": digital / equipment, "F3": networked / equipment, "M4": spend / turnover}
    # Tenths of a percent; + 0.0 turns -0.0 into 0.0.
    trends = {
        item: np.asarray(np.rint(1000.0 * TRENDS[item][0] * (centre + spread * latent())) / 1000.0 + 0.0)
        for item, (centre, spread) in _CHANGES.items()
    }
    shifts = np.linspace(-_SCENE_SHIFT, _SCENE_SHIFT, len(SCENES))
    scenes = np.stack([np.searchsorted(_SCENE_CUTS + shift, latent()) for shift in shifts], axis=1)
    return firms, Answers(multiple, single, rates, trends, scenes), counts


def write(item: str, answers: Answers, form: Form) -> dict[str, np.ndarray]:
    """Return the columns that hold the answers to one item, in the form that is asked for."""
    if item in answers.rates:
        return {item: answers.rates[item].copy()}
    if item in answers.single:
        return {item: np.array(list(SINGLE[item]), dtype=object)[answers.single[item]]}
    chosen = answers.multiple[item]
    none, *keys = MULTIPLE[item]
    return spread(item, chosen, keys, none) if form == "columns" else {item: joined(chosen, keys, none)}


def _categories(columns: dict[str, np.ndarray]) -> dict[str, Categories]:
    found: dict[str, Categories] = {item: (list(points), True) for item, points in SINGLE.items()}
    return found | {item: (values_of(columns[item]), False) for item in MULTIPLE}
