"""Synthetic answers to the digital maturity assessment of the European Digital Innovation Hubs."""

from __future__ import annotations

from typing import Any, get_args

import numpy as np

from ._choices import joined, spread, values_of
from ._dma_rule import BANDS, DIMENSIONS, HALVES, NOTHING, PARTLY, STEPS, TICKS, band, dimensions, total
from ._draws import Rng, correlated, generator, normal_quantile, uniforms
from ._frames import Categories, Frame, check_count, check_frame, check_share, to_frame
from ._miit import Form

# All invented: the common share of maturity in every answer, and how rare the answers are on the latent scale.
_LOADING = 0.8
_EASY, _HARD = -1.2, 1.2
_STEP_CUTS = (-0.5, 0.0, 0.5, 1.0, 1.5)
_HALF_CUTS = (-0.3, 0.7)
_SIZES = {"micro": -0.5, "small": 0.0, "medium": 0.5}


def make_dma(
    n: int = 1_000,
    *,
    missing: float = 0.0,
    form: Form = "text",
    rng: Rng = 0,
    frame: Frame | None = None,
    truth: bool = False,
) -> Any:
    """Return synthetic answers to the digital maturity assessment for small and medium firms.

    The firms are invented. One latent maturity per firm drives all its
    answers, so that all bands occur.

    Parameters
    ----------
    n : int, default 1_000
        Number of firms, at least 1.
    missing : float, default 0.0
        Share of the answers that is blanked, each question and each row of a
        table independently.
    form : {"text", "columns", "codes"}, default "text"
        How ticks are written, as in `make_miit_questionnaire`.
    rng : int, SeedSequence, Generator or None, default 0
        Seed or generator. None draws a fresh seed from the system.
    frame : {"pandas", "polars", "pyarrow", "dict"}, optional
        Kind of table. By default pandas where it is installed, else a dict of
        arrays.
    truth : bool, default False
        Whether to add ``true_total``, ``true_band`` and the six dimensions
        (``true_strategy`` and so on), computed before any answer was blanked.

    Returns
    -------
    DataFrame, Table or dict of ndarray
        ``n`` rows; columns

        - ``firm``, ``size`` ("micro", "small", "medium"): text, never missing
        - ``Q1_invested``, ``Q1_planned``, ``Q2``, ``Q3``, ``Q5`` to ``Q8``,
          ``Q10``: ticks. Nothing ticked is "none", in ``Q7`` "not_digital"
        - ``Q4_simulation`` and so on, ``Q9_language`` and so on: 0 to 5 (float)
        - ``Q11_strategy`` and so on: "no", "partially" or "yes"

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
    A blank is None (null) or NaN: unanswered, never "no" and never "none".
    With the same seed, ``missing`` only blanks cells, the same in every form.
    *Not official:* items and formulas come from a secondary encoding.
    Everything starts from uniforms of PCG64, whose stream NumPy keeps.

    References
    ----------
    European Commission, Joint Research Centre (2022). Digital maturity
    assessment for SMEs, European Digital Innovation Hubs.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = ix.datasets.make_dma(500, truth=True)
    >>> scores = ix.framework("edih-dma").score(firms, unit="firm")
    >>> bool(abs(scores["total"] - firms["true_total"]).max() < 1e-9)
    True
    """
    count = check_count(n, 1)
    share = check_share(missing)
    if form not in get_args(Form):
        raise ValueError(f"form must be one of {', '.join(get_args(Form))}, got {form!r}")
    check_frame(frame)
    random = generator(rng)
    steps = [f"{name}_{row}" for name, rows in STEPS.items() for row in rows]
    halves = [f"{name}_{row}" for name, rows in HALVES.items() for row in rows]
    # Row order of the uniforms is part of what a seed means: append, never reorder.
    u = iter(uniforms(random, 2 + sum(map(len, TICKS.values())) + len(steps) + len(halves), count))
    size = np.minimum((3.0 * next(u)).astype(np.intp), 2)
    maturity = np.array(list(_SIZES.values()))[size] + normal_quantile(next(u))

    def latent() -> np.ndarray:
        return correlated(maturity, normal_quantile(next(u)), _LOADING)

    chosen = {
        name: np.stack([latent() > cut for cut in np.linspace(_EASY, _HARD, len(keys))], axis=1)
        for name, keys in TICKS.items()
    }
    reached = {name: np.searchsorted(np.array(_STEP_CUTS), latent()) for name in steps}
    partly = {name: np.searchsorted(np.array(_HALF_CUTS), latent()) for name in halves}

    columns: dict[str, np.ndarray] = {
        "firm": np.array([f"D{i:06d}" for i in range(1, count + 1)], dtype=object),
        "size": np.array(list(_SIZES), dtype=object)[size],
    }
    # Columns that one answer fills, to be blanked together.
    fills: dict[str, list[str]] = {}
    for name, ticked in chosen.items():
        parts = (ticked, TICKS[name], NOTHING[name])
        written = spread(name, *parts) if form == "columns" else {name: joined(*parts)}
        columns |= written
        fills[name] = list(written)
    columns |= {name: step.astype(np.float64) for name, step in reached.items()}
    columns |= {name: np.array(PARTLY, dtype=object)[half] for name, half in partly.items()}
    fills |= {name: [name] for name in (*steps, *halves)}
    categories: dict[str, Categories] = {}
    if form == "codes":
        categories = {name: (values_of(columns[name]), False) for name in TICKS}
        categories |= dict.fromkeys(halves, (PARTLY, True))

    if truth:
        counted = {name: ticked.sum(axis=1).astype(np.float64) for name, ticked in chosen.items()}
        counted |= {name: np.sum([reached[f"{name}_{row}"] for row in rows], axis=0) for name, rows in STEPS.items()}
        counted |= {
            name: np.sum([partly[f"{name}_{row}"] for row in rows], axis=0) / 2.0 for name, rows in HALVES.items()
        }
        points = dimensions(counted)
        columns |= {f"true_{name}": points[name] for name in DIMENSIONS}
        columns["true_total"] = total(counted)
        columns["true_band"] = np.array(BANDS, dtype=object)[band(columns["true_total"])]
    if share > 0.0:
        for names, blank in zip(fills.values(), random.random((len(fills), count)) < share, strict=True):
            for name in names:
                columns[name][blank] = None if columns[name].dtype == object else np.nan
    return to_frame(columns, frame, categories)
