"""A synthetic survey of ICT use in enterprises that meets published totals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from . import _ict_model as model
from ._draws import Rng, correlated, generator, normal_quantile, pick, uniforms
from ._frames import Frame, check_count, check_frame, check_share, to_frame


def make_ict_survey(
    n: int = 10_000,
    *,
    year: int = 2023,
    missing: float = 0.0,
    rng: Rng = 0,
    frame: Frame | None = None,
) -> Any:
    r"""Return a synthetic survey of ICT use in enterprises with 10 or more persons.

    The firms are invented. In expectation the weighted share of each of the
    twelve yes/no variables equals the figure Eurostat published for the EU in
    2023, and the weighted distribution over the four levels of the Digital
    Intensity Index (version 3) is close to the published one, overall and by
    size class.

    Parameters
    ----------
    n : int, default 10_000
        Number of firms in the sample, at least 3.
    year : int, default 2023
        Survey year. Only 2023 has published component shares.
    missing : float, default 0.0
        Share of the answers (the twelve variables) that is blanked, each
        independently.
    rng : int, SeedSequence, Generator or None, default 0
        Seed or generator. None draws a fresh seed from the system.
    frame : {"pandas", "polars", "pyarrow", "dict"}, optional
        Kind of table. By default pandas where it is installed, else a dict of
        arrays.

    Returns
    -------
    DataFrame, Table or dict of ndarray
        ``n`` rows in random order, columns

        - ``firm``: identifier (text)
        - ``size``: "10-49", "50-249" or "GE250"; ``persons`` (int)
        - ``nace``: section letter, C to N and S without K
        - ``region``: "north", "east", "south", "west"
        - ``weight``: number of firms in the population that this firm stands
          for; large firms are oversampled
        - ``turnover``: thousand euros (whole number as float)
        - the twelve variables as 1.0, 0.0 or NaN (unanswered)

    Raises
    ------
    TypeError
        If ``n`` is not an integer.
    ValueError
        If an argument is outside its range, or ``year`` is not 2023.
    ImportError
        If the package that ``frame`` names is not installed.

    See Also
    --------
    ict_survey_truth : the shares the survey is built to meet.

    Notes
    -----
    *Missing values.* NaN (null in polars and pyarrow) is "unanswered", never
    "no". With the same seed, ``missing`` only blanks cells: the other answers
    stay, and a larger share blanks a superset.

    *Model.* A one-factor Gaussian copula: firm :math:`i` has
    :math:`z_i`, normal with mean and spread by size class and a shift by
    section, and answers yes to item :math:`j` when
    :math:`l_j z_i + \sqrt{1 - l_j^2}\\, e_{ij} > t_j`. Two social media imply
    one, a sophisticated cloud service implies cloud, and
    ``E_AWS_GT1_B2C_GT10WS`` implies ``E_ESELL``. The last is an assumption of
    the generator, not part of the official definition; the published shares
    (10.61 and 19.71 %) allow it.

    *Design.* Simple random sampling in three size strata, with half of the
    sample small and a fifth large. The population has 1.5 million firms (ten
    times the sample where that is more); the weights sum to it.

    *Not official:* the shares of sections, regions and head counts, the
    population size, the turnover, and how the variables go together within a
    firm. Regions differ by chance alone.

    *Reproducibility.* Everything starts from uniforms of PCG64, whose stream
    NumPy keeps; normals by Wichura's AS 241.

    References
    ----------
    Eurostat. Digital Intensity by size class of enterprise, data set
    isoc_e_dii, https://ec.europa.eu/eurostat/cache/metadata/en/isoc_e_dii_esmsip2.htm

    Wichura, M. J. (1988). Algorithm AS 241: The percentage points of the
    normal distribution. Applied Statistics 37(3), 477-484. doi:10.2307/2347330

    Examples
    --------
    >>> from indicia import datasets
    >>> survey = datasets.make_ict_survey(2_000, rng=1, frame="dict")
    >>> round(float(survey["weight"].sum()))
    1500000
    >>> bool((survey["E_SM1_GE2"] <= survey["E_SM1_ANY"]).all())
    True
    """
    count = check_count(n, len(model.SIZES))
    share = check_share(missing)
    _check_year(year)
    check_frame(frame)
    random = generator(rng)
    # Row order of the uniforms is part of what a seed means: append, never reorder.
    u = uniforms(random, 6 + len(model.ITEMS), count)

    per_size = _largest_remainder(model.SAMPLE_SHARE, count)
    size = np.empty(count, dtype=np.intp)
    size[np.argsort(u[0], kind="stable")] = np.repeat(np.arange(len(model.SIZES)), per_size)
    # A thousand divides the size shares evenly.
    population = max(model.POPULATION, -(-10 * count // 1000) * 1000)
    weight = population * model.SIZE_SHARE / per_size

    nace_share, nace_shift = np.array(list(model.NACE.values())).T
    nace = pick(u[1], nace_share)
    own = np.sqrt(1.0 - np.sum(nace_share * nace_shift**2))
    standing = nace_shift[nace] + own * normal_quantile(u[3])
    z = model.MEAN[size] + model.SD[size] * standing
    persons = _persons(u[4], size)
    # Thousand euros a head, log-normal. Digital firms sell a little more: something to regress on.
    per_head = np.exp(4.9 + 0.15 * size + 0.10 * standing + 0.7 * normal_quantile(u[5]))

    columns = {
        "firm": np.array([f"F{i:07d}" for i in range(1, count + 1)], dtype=object),
        "size": np.array(model.SIZES, dtype=object)[size],
        "persons": persons,
        "nace": np.array(list(model.NACE), dtype=object)[nace],
        "region": np.array(list(model.REGIONS), dtype=object)[pick(u[2], np.array(list(model.REGIONS.values())))],
        "weight": weight[size],
        "turnover": np.maximum(np.rint(persons * per_head), 1.0),
    }
    answers = {}
    for row, (loading, thresholds) in enumerate(model.ITEMS, start=6):
        latent = correlated(z, normal_quantile(u[row]), loading)
        for code, threshold in thresholds.items():
            answers[code] = (latent > threshold).astype(np.float64)
    if share > 0.0:
        for values, blank in zip(answers.values(), random.random((len(answers), count)) < share, strict=True):
            values[blank] = np.nan
    return to_frame(columns | answers, frame)


def ict_survey_truth(year: int = 2023) -> dict[str, dict[str, Any]]:
    """Return the shares that `make_ict_survey` is built to meet.

    Parameters
    ----------
    year : int, default 2023
        Survey year. Only 2023 has published component shares.

    Returns
    -------
    dict
        Fractions of enterprises, all weighted:

        - ``"components"``: published share of each of the twelve variables
          (the generator's expectation is the same)
        - ``"levels"``: published share of each level, by size class and GE10
        - ``"model_levels"``: what the generator gives in expectation, at most
          0.003 away
        - ``"sizes"``: share of each size class in the population

    Raises
    ------
    ValueError
        If ``year`` is not 2023.

    Examples
    --------
    >>> from indicia import datasets
    >>> datasets.ict_survey_truth()["levels"]["GE10"]["very_low"]
    0.4113
    """
    _check_year(year)

    def fractions(table: Mapping[str, tuple[float, ...]]) -> dict[str, dict[str, float]]:
        return {
            size: {level: round(percent / 100, 6) for level, percent in zip(model.LEVELS, row, strict=True)}
            for size, row in table.items()
        }

    return {
        "components": {code: round(percent / 100, 6) for code, percent in model.COMPONENTS.items()},
        "levels": fractions(model.LEVEL_SHARES),
        "model_levels": fractions(model.MODEL_SHARES),
        "sizes": dict(zip(model.SIZES, model.SIZE_SHARE.tolist(), strict=True)),
    }


def _check_year(year: int) -> None:
    if year != 2023:
        raise ValueError(f"year {year!r} has no published component shares; years that have: 2023")


def _largest_remainder(shares: np.ndarray, total: int) -> np.ndarray:
    exact = shares * total
    counts: np.ndarray = np.floor(exact).astype(np.intp)
    order = np.argsort(counts - exact, kind="stable")
    counts[order[: total - int(counts.sum())]] += 1
    return counts


def _persons(u: np.ndarray, size: np.ndarray) -> np.ndarray:
    low, high, exponent = np.array(model.PERSONS).T
    # Quantile of a Pareto cut at high + 1, then whole persons.
    cut = 1.0 - (low / (high + 1.0)) ** exponent
    drawn = low[size] * (1.0 - u * cut[size]) ** (-1.0 / exponent[size])
    whole: np.ndarray = np.minimum(np.floor(drawn), high[size]).astype(np.int64)
    return whole
