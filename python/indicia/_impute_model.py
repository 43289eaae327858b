"""Imputation by models: scikit-learn's, adapted to tables, with several draws where one would feign certainty."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import numpy.typing as npt

from ._output import optional
from ._plain import Columns, Indicators, fit_flat, indicators_of, passes_of
from ._replace import replaced
from ._warnings import ImputationWarning
from .errors import DegenerateError
from .frames import source_of


def neighbors(
    data: Any,
    indicators: Indicators = None,
    *,
    n_neighbors: int = 5,
    weights: str = "uniform",
    columns: Columns = None,
) -> Any:
    """Fill with the mean of the nearest units, by scikit-learn's ``KNNImputer``.

    Parameters
    ----------
    data : dataframe, dict of columns, or ndarray
        One row per unit. Never changed.
    indicators : list of str, optional
        Columns to fill and to measure distance by; by default all columns of
        numbers.
    n_neighbors : int, default 5
        How many units.
    weights : {"uniform", "distance"}, default "uniform"
        Whether nearer ones count more.
    columns : list of str, optional
        Names of the columns of a two-dimensional array.

    Returns
    -------
    same kind as data
        All columns; missing values of the named ones filled.

    Raises
    ------
    OptionalDependencyError
        If scikit-learn is not installed: ``pip install 'indicia[sklearn]'``.

    Warns
    -----
    ImputationWarning
        If a column has no value at all; it stays missing.

    Notes
    -----
    Columns are put on mean 0 and standard deviation 1 for the distance, which
    would otherwise depend on units of measurement, and put back. Filled values
    carry no uncertainty: see `iterative` with draws.

    References
    ----------
    Troyanskaya et al. (2001), doi:10.1093/bioinformatics/17.6.520.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = {"x": [1.0, 1.1, 9.0], "y": [2.0, None, 8.0]}
    >>> ix.impute.neighbors(firms, n_neighbors=1)["y"].tolist()
    [2.0, 2.0, 8.0]
    """
    model = optional("sklearn.impute", "sklearn", "filling from neighbors")
    frame = _Frame(data, indicators, columns)
    return frame.back(frame.filled_by(model.KNNImputer(n_neighbors=n_neighbors, weights=weights)))


def iterative(
    data: Any,
    indicators: Indicators = None,
    *,
    draws: int | None = None,
    seed: int | None = None,
    max_iter: int = 10,
    columns: Columns = None,
) -> Any:
    """Fill each column from all others by chained regressions, by scikit-learn's ``IterativeImputer``.

    Parameters
    ----------
    data, indicators, columns
        As in `neighbors`.
    draws : int, optional
        How many completed tables, each drawn from the predictive distribution
        (multiple imputation). Without it, one table of expected values.
    seed : int, optional
        Needed with ``draws``, so that they can be made again; draw k uses seed + k.
    max_iter : int, default 10
        Rounds over all columns.

    Returns
    -------
    same kind as data, or a list of them

    Raises
    ------
    OptionalDependencyError
        If scikit-learn is not installed: ``pip install 'indicia[sklearn]'``.
    ValueError
        If draws are asked for without a seed.

    Warns
    -----
    ImputationWarning
        If a column has no value at all, and if the rounds did not converge.

    Notes
    -----
    The regression is Bayesian ridge on columns of mean 0 and standard deviation 1.
    Score every draw and look at the spread: the mean of the draws alone hides what
    is not known. Rubin (1987), doi:10.1002/9780470316696.

    References
    ----------
    van Buuren and Groothuis-Oudshoorn (2011), doi:10.18637/jss.v045.i03.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = {"x": [1.0, 2.0, 3.0, 4.0], "y": [2.0, 4.0, None, 8.0]}
    >>> ix.impute.iterative(firms)["y"].round(1).tolist()
    [2.0, 4.0, 6.0, 8.0]
    >>> len(ix.impute.iterative(firms, draws=3, seed=1))
    3
    """
    optional("sklearn", "sklearn", "iterative imputation")
    from sklearn.experimental import enable_iterative_imputer  # noqa: F401
    from sklearn.impute import IterativeImputer

    if draws is not None and (seed is None or draws < 1):
        raise ValueError("draws= is a number of at least 1 and needs seed=, so that they can be made again")
    frame = _Frame(data, indicators, columns)
    if draws is None:
        return frame.back(frame.filled_by(IterativeImputer(max_iter=max_iter, random_state=seed)))
    made = []
    for draw in range(draws):
        model = IterativeImputer(max_iter=max_iter, sample_posterior=True, random_state=(seed or 0) + draw)
        made.append(frame.back(frame.filled_by(model)))
    return made


class _Frame:
    """Columns of numbers of a table as a matrix, and back."""

    def __init__(self, data: Any, indicators: Indicators, columns: Columns) -> None:
        self.source = source_of(data, columns)
        names = list(indicators_of(self.source, indicators))
        fitted, held, _ = fit_flat(data, names, columns=columns, normalize="none", aggregate="none", stacklevel=5)
        values = passes_of(fitted, held, stacklevel=5).all_indicators()
        self.output = held.output
        self.names = names
        self.values: npt.NDArray[np.float64] = np.column_stack([values[name] for name in names])
        observed = ~np.isnan(self.values)
        if not len(self.values):
            raise DegenerateError("there are no rows to fill from")
        # A column without a value cannot be filled, and scikit-learn would drop it.
        self.usable: npt.NDArray[np.bool_] = np.asarray(observed.any(axis=0))
        empty = [name for name, usable in zip(names, self.usable, strict=True) if not usable]
        if empty:
            shown = ", ".join(repr(name) for name in empty)
            warnings.warn(
                f"no value to fill from, so missing ones stay missing: {shown}", ImputationWarning, stacklevel=4
            )

    def filled_by(self, model: Any) -> npt.NDArray[np.float64]:
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.preprocessing import StandardScaler

        scaler = StandardScaler()
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            scaled = scaler.fit_transform(self.values[:, self.usable])
            done = scaler.inverse_transform(model.fit_transform(scaled))
        if any(issubclass(warning.category, ConvergenceWarning) for warning in caught):
            message = "the regressions did not converge; raise max_iter, or take fewer columns"
            warnings.warn(message, ImputationWarning, stacklevel=4)
        filled = self.values.copy()
        # What was observed stays as it was, to the bit.
        filled[:, self.usable] = np.where(np.isnan(self.values[:, self.usable]), done, self.values[:, self.usable])
        return filled

    def back(self, values: npt.NDArray[np.float64]) -> Any:
        columns = {name: np.ascontiguousarray(values[:, k]) for k, name in enumerate(self.names)}
        return replaced(self.source, self.output, columns)
