"""Hand a design over to the package svy."""

from __future__ import annotations

from typing import Any

import numpy as np

from ._factor import engine_of
from ._output import optional
from ._survey_design import Design
from .errors import DataError

__all__ = ["to_svy"]

_SINGLE = {"error": None, "certainty": "skip", "centered": "center"}
_NAMES = {"weights": "ix_weight", "strata": "ix_stratum", "psu": "ix_psu", "fpc": "ix_population"}


def to_svy(design: Design) -> Any:
    """The same sample for the package svy: calibration, replicate weights, regressions, tests.

    Parameters
    ----------
    design : Design
        Made by `design`.

    Returns
    -------
    svy.Sample
        The columns of the data, and ``ix_weight``, ``ix_stratum``, ``ix_psu`` and
        ``ix_population``, which its design names. Keys, groups and items keep their
        names.

    Raises
    ------
    OptionalDependencyError
        If svy is not installed; the extra ``survey`` brings it.
    DataError
        If ``single="adjust"``, which svy does not have.

    Notes
    -----
    Shares drawn in ``fpc`` are handed over as populations. svy's quantiles default to
    the rule that is ``higher`` here.

    Examples
    --------
    >>> import indicia as ix
    >>> sample = ix.survey.design(ix.datasets.make_ict_survey(500), weights="weight", strata="size")
    >>> full = ix.survey.to_svy(sample)  # doctest: +SKIP
    >>> full.estimation.mean("E_CC")  # doctest: +SKIP
    """
    if not isinstance(design, Design):
        raise TypeError(f"expected a design, made by ix.survey.design, found {type(design).__name__}")
    if design.single not in _SINGLE:
        raise DataError('svy has no rule like single="adjust"; "centered" gives the same for means, ratios and shares')
    svy = optional("svy", "survey", "to_svy")
    pl = optional("polars", "survey", "to_svy")
    source, own = design.source, design._columns
    columns: dict[str, Any] = {name: _plain(source.column(name)) for name in source.names}
    made = {_NAMES[name]: values for name, values in own.items() if values is not None}
    population = made.get("ix_population")
    if population is not None and (population <= 1).all():
        made["ix_population"] = _sizes(design, population)
    frame = pl.DataFrame({**columns, **made}, strict=False)
    plan = svy.Design(
        wgt="ix_weight",
        stratum="ix_stratum" if "ix_stratum" in made else None,
        psu="ix_psu" if "ix_psu" in made else None,
        pop_size="ix_population" if "ix_population" in made else None,
        singleton=_SINGLE[design.single] if "ix_stratum" in made else None,
    )
    return svy.Sample(data=frame, design=plan)


def _plain(column: Any) -> Any:
    if engine_of(column) == "pandas":
        import polars as pl

        return pl.from_pandas(column)
    return column


def _sizes(design: Design, shares: Any) -> Any:
    """Populations of strata whose shares drawn are known."""
    strata, psu = design._columns["strata"], design._columns["psu"]
    codes = np.zeros(len(design), dtype=np.int64) if strata is None else strata
    units = np.arange(len(design)) if psu is None else psu
    pairs = np.unique(np.stack([codes, units]), axis=1)[0]
    counts = dict(zip(*np.unique(pairs, return_counts=True), strict=True))
    return np.array([counts[code] for code in codes]) / shares
