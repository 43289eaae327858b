"""Checks, fits and doubts that the estimators share."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

from ._productivity_data import Draws, Firms, fitted
from ._productivity_result import Productivity
from ._stats_data import one_of
from .errors import DataError, UndefinedStatisticWarning

Names = str | Sequence[str]
Rng = int | np.random.SeedSequence | np.random.Generator | None
Interval = Literal["percentile", "normal"]
# Ends of a search whose criteria differ by less are alike: rounding of a zero.
ALIKE = 1e-10
# Instruments with a partial F below this are weak (Staiger and Stock 1997, doi:10.2307/2171753).
WEAK = 10.0
# Estimators with standard errors of their own.
CLOSED = ("ols", "fixed_effects", "wooldridge")


def fit(firms: Firms, method: str, options: dict[str, Any], draws: Draws) -> Productivity:
    """Checks, fits, warns; called by the public functions only."""
    for name in ("degree", "markov"):
        value = options.get(name, 1)
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 5:
            raise ValueError(f"{name}= is a whole number from 1 to 5, found {value!r}")
    proxy, exit = options["proxy"], options["exit"]
    if proxy is not None and proxy in (firms.output, *firms.free, *firms.state):
        raise DataError(f"{proxy!r} is the proxy, and cannot be output or an input too")
    if exit is not None and not np.isin(firms.columns[exit][~np.isnan(firms.columns[exit])], (0, 1)).all():
        raise DataError(f"column {exit!r}: exit is 0, 1 or missing")
    cluster = one_of("errors", options.get("errors", "classical"), ("classical", "cluster")) == "cluster"
    full = {"degree": 1, "markov": 1, "gross": False, "system": "joint", "cluster": cluster} | options
    found = fitted(firms, method, draws, full)
    gross = bool(full["gross"])
    terms = [*(["constant"] if method == "ols" else []), *firms.free, *firms.state, *([proxy] if gross else [])]
    recipe: dict[str, Any] = {"method": method, "output": firms.output, "free": firms.free, "state": firms.state}
    recipe |= {name: value for name, value in options.items() if value is not None}
    recipe |= {"by": firms.by, "logged": firms.logged, "step": firms.step, "confidence": draws.confidence}
    if draws.replicates:
        recipe |= {"replicates": draws.replicates, "seed": draws.seed, "interval": draws.interval}
    for text in [*firms.notes, *_doubts(firms, method, found, gross, draws)]:
        warnings.warn(text, UndefinedStatisticWarning, stacklevel=3)
    return Productivity(firms, found, terms, recipe, draws)


def _doubts(firms: Firms, method: str, found: list[dict[str, Any] | None], gross: bool, draws: Draws) -> list[str]:
    """What speaks against an estimate."""
    told = []
    for (label, _), fit in zip(firms.groups, found, strict=True):
        if fit is None:
            continue
        who = method if firms.by is None else f"{method}, {firms.by} {label!r}"
        ends = [objective for _, objective in fit["solutions"]]
        if fit["corner"]:
            told.append(f"{who}: the search ended at the edge of [-1, 2]; this is no estimate")
        elif not fit["converged"]:
            told.append(f"{who}: the search did not settle; this is no estimate")
        elif ends and ends[0] > 1e-8 and method == "ackerberg_caves_frazer":
            told.append(f"{who}: no coefficients meet the conditions, the criterion is {ends[0]:.3g} and not zero")
        if sum(end <= ends[0] + ALIKE for end in ends) > 1:
            taken = "the lowest" if gross else "the one nearest to levinsohn_petrin"
            told.append(f"{who}: several solutions, see .solutions; taken is {taken}")
        if gross and not fit["strength"] >= WEAK:
            told.append(
                f"{who}: these rows do not tell the proxy's own coefficient (partial F {fit['strength']:.2g}, expected "
                f"{WEAK:g} or more); take value added, or see the notes on gross="
            )
        if not draws.replicates and method in CLOSED and np.isnan(fit["limits"][0][0]):
            told.append(f"{who}: standard errors are missing, because nothing is left over (one firm, or too few rows)")
        elif fit["thin"] and not draws.replicates:
            told.append(
                f"{who}: standard errors rest on {fit['counts']['firms']} firms, no more than coefficients, "
                f"and are too small; pool groups"
            )
        if draws.replicates and draws.replicates - fit["failed"] < 2:
            told.append(f"{who}: {fit['failed']} of {draws.replicates} replicates failed, standard errors are missing")
    return told
