"""The design of a sample, and what columns of it are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from . import _core
from ._encode import encode
from ._factor import factor
from ._keys import combined
from ._names import did_you_mean, listed, shorten
from ._output import Output
from ._panel import Panel
from ._stats_data import one_of
from .errors import ColumnTypeError, DataError, MissingColumnError, translated
from .frames import source_of
from .scores import Scores

__all__ = ["Design", "design"]

Column = str | Sequence[Any] | npt.NDArray[Any] | None
Single = Literal["error", "certainty", "centered", "adjust"]
Codes = npt.NDArray[np.int64]

# As the core has it for weights: products of the two do not overflow.
_LARGEST = 1e100
SINGLE = ("error", "certainty", "centered", "adjust")


class Design:
    """A sample and how it was drawn; made by `design`, never changes.

    Attributes
    ----------
    rows, strata, units : int
        Numbers of rows, strata and primary sampling units.
    degrees : float
        Degrees of freedom, units - strata.
    single : str
        What is done about strata with a single unit.
    """

    __slots__ = (
        "_columns",
        "_core",
        "_scores",
        "degrees",
        "output",
        "panel",
        "rows",
        "single",
        "source",
        "strata",
        "units",
    )

    def __init__(
        self, data: Any, weights: Column, strata: Column, psu: Column, fpc: Column, single: Single = "error"
    ) -> None:
        self.single = one_of("single", single, SINGLE)
        if isinstance(data, Scores):
            self._scores: Scores | None = data
            self.source, self.panel = data._held.source, data._held.panel
        else:
            self._scores = None
            self.source = source_of(data)
            self.panel = Panel(self.source)
        self.output = Output.like(self.source).plain()
        self.rows = self.source.rows
        # What the core and other packages take: doubles and codes.
        sums = np.ones(self.rows) if weights is None else self._numbers("weights", weights)
        self._columns: dict[str, npt.NDArray[Any] | None] = {
            "weights": sums,
            "strata": None if strata is None else self._codes("strata", strata),
            "psu": None if psu is None else self._codes("psu", psu),
            "fpc": None if fpc is None else self._numbers("fpc", fpc),
        }
        columns = self._columns
        with self.translated():
            self._core = _core.SurveyDesign(sums, columns["strata"], columns["psu"], columns["fpc"], self.single)
        _, self.strata, self.units, self.degrees = self._core.counts()

    def __len__(self) -> int:
        return self.rows

    def __repr__(self) -> str:
        units = "" if self._columns["psu"] is None else f", {self.units} sampling units"
        strata = "1 stratum" if self.strata == 1 else f"{self.strata} strata"
        return f"<Design: {self.rows} rows, {strata}{units}, {self.degrees:g} degrees of freedom>"

    def _numbers(self, argument: str, column: Any) -> npt.NDArray[np.float64]:
        name = column if isinstance(column, str) else argument
        encoded = encode(name, self.column(argument, column))
        if encoded.kind == "text":
            raise ColumnTypeError(f"column {name!r}: {argument} are numbers, found texts such as {encoded.labels[0]!r}")
        return encoded.values.astype(np.float64, copy=False)

    def _codes(self, argument: str, column: Any) -> Codes:
        several = isinstance(column, list | tuple) and all(isinstance(name, str) for name in column) and len(column) > 0
        # A list of names is told from a list of labels by its length, or by the names the data have.
        if several and (len(column) != self.rows or all(self.has(name) for name in column)):
            parts = [factor(self.column(argument, name)).codes for name in column]
        else:
            parts = [factor(self.column(argument, column)).codes]
        known = np.logical_and.reduce([part >= 0 for part in parts])
        return np.where(known, combined(parts), np.int64(-1))

    def has(self, name: str) -> bool:
        """Whether the data have a column or an index level of that name."""
        return name in self.source or name in self.source.index_levels()

    def column(self, argument: str, column: Any) -> Any:
        """A column by name, or an array of the length of the data."""
        if isinstance(column, str):
            if not self.has(column):
                known = [*self.source.names, *self.source.index_levels()]
                hint = f"{did_you_mean(column, known)}; they have: {listed(sorted(known))}"
                raise MissingColumnError(f"{argument}=: the data have no column {shorten(column)}{hint}")
            return self.source.key(column)
        if not hasattr(column, "__len__") or len(column) != self.rows:
            found = len(column) if hasattr(column, "__len__") else shorten(column)
            raise DataError(f"{argument}= is a column or an array of {self.rows} values, found {found}")
        return column

    def values(self, argument: str, name: str) -> npt.NDArray[np.float64]:
        """A column of numbers, or the scores of a node; finite or NaN."""
        if self._scores is not None and not self.has(name):
            passes = self._scores._passes
            if name in passes.groups or name in passes.indicators:
                return np.asarray(passes.node(name), dtype=np.float64)
        values = self._numbers(argument, name)
        infinite = np.flatnonzero(np.isinf(values))
        if len(infinite):
            where = self.panel.text(int(infinite[0]))
            raise DataError(f"column {name!r}, {where}: expected a finite number; make it missing or leave the row out")
        large = np.flatnonzero(np.abs(values) > _LARGEST)
        if len(large):
            where = self.panel.text(int(large[0]))
            raise DataError(f"column {name!r}, {where}: expected a number of at most 1e100 in size; change its unit")
        return values

    def translated(self) -> Any:
        """Errors of the core in the words of these data."""
        return translated(self.panel.text, there=self.source.names)


def design(
    data: Any,
    weights: Column = None,
    strata: Column = None,
    psu: Column = None,
    fpc: Column = None,
    single: Single = "error",
) -> Design:
    """Say how a sample was drawn.

    Parameters
    ----------
    data : dataframe, dict of columns, structured array, or Scores
        One row per firm of the sample. With scores, columns are those of the
        scored data.
    weights : str or array, optional
        How many firms of the population each row stands for: a column, or an
        array; finite and not negative. By default every row counts one.
    strata : str, list of str or array, optional
        Strata within which the sample was drawn; several columns are taken
        together.
    psu : str, list of str or array, optional
        Primary sampling units, such as enterprise groups or towns, numbered within
        their stratum. By default every row is one.
    fpc : str or array, optional
        Number of sampling units in the population of the stratum, or, where no
        value exceeds 1, the share that was drawn; the same for all rows of a
        stratum. Standard errors shrink by sqrt(1 - share drawn). By default the
        population is taken to be large.
    single : {"error", "certainty", "centered", "adjust"}, default "error"
        What a stratum with a single unit adds to variances. ``certainty``: nothing.
        ``centered``: the square of its distance to the mean of all units, as Stata's
        ``singleunit(centered)``. ``adjust``: the square of its own total, as
        ``lonely.psu = "adjust"`` of the R package survey; for means, ratios and
        shares the same as ``centered``. A unit that was the whole of its stratum (by
        ``fpc``) adds nothing and is no error.

    Returns
    -------
    Design

    Raises
    ------
    DataError
        If a weight is negative or missing, or a stratum or unit is missing.
    DegenerateError
        If all weights are 0, or a stratum has a single unit.

    Notes
    -----
    Later stages of a draw are not looked at: first-stage units are taken to be
    drawn with replacement, or with equal chances without it (with ``fpc``).
    Designs beyond that: `to_svy`.

    References
    ----------
    Särndal C.-E., Swensson B., Wretman J. (1992), Model Assisted Survey Sampling,
    doi:10.1007/978-1-4612-4378-6.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = {"size": ["S", "S", "S", "L", "L"], "w": [10.0, 10.0, 10.0, 2.0, 2.0], "staff": [12, 20, 16, 300, 500]}
    >>> ix.survey.design(firms, weights="w", strata="size")
    <Design: 5 rows, 2 strata, 3 degrees of freedom>
    """
    return Design(data, weights, strata, psu, fpc, single)


def designed(data: Any, weights: Column = None) -> Design:
    """The design given, or the simple one of weights alone."""
    if not isinstance(data, Design):
        return Design(data, weights, None, None, None)
    if weights is not None:
        raise TypeError("weights= is part of the design; say it in ix.survey.design")
    return data
