"""Aggregations as plain functions: a table in, one score per row out, as a column of the same kind.

Children are columns; by default they are taken as they are (``normalize="none"``), turned by their directions. Inside
an index say ``aggregate=``, or ``aggregate =`` in a definition, a different one per group where wanted.

Examples
--------
>>> import indicia as ix
>>> firms = {"cloud": [1.0, 4.0], "web": [4.0, 4.0]}
>>> ix.aggregate.geometric(firms).tolist()
[2.0, 4.0]
"""

from __future__ import annotations

from ._aggregate_means import arithmetic, geometric, harmonic, max, median, min, owa, power, sum
from ._aggregate_referenced import ampi, grey_relational, mean_min, mpi, topsis, vikor
from ._aggregate_relative import borda, copeland, kemeny, kemeny_of_rankings, outranking, promethee

__all__ = [
    "ampi",
    "arithmetic",
    "borda",
    "copeland",
    "geometric",
    "grey_relational",
    "harmonic",
    "kemeny",
    "kemeny_of_rankings",
    "max",
    "mean_min",
    "median",
    "min",
    "mpi",
    "outranking",
    "owa",
    "power",
    "promethee",
    "sum",
    "topsis",
    "vikor",
]
