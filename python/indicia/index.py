"""`Index`: a definition and the two verbs, fit and score."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from . import _core, _definition, tables_in
from ._definition import Method
from ._held import Absent, Answer, Held, refuse_sample_weight
from ._index_base import Definition
from .fitted import FittedIndex
from .scores import Scores

__all__ = ["Index"]


class Index(Definition):
    """The definition of an index: a tree of indicators and groups, with scales, weights, aggregations and levels.

    Make one with `framework`, `Index.read`, `Index.from_toml`, `Index.from_dict`,
    `Index.from_table` or `Index.flat`. An index never changes; `using` gives a
    new one. Two are equal when their definitions are.

    Examples
    --------
    >>> import indicia as ix
    >>> index = ix.Index.flat({"cloud": 1, "energy": -1}, weights="entropy")
    >>> index.stages()
    ['scales of 2 indicators', 'weights of index']
    """

    __slots__ = ()

    @classmethod
    def from_table(
        cls,
        meta: Any,
        *,
        id: str | None = None,
        normalize: Method = "minmax",
        aggregate: Method = "arithmetic",
    ) -> Index:
        """Read a definition from a table with one row per code, the form users of COINr have.

        Parameters
        ----------
        meta : dataframe or dict of columns
            Columns ``id`` (or ``iCode``), ``parent``, and optionally
            ``direction``, ``weight``, ``type``, ``label`` (or ``iName``),
            ``measure`` (or ``Unit``); case does not matter. ``type`` is
            Indicator or Aggregate (or Group); without it, what is a parent is a
            group. Weights are among siblings. Rows of other types are left out
            with a warning.
        id : str, optional
            Name of the index; by default that of the root.
        normalize, aggregate : str or dict
            Scale of all indicators and aggregation of all groups.

        Returns
        -------
        Index

        Raises
        ------
        DefinitionError
            If the rows make no tree.

        Warns
        -----
        IgnoredRowWarning
            If rows are left out.

        Examples
        --------
        >>> meta = {"iCode": ["a", "b", "top"], "Parent": ["top", "top", None], "Weight": [1, 2, 1]}
        >>> Index.from_table(meta)
        Index(top: 2 indicators, 1 groups)
        """
        return cls.from_dict(tables_in.definition_of(meta, id, normalize, aggregate))

    @classmethod
    def flat(
        cls,
        indicators: Mapping[str, int] | Sequence[str],
        *,
        weights: Method = "equal",
        normalize: Method = "minmax",
        aggregate: Method = "arithmetic",
        treat: Method | None = None,
        impute: Method | None = None,
        id: str = "index",
    ) -> Index:
        """Make a one-level index over columns.

        Parameters
        ----------
        indicators : mapping of str to int, or sequence of str
            Columns with their direction: +1 more is better, -1 less is better.
        weights : {"equal", "entropy"} or dict, default "equal"
            A method, a method with options, or weights by column.
        normalize, aggregate : str or dict
            Scale of the indicators and aggregation; a name, or ``{name: {options}}``.
        treat, impute : str or dict, optional
            What is done to outliers, and what stands for missing values, before
            the scale sees them.
        id : str
            Name of the index.

        Returns
        -------
        Index

        Examples
        --------
        >>> index = Index.flat(["a", "b"], weights={"a": 3, "b": 1})
        >>> fitted = index.fit({"a": [0.0, 1.0], "b": [0.0, 1.0]})
        >>> [float(weight) for weight in fitted.weights["weight"]]
        [0.75, 0.25]
        """
        return cls.from_dict(_definition.flat(indicators, weights, normalize, aggregate, id, treat, impute))

    def using(
        self,
        *,
        normalize: Method | None = None,
        weights: Method | None = None,
        aggregate: Method | None = None,
        missing: str | None = None,
        treat: Method | None = None,
        impute: Method | None = None,
    ) -> Index:
        """Make a new index with other methods for the same tree.

        Parameters
        ----------
        normalize : str or dict, optional
            Scale of all indicators, except those with points of a rule book
            (bands, options, flag) and those in groups without a score.
        weights : str or dict, optional
            Weights of all groups: a method, a method with options, or weights
            by node. Weights over leaves are put at the top of the tree.
        aggregate : str or dict, optional
            Aggregation of all groups that have a score.
        missing : {"propagate", "renormalize", "error"}, optional
            What groups do when a child is missing.
        treat, impute : str or dict, optional
            What is done to outliers, and what stands for missing values, in all
            indicators except those with points of a rule book; "none" switches
            it off.

        Returns
        -------
        Index

        Raises
        ------
        DefinitionError
            If a method does not fit.

        Examples
        --------
        >>> Index.flat(["a", "b"]).using(aggregate="geometric").nodes[-1]["aggregate"]
        'geometric'
        """
        prepare = {"treat": treat, "impute": impute}
        return Index.from_dict(_definition.using(self.to_dict(), normalize, weights, aggregate, missing, prepare))

    def fit(
        self,
        data: Any,
        *,
        unit: str | None = None,
        time: str | None = None,
        sample_weight: object = None,
        columns: Mapping[str, str] | Sequence[str] | None = None,
        absent: Absent = "error",
        assume: Mapping[str, Answer] | None = None,
        keep_records: bool = False,
        threads: int | None = None,
    ) -> FittedIndex:
        """Learn from data what scales, weights and aggregations need.

        Parameters
        ----------
        data : dataframe, dict of columns, or ndarray
            One row per unit, or per unit and period. Never changed, and not to
            be changed during the call.
        unit, time : str, optional
            Column or index level that names units and periods. Rows must be
            unique in them.
        sample_weight : None
            No method of this release uses weights of units.
        columns : mapping of str to str, optional
            The definition's names to those of the data. For a two-dimensional
            array, the list of its column names.
        absent : {"error", "unknown"}, default "error"
            Whether columns that are not there are an error or unanswered.
        assume : mapping of str to bool, float or str, optional
            Answers to assume where a column is blank. Nothing is assumed by
            default; what is assumed is counted.
        keep_records : bool, default False
            Whether aggregations that compare units (copeland, borda,
            promethee, benefit_of_the_doubt) keep the scores of these units, so that new rows can be
            compared with them. They may be confidential: `FittedIndex.to_json`
            then asks for ``include_records=True``.
        threads : int, optional
            Number of threads; the result does not depend on it.

        Returns
        -------
        FittedIndex

        Raises
        ------
        MissingColumnError, ColumnTypeError, DataError, DegenerateError
            With the names of columns and the labels of rows.

        Warns
        -----
        ConstantColumnWarning, WeightWarning, ComparabilityWarning

        Notes
        -----
        Null and NaN are missing and never counted as values; infinity is an
        error.
        """
        refuse_sample_weight(sample_weight)
        held = Held(self._needs, data, unit, time, columns, absent, assume, threads)
        return FittedIndex._fit(self, held, stacklevel=3, keep_records=keep_records)

    def score(
        self,
        data: Any,
        *,
        unit: str | None = None,
        time: str | None = None,
        columns: Mapping[str, str] | Sequence[str] | None = None,
        absent: Absent = "error",
        assume: Mapping[str, Answer] | None = None,
        threads: int | None = None,
    ) -> Scores:
        """Score rows, where nothing is to be fitted; parameters as in `fit`.

        Raises
        ------
        NotFittedError
            If scales or weights are to be learned first; it names the nodes.

        Examples
        --------
        >>> import indicia as ix
        >>> survey = ix.datasets.make_ict_survey(100)
        >>> scores = ix.framework("eurostat-dii", edition=2023).score(survey, unit="firm")
        >>> len(scores)
        100
        """
        fitted = FittedIndex._unfitted(self)
        held = Held(self._needs, data, unit, time, columns, absent, assume, threads)
        return Scores._make(fitted, held, stacklevel=3)

    def fit_score(
        self,
        data: Any,
        *,
        unit: str | None = None,
        time: str | None = None,
        sample_weight: object = None,
        columns: Mapping[str, str] | Sequence[str] | None = None,
        absent: Absent = "error",
        assume: Mapping[str, Answer] | None = None,
        threads: int | None = None,
    ) -> Scores:
        """Fit on these rows and score them; parameters, errors and warnings as in `fit`.

        Examples
        --------
        >>> scores = Index.flat({"a": 1, "b": -1}).fit_score({"a": [1.0, 3.0], "b": [5.0, 2.0]})
        >>> [float(score) for score in scores["index"]]
        [0.0, 1.0]
        """
        refuse_sample_weight(sample_weight)
        held = Held(self._needs, data, unit, time, columns, absent, assume, threads)
        fitted = FittedIndex._fit(self, held, stacklevel=3)
        held.together = True
        return Scores._make(fitted, held, stacklevel=3)

    def fit_batches(
        self,
        source: Callable[[], Iterable[Any]] | Iterable[Any],
        *,
        columns: Mapping[str, str] | Sequence[str] | None = None,
        absent: Absent = "error",
        assume: Mapping[str, Answer] | None = None,
        threads: int | None = None,
    ) -> FittedIndex:
        """Fit on data that come in batches; each stage reads all of them once.

        Parameters
        ----------
        source : callable or iterable
            A function that gives a fresh iterator over tables, or a list of
            tables. A one-shot iterator will do where one stage suffices.
        columns, absent, assume, threads
            As in `fit`.

        Returns
        -------
        FittedIndex
            The same numbers as from one table, to 1e-12.

        Raises
        ------
        TypeError
            If an iterator would have to be read a second time.

        Examples
        --------
        >>> batches = [{"a": [0.0, 1.0]}, {"a": [4.0]}]
        >>> fitted = Index.flat(["a"]).fit_batches(batches)
        >>> [float(score) for score in fitted.score({"a": [2.0]})["index"]]
        [0.5]
        """
        return FittedIndex._from_batches(self, source, columns, absent, assume, threads)

    @staticmethod
    def schema() -> str:
        """JSON Schema of a definition, for editors, as text."""
        return _core.json_schema()
