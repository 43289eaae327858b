"""Synthetic firms with what decides their size class in China and in the European Union."""

from __future__ import annotations

from typing import Any

import numpy as np

from ._draws import Rng, correlated, generator, normal_quantile, pick, uniforms
from ._frames import Frame, check_count, check_frame, check_share, to_frame
from ._size_rule import BOUNDS, CLASSES, by_persons, china, european_union

# All invented: medians, spreads (of logarithms) and the common share of size in each figure.
_STAFF, _STAFF_SPREAD = 60.0, 1.9
_REVENUE_A_HEAD, _REVENUE_SPREAD = 60.0, 0.9
_ASSETS_PER_REVENUE, _ASSETS_SPREAD = 1.0, 0.8
_LOADING = 0.3
# Yuan for a euro, only to have figures in euros.
_YUAN = 7.5
_MISSING = ("industry", "staff", "revenue", "assets", "turnover", "balance")


def make_sme_size(
    n: int = 1_000,
    *,
    missing: float = 0.0,
    rng: Rng = 0,
    frame: Frame | None = None,
    truth: bool = False,
) -> Any:
    """Return synthetic firms with industry, staff, revenue and assets.

    The firms are invented. The 16 industries of the Chinese standard are
    equally frequent, and all size classes occur in each.

    Parameters
    ----------
    n : int, default 1_000
        Number of firms, at least 1.
    missing : float, default 0.0
        Share of the values that is blanked, each column independently.
    rng : int, SeedSequence, Generator or None, default 0
        Seed or generator. None draws a fresh seed from the system.
    frame : {"pandas", "polars", "pyarrow", "dict"}, optional
        Kind of table. By default pandas where it is installed, else a dict of
        arrays.
    truth : bool, default False
        Whether to add ``true_china``, ``true_eu`` and ``true_oecd``, decided
        before any value was blanked.

    Returns
    -------
    DataFrame, Table or dict of ndarray
        ``n`` rows; columns

        - ``firm``: text, never missing
        - ``industry``: one of the 16 keys of "sme-size-china", in pandas
          categorical
        - ``staff``: persons, whole numbers as float
        - ``revenue``, ``assets``: 10,000 yuan, whole numbers as float
        - ``turnover``, ``balance``: the same in euros, at a fixed rate
        - with ``truth``: "micro", "small", "medium" or "large"

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
    A blank is None (null) or NaN: unknown. With the same seed, ``missing``
    only blanks cells. Everything starts from uniforms of PCG64, whose stream
    NumPy keeps.

    References
    ----------
    Ministry of Industry and Information Technology of China and others (2011).
    Standards for the classification of small and medium enterprises. Document
    2011 no. 300.

    European Commission (2003). Recommendation 2003/361/EC concerning the
    definition of micro, small and medium-sized enterprises.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = ix.datasets.make_sme_size(500, truth=True)
    >>> scores = ix.framework("sme-size-china").score(firms, unit="firm")
    >>> bool((scores.level.astype(str).to_numpy() == firms["true_china"].to_numpy()).all())
    True
    """
    count = check_count(n, 1)
    share = check_share(missing)
    check_frame(frame)
    random = generator(rng)
    # Row order of the uniforms is part of what a seed means: append, never reorder.
    u = iter(uniforms(random, 4, count))

    keys = list(BOUNDS)
    industry = np.array(keys, dtype=object)[pick(next(u), np.full(len(keys), 1.0 / len(keys)))]
    size = normal_quantile(next(u))

    def spread(by: float) -> np.ndarray:
        out: np.ndarray = np.exp(by * correlated(size, normal_quantile(next(u)), _LOADING))
        return out

    staff = np.maximum(np.rint(_STAFF * np.exp(_STAFF_SPREAD * size)), 1.0)
    revenue = np.maximum(np.rint(staff * _REVENUE_A_HEAD * spread(_REVENUE_SPREAD)), 1.0)
    assets = np.maximum(np.rint(revenue * _ASSETS_PER_REVENUE * spread(_ASSETS_SPREAD)), 1.0)
    columns: dict[str, np.ndarray] = {
        "firm": np.array([f"S{i:06d}" for i in range(1, count + 1)], dtype=object),
        "industry": industry,
        "staff": staff,
        "revenue": revenue,
        "assets": assets,
        "turnover": np.rint(revenue * 1e4 / _YUAN),
        "balance": np.rint(assets * 1e4 / _YUAN),
    }
    if truth:
        names = np.array(CLASSES, dtype=object)
        columns["true_china"] = names[china(industry, staff, revenue, assets)]
        columns["true_eu"] = names[european_union(staff, columns["turnover"], columns["balance"])]
        columns["true_oecd"] = names[by_persons(staff)]
    if share > 0.0:
        for name, blank in zip(_MISSING, random.random((len(_MISSING), count)) < share, strict=True):
            columns[name] = columns[name].copy()
            columns[name][blank] = None if columns[name].dtype == object else np.nan
    return to_frame(columns, frame, {"industry": (keys, False)})
