"""Whether columns have enough in common for a factor analysis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

from . import _core
from ._stats_data import Inspected, one_of

__all__ = ["Adequacy", "Sphericity", "bartlett", "kmo"]

Gaps = Literal["pairwise", "complete"]
_GAPS = ("pairwise", "complete")


class Adequacy(NamedTuple):
    """What `kmo` returns: ``overall`` in [0, 1], ``columns`` with ``msa`` of each, ``n`` rows without a gap."""

    overall: float
    columns: Any
    n: int


class Sphericity(NamedTuple):
    """What `bartlett` returns: ``chi_squared``, ``degrees`` of freedom, ``p_value``, ``n`` rows without a gap."""

    chi_squared: float
    degrees: int
    p_value: float
    n: int


def kmo(
    data: Any,
    *,
    columns: Sequence[str] | None = None,
    gaps: Gaps = "complete",
    unit: str | None = None,
    time: str | None = None,
) -> Adequacy:
    """Tell whether a factor analysis is worth while: the Kaiser-Meyer-Olkin measure.

    KMO = sum r^2 / (sum r^2 + sum a^2) over pairs, with correlations r and
    partial correlations a; for one column (MSA) over its pairs.

    Parameters
    ----------
    data : dataframe, mapping or ndarray
        One row per unit.
    columns : sequence of str, optional
        By default all numeric columns but the keys.
    gaps : {"complete", "pairwise"}, default "complete"
        Rows that count, as in `pca`.
    unit, time : str, optional
        Keys, which are left out.

    Returns
    -------
    Adequacy
        ``overall``, ``columns`` (``column``, ``msa``), ``n``; in [0, 1], more is
        better, 0.6 is often asked for. NaN where nothing is correlated.

    Raises
    ------
    DegenerateError
        If the correlation matrix is singular: a column follows from others, or
        there are too few rows.

    References
    ----------
    Kaiser H. F. (1974), Psychometrika 39(1): 31-36, doi:10.1007/BF02291575.

    Examples
    --------
    >>> import indicia as ix
    >>> round(ix.stats.kmo({"a": [1.0, 2.0, 3.0, 4.0], "b": [1.0, 3.0, 2.0, 5.0]}).overall, 6)
    0.5
    """
    one_of("gaps", gaps, _GAPS)
    found = Inspected(data, columns, unit, time)
    with found.translated():
        overall, by_column, n = _core.stats_kmo(found.table(), gaps)
    return Adequacy(overall, found.small({"column": found.names, "msa": by_column}), n)


def bartlett(
    data: Any, *, columns: Sequence[str] | None = None, unit: str | None = None, time: str | None = None
) -> Sphericity:
    """Test whether columns are correlated at all: Bartlett's test of sphericity.

    chi2 = -(n - 1 - (2 p + 5) / 6) ln det R with p (p - 1) / 2 degrees of freedom,
    over the rows that have all columns.

    Parameters
    ----------
    data : dataframe, mapping or ndarray
        One row per unit.
    columns : sequence of str, optional
        By default all numeric columns but the keys.
    unit, time : str, optional
        Keys, which are left out.

    Returns
    -------
    Sphericity
        ``chi_squared``, ``degrees``, ``p_value`` (small: they are correlated), ``n``.

    Raises
    ------
    DegenerateError
        For fewer than two columns, and as in `kmo`.

    References
    ----------
    Bartlett M. S. (1951), Biometrika 38: 337-344, doi:10.1093/biomet/38.3-4.337.

    Examples
    --------
    >>> import indicia as ix
    >>> found = ix.stats.bartlett({"a": [1.0, 2.0, 3.0, 4.0], "b": [1.0, 3.0, 2.0, 5.0]})
    >>> found.degrees, found.n, round(found.chi_squared, 3)
    (1, 4, 1.764)
    """
    found = Inspected(data, columns, unit, time)
    with found.translated():
        return Sphericity(*_core.stats_bartlett(found.table()))
