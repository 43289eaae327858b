"""Uniform and normal draws that stay the same from one NumPy version to the next.

``Generator.standard_normal`` and ``shuffle`` may change their algorithm between
NumPy versions; the uniform stream of a named bit generator may not (NumPy
enhancement proposal 19). So everything here starts from uniforms of PCG64.
Logarithms and exponentials may differ in the last bit from one processor to
the next; what the data sets return is compared with a threshold or rounded
afterwards, which hides it.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

Rng: TypeAlias = "int | np.random.SeedSequence | np.random.Generator | None"

# M. J. Wichura (1988), Algorithm AS 241: The percentage points of the normal
# distribution, Applied Statistics 37(3), 477-484, doi 10.2307/2347330, routine
# PPND16 (relative error about 1e-16). Highest power first.
_CENTRE = (
    (
        2509.0809287301226727,
        33430.575583588128105,
        67265.770927008700853,
        45921.953931549871457,
        13731.693765509461125,
        1971.5909503065514427,
        133.14166789178437745,
        3.387132872796366608,
    ),
    (
        5226.495278852545925,
        28729.085735721942674,
        39307.89580009271061,
        21213.794301586595867,
        5394.1960214247511077,
        687.1870074920579083,
        42.313330701600911252,
        1.0,
    ),
)
_NEAR = (
    (
        7.7454501427834140764e-4,
        0.0227238449892691845833,
        0.24178072517745061177,
        1.27045825245236838258,
        3.64784832476320460504,
        5.7694972214606914055,
        4.6303378461565452959,
        1.42343711074968357734,
    ),
    (
        1.05075007164441684324e-9,
        5.475938084995344946e-4,
        0.0151986665636164571966,
        0.14810397642748007459,
        0.68976733498510000455,
        1.6763848301838038494,
        2.05319162663775882187,
        1.0,
    ),
)
_FAR = (
    (
        2.01033439929228813265e-7,
        2.71155556874348757815e-5,
        0.0012426609473880784386,
        0.026532189526576123093,
        0.29656057182850489123,
        1.7848265399172913358,
        5.4637849111641143699,
        6.6579046435011037772,
    ),
    (
        2.04426310338993978564e-15,
        1.4215117583164458887e-7,
        1.8463183175100546818e-5,
        7.868691311456132591e-4,
        0.0148753612908506148525,
        0.13692988092273580531,
        0.59983220655588793769,
        1.0,
    ),
)


def generator(rng: Rng) -> np.random.Generator:
    """Return a generator: the one given, or PCG64 seeded with ``rng``.

    ``numpy.random.default_rng`` is free to change its bit generator; naming
    PCG64 (its present choice) keeps the bits. Zero is a seed like any other.
    """
    if isinstance(rng, np.random.Generator):
        return rng
    return np.random.Generator(np.random.PCG64(rng))


def uniforms(random: np.random.Generator, rows: int, n: int) -> np.ndarray:
    """Return ``rows`` x ``n`` uniforms in the open interval (0, 1)."""
    # random() can be exactly 0, whose normal quantile is -inf.
    u: np.ndarray = np.maximum(random.random((rows, n)), 2.0**-54)
    return u


def normal_quantile(p: np.ndarray) -> np.ndarray:
    """Return the standard normal quantiles of ``p``, all inside (0, 1)."""
    q = p - 0.5
    r = 0.180625 - q * q
    out: np.ndarray = q * _ratio(_CENTRE, r)
    tail = r < 0.0
    side = q[tail]
    r = np.sqrt(-np.log(np.where(side < 0.0, p[tail], 1.0 - p[tail])))
    size = np.where(r <= 5.0, _ratio(_NEAR, r - 1.6), _ratio(_FAR, r - 5.0))
    out[tail] = np.copysign(size, side)
    return out


def pick(u: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Return category codes drawn with the given shares (which add to 1)."""
    edges = np.cumsum(shares)[:-1]
    codes: np.ndarray = np.searchsorted(edges, u, side="right")
    return codes


def correlated(factor: np.ndarray, own: np.ndarray, loading: float) -> np.ndarray:
    """Return ``loading * factor + sqrt(1 - loading**2) * own``."""
    mixed: np.ndarray = loading * factor + np.sqrt(1.0 - loading * loading) * own
    return mixed


def _ratio(coefficients: tuple[tuple[float, ...], tuple[float, ...]], r: np.ndarray) -> np.ndarray:
    above, below = (np.full_like(r, row[0]) for row in coefficients)
    for a, b in zip(coefficients[0][1:], coefficients[1][1:], strict=True):
        above = above * r + a
        below = below * r + b
    ratio: np.ndarray = above / below
    return ratio
