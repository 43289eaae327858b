"""Synthetic applications to the gradient of quality small and medium firms of China."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias, get_args

import numpy as np

from ._choices import joined, values_of
from ._draws import Rng, correlated, generator, normal_quantile, uniforms
from ._frames import Categories, Frame, check_count, check_frame, check_share, to_frame
from ._gradient_rule import FIELD, IP, QUALITY, STANDARDS, UNIT, innovative_points, specialized_points

Figures: TypeAlias = Literal["amounts", "rates"]

# All invented. Questions of yes or no: where the cut lies on the latent scale, -1.3 is a question most say yes to.
_YES = {
    "strategic_industry": 0.0,
    "science_prize": 2.2,
    "recognized_firm": 1.3,
    "provincial_rd_unit": 1.8,
    "prize_top": 2.2,
    "maker_500": 2.2,
    "core_system": -1.4,
    "certificate": -1.3,
    "own_brand": -1.2,
    "own_rd_unit": -0.9,
    "national_prize_top3": 2.3,
    "maker_50": 2.3,
    "key_chain": -1.0,
    "key_field": -1.0,
    "holds_innovative": -0.9,
    "holds_specialized": -0.5,
    "market_share_high": -0.8,
    "ministry_prize_top3": 1.9,
    "national_top3": 1.2,
    "recheck": 0.8,
}
_CHOICE = {
    "ip": (IP, (-1.2, -0.5, 0.2, 1.0)),
    "leading_field": (FIELD, (-0.6, 0.8)),
    "rd_unit": (UNIT, (-0.8, 0.0, 0.7, 1.5)),
    "digital_level": (None, (-1.5, -0.6, 0.3, 1.2)),
}
# Rates: centre and slope on the logistic scale; the common standing of a firm is in the slope.
_RATES = {
    "main_share": (2.0, 0.9),
    "rd_share": (-2.8, 0.6),
    "rd_share_1": (-2.8, 0.6),
    "debt_ratio": (-0.1, -0.7),
    "rd_staff_share": (-1.5, 0.9),
    "market_share": (-2.2, 1.0),
}
_LOADING = 0.75
# What is computed from amounts, and the amounts that go with it.
RATES = (
    *("main_share", "main_growth", "main_growth_2y", "rd_share", "rd_share_1", "debt_ratio", "net_margin"),
    *("rd_staff_share", "revenue_growth_2y"),
)
AMOUNTS = (
    *("revenue_1", "revenue_2", "main_revenue", "main_revenue_1", "main_revenue_2", "net_profit", "assets"),
    *("debt", "staff", "rd_staff"),
)


def make_gradient(
    n: int = 1_000,
    *,
    missing: float = 0.0,
    figures: Figures = "amounts",
    rng: Rng = 0,
    frame: Frame | None = None,
    truth: bool = False,
) -> Any:
    """Return synthetic firms with all that the standards of the gradient ask for.

    The firms are invented. One latent standing per firm drives all its
    figures and answers. One table serves the five rule books
    "gradient-innovative-2022", "gradient-specialized" and
    "gradient-little-giant" of 2022 and 2026.

    Parameters
    ----------
    n : int, default 1_000
        Number of firms, at least 1.
    missing : float, default 0.0
        Share of the values that is blanked, each column independently.
    figures : {"amounts", "rates"}, default "amounts"
        Whether rates such as R&D per revenue are left to be computed from
        amounts in yuan, or given as columns in place of them.
    rng : int, SeedSequence, Generator or None, default 0
        Seed or generator. None draws a fresh seed from the system.
    frame : {"pandas", "polars", "pyarrow", "dict"}, optional
        Kind of table. By default pandas where it is installed, else a dict of
        arrays.
    truth : bool, default False
        Whether to add a column for each standard, such as
        ``true_little_giant_2026`` (1 where the firm meets it, else 0), and the
        points ``true_innovative_points`` and ``true_specialized_points``, from
        the values before any was blanked.

    Returns
    -------
    DataFrame, Table or dict of ndarray
        ``n`` rows: ``firm`` (text, never missing) and the columns the rule
        books name. Amounts are whole thousands of yuan, yes is 1 and no 0;
        ``ip``, ``leading_field``, ``rd_unit`` and ``quality`` are option keys,
        in pandas categorical.

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
    A blank is None (null) or NaN: unknown, never "no". With the same seed,
    ``missing`` only blanks cells. *Not official:* the items of 2022 and all of
    2026 come from secondary encodings; see the rule books. Everything starts
    from uniforms of PCG64, whose stream NumPy keeps.

    References
    ----------
    Ministry of Industry and Information Technology of China (2022). Interim
    measures for the gradient cultivation of quality small and medium
    enterprises. Document 2022 no. 63.

    Ministry of Industry and Information Technology of China (2026). Measures
    for the gradient cultivation of quality small and medium enterprises.
    Document 2026 no. 2.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = ix.datasets.make_gradient(500, truth=True)
    >>> scores = ix.framework("gradient-innovative", edition=2022).score(firms, unit="firm")
    >>> bool(((scores.level == "innovative") == firms["true_innovative_2022"]).all())
    True
    """
    count = check_count(n, 1)
    share = check_share(missing)
    if figures not in get_args(Figures):
        raise ValueError(f"figures must be one of {', '.join(get_args(Figures))}, got {figures!r}")
    check_frame(frame)
    random = generator(rng)
    firms = _draw(random, count)
    rates = computed(firms)
    columns = dict(firms)
    if figures == "rates":
        columns = {name: values for name, values in firms.items() if name not in AMOUNTS}
        columns |= {name: rates[name] for name in RATES}
    if truth:
        known = firms | rates
        columns["true_innovative_points"] = np.sum(innovative_points(known), axis=0)
        columns["true_specialized_points"] = specialized_points(known)
        for name, meets in STANDARDS.items():
            columns[f"true_{name.removeprefix('gradient-').replace('-', '_')}"] = meets(known).astype(np.int64)
    if share > 0.0:
        asked = [name for name in columns if name != "firm" and not name.startswith("true_")]
        for name, blank in zip(asked, random.random((len(asked), count)) < share, strict=True):
            columns[name] = columns[name].copy()
            columns[name][blank] = None if columns[name].dtype == object else np.nan
    return to_frame(columns, frame, _categories(columns))


def computed(firms: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return what the rules compute from amounts."""
    f = firms
    return {
        "main_share": f["main_revenue"] / f["revenue"],
        "main_growth": f["main_revenue"] / f["main_revenue_1"] - 1.0,
        "main_growth_2y": (f["main_revenue"] / f["main_revenue_1"] + f["main_revenue_1"] / f["main_revenue_2"]) / 2.0
        - 1.0,
        "rd_share": f["rd_expense"] / f["revenue"],
        "rd_share_1": f["rd_expense_1"] / f["revenue_1"],
        "debt_ratio": f["debt"] / f["assets"],
        "net_margin": f["net_profit"] / f["revenue"],
        "rd_staff_share": f["rd_staff"] / f["staff"],
        "revenue_growth_2y": np.sqrt(f["revenue"] / f["revenue_2"]) - 1.0,
        "rd_mean_2y": (f["rd_expense"] + f["rd_expense_1"]) / 2.0,
        "rd_sum_2y": f["rd_expense"] + f["rd_expense_1"],
    }


def _draw(random: np.random.Generator, n: int) -> dict[str, np.ndarray]:
    # Row order of the uniforms is part of what a seed means: append, never reorder.
    u = iter(uniforms(random, 16 + len(_RATES) + len(_CHOICE) + len(QUALITY) + len(_YES), n))
    standing = normal_quantile(next(u))

    def latent(loading: float = _LOADING) -> np.ndarray:
        return correlated(standing, normal_quantile(next(u)), loading)

    def thousands(yuan: np.ndarray) -> np.ndarray:
        out: np.ndarray = np.maximum(np.rint(yuan / 1e3), 1.0) * 1e3
        return out

    rates = {name: 1.0 / (1.0 + np.exp(-(centre + slope * latent()))) for name, (centre, slope) in _RATES.items()}
    revenue = thousands(6e7 * np.exp(latent(0.4)))
    revenue_1 = thousands(revenue / (1.1 + 0.1 * np.clip(latent(), -4.0, 4.0)))
    revenue_2 = thousands(revenue_1 / (1.1 + 0.1 * np.clip(latent(), -4.0, 4.0)))
    # Shares of the years before lie between that of the year and its square root.
    before = np.sqrt(rates["main_share"])
    assets = thousands(revenue * np.exp(0.5 * latent(0.0)))
    staff = np.maximum(np.rint(revenue / 8e5 * np.exp(0.4 * latent(0.0))), 1.0)
    new_equity = [thousands(2.5e7 * np.exp(1.2 * latent(0.4))) * (latent(0.4) > cut) for cut in (0.9, 1.5)]
    firms: dict[str, np.ndarray] = {
        "firm": np.array([f"G{i:06d}" for i in range(1, n + 1)], dtype=object),
        "revenue": revenue,
        "revenue_1": revenue_1,
        "revenue_2": revenue_2,
        "main_revenue": np.rint(rates["main_share"] * revenue / 1e3) * 1e3,
        "main_revenue_1": thousands((0.8 * rates["main_share"] + 0.2 * before) * revenue_1),
        "main_revenue_2": thousands((0.6 * rates["main_share"] + 0.4 * before) * revenue_2),
        "rd_expense": np.rint(rates["rd_share"] * revenue / 1e3) * 1e3,
        "rd_expense_1": np.rint(rates["rd_share_1"] * revenue_1 / 1e3) * 1e3,
        "net_profit": np.rint((0.06 + 0.05 * latent()) * revenue / 1e3) * 1e3 + 0.0,
        "assets": assets,
        "debt": np.rint(rates["debt_ratio"] * assets / 1e3) * 1e3,
        "staff": staff,
        "rd_staff": np.rint(rates["rd_staff_share"] * staff),
        "equity_2y": new_equity[0],
        "equity_3y": new_equity[0] + new_equity[1],
        "years_in_segment": np.floor(np.exp(1.8 + 0.6 * latent())),
        "market_share": np.rint(1e3 * rates["market_share"]) / 1e3,
        "ip_in_use": np.floor(np.exp(0.9 + 0.9 * latent())),
        "evaluation_score": np.rint(np.clip(58.0 + 12.0 * latent(), 0.0, 100.0)),
        "evaluation_score_1": np.rint(np.clip(56.0 + 12.0 * latent(), 0.0, 100.0)),
        "provincial_points": np.rint(30.0 / (1.0 + np.exp(-0.3 - latent()))) / 2.0,
    }
    for name, (options, cuts) in _CHOICE.items():
        place = np.searchsorted(np.array(cuts), latent())
        firms[name] = place.astype(np.float64) if options is None else np.array(options, dtype=object)[place]
    chosen = np.stack([latent() > cut for cut in np.linspace(-0.6, 0.9, len(QUALITY))], axis=1)
    firms["quality"] = joined(chosen, QUALITY, "none")
    firms |= {name: (latent() > cut).astype(np.float64) for name, cut in _YES.items()}
    return firms


def _categories(columns: dict[str, np.ndarray]) -> dict[str, Categories]:
    found: dict[str, Categories] = {
        name: (options, True) for name, (options, _) in _CHOICE.items() if options is not None
    }
    return found | {"quality": (values_of(columns["quality"]), False)}
