"""`FittedIndex`: a definition and the numbers learned for it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ._core import Fitted as _Core
from ._held import Absent, Answer, Held
from ._output import Output, default_output
from ._warnings import warn_all
from .errors import DataError, translated

if TYPE_CHECKING:
    from ._index_base import Definition
    from .index import Index
    from .scores import Scores

__all__ = ["FittedIndex"]


class FittedIndex:
    """A fitted index: all that scoring needs, small and written as JSON.

    Made by `Index.fit`, `Index.fit_batches`, `FittedIndex.from_json` or
    `FittedIndex.read`; it never changes.

    Examples
    --------
    >>> import indicia as ix
    >>> fitted = ix.Index.flat({"a": 1}).fit({"a": [0.0, 4.0]})
    >>> scores = fitted.score({"a": [1.0]})
    >>> [float(score) for score in scores["index"]]
    [0.25]
    >>> FittedIndex.from_json(fitted.to_json()).to_json() == fitted.to_json()
    True
    """

    __slots__ = ("_core", "_index", "_output")

    _core: _Core
    _index: Definition
    _output: Output

    def __init__(self, *_: object) -> None:
        raise TypeError("a fitted index is made by Index.fit, Index.fit_batches, FittedIndex.from_json or read")

    @classmethod
    def _of(cls, core: _Core, index: Definition, output: Output) -> FittedIndex:
        fitted = object.__new__(cls)
        for name, value in (("_core", core), ("_index", index), ("_output", output.plain())):
            object.__setattr__(fitted, name, value)
        return fitted

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a fitted index does not change, so {name!r} cannot be set; fit again")

    @classmethod
    def _fit(cls, index: Definition, held: Held, stacklevel: int, keep_records: bool = False) -> FittedIndex:
        with held.translated():
            core = index._core.fit(held.table, held.fit_request(keep_records), held.periods)
        warn_all(json.loads(core.warnings()) + held.warnings(), stacklevel, held.panel.text)
        return cls._of(core, index, held.output)

    @classmethod
    def _unfitted(cls, index: Definition) -> FittedIndex:
        with translated():
            return cls._of(_Core.unfitted(index._core), index, default_output())

    @classmethod
    def _from_batches(
        cls,
        index: Definition,
        source: Callable[[], Iterable[Any]] | Iterable[Any],
        columns: Mapping[str, str] | Sequence[str] | None,
        absent: Absent,
        assume: Mapping[str, Answer] | None,
        threads: int | None,
    ) -> FittedIndex:
        # An empty table carries the request, and checks it, before any data are read.
        asked = Held(index._needs, {}, None, None, None, absent, assume, threads)
        with translated():
            state = index._core.fit_state(asked.fit_request())
        stages, output = state.stages, default_output()
        if isinstance(source, Iterator) and stages > 1:
            raise TypeError(
                f"the fit reads the data {stages} times, an iterator can be read once; "
                "give a list of tables, or a function that returns a fresh iterator"
            )
        rows = 0
        for stage in range(stages):
            seen = 0
            for number, batch in enumerate(source() if callable(source) else source):
                held = Held(index._needs, batch, None, None, columns, absent, assume, threads)
                with translated(_row_of_batch(number, held), held.mapping, held.source.names):
                    state.update(held.table)
                seen += len(held)
                output = held.output
            if stage and seen != rows:
                raise DataError(f"stage {stage + 1} read {seen} rows, the one before {rows}; the data must not change")
            rows = seen
            with translated():
                state.advance()
        with translated():
            core = state.finish()
        warn_all(json.loads(core.warnings()), stacklevel=3)
        return cls._of(core, index, output)

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
        """Score rows with the fitted numbers; parameters as in `Index.fit`.

        Returns
        -------
        Scores
            In the order of the rows.

        Raises
        ------
        MissingColumnError, ColumnTypeError, DataError
            With the names of columns and the labels of rows.

        Warns
        -----
        ContradictionWarning, DisagreementWarning, ShadowedColumnWarning, UnseenPeriodWarning
        """
        from .scores import Scores

        held = Held(self._index._needs, data, unit, time, columns, absent, assume, threads)
        return Scores._make(self, held, stacklevel=3)

    @property
    def index(self) -> Index:
        """The definition."""
        from .index import Index

        return self._index if isinstance(self._index, Index) else Index.from_json(self._index.to_json())

    @property
    def weights(self) -> Any:
        """Weights as a table of the kind of the fitted data.

        Columns ``node``, ``parent``, ``weight`` (among siblings), ``effective``
        (from the root down), ``method``, and ``period`` where each is fitted by
        itself. Weights are missing where the aggregation uses none.
        """
        rows = json.loads(self._core.weights())
        names = ["node", "parent", "weight", "effective", "method"]
        if any(row["period"] is not None for row in rows):
            names.insert(0, "period")
        return self._output.frame({name: [row[name] for row in rows] for name in names})

    @property
    def scales(self) -> Any:
        """What the scales learned, as a table: node, scale, statistic, value, and period where there are several."""
        found = json.loads(self._core.scales())
        rows = [
            {"period": row["period"], "node": row["node"], "scale": row["scale"], "statistic": name, "value": value}
            for row in found
            for name, value in row["learned"].items()
        ]
        names = ["node", "scale", "statistic", "value"]
        if any(row["period"] is not None for row in rows):
            names.insert(0, "period")
        # Distributions are told in words, so the column is text where there are any.
        words = any(isinstance(row["value"], str) for row in rows)
        for row in rows:
            row["value"] = str(row["value"]) if words and row["value"] is not None else row["value"]
        return self._output.frame({name: [row[name] for row in rows] for name in names})

    @property
    def treatments(self) -> Any:
        """What was done to outliers, as a table with one row per treated indicator.

        Columns ``node``, ``method``, ``low``, ``high`` (caps in original
        units), ``low_count``, ``high_count`` (fitted values beyond them),
        ``curve``; then skewness, kurtosis and whether the test passes,
        ``_before``, after capping (``_capped``) and after the curve
        (``_curved``), as far as they were computed; ``warning``; and ``period``
        where there are several.
        """
        rows = json.loads(self._core.treatments())
        names = ["node", "method", "low", "high", "low_count", "high_count", "curve"]
        if any(row["period"] is not None for row in rows):
            names.insert(0, "period")
        table = {name: [row[name] for row in rows] for name in names}
        for place, when in enumerate(("before", "capped", "curved")):
            for name in ("skewness", "kurtosis", "passes"):
                checks = [row["checks"][place : place + 1] for row in rows]
                table[f"{name}_{when}"] = [check[0][name] if check else None for check in checks]
        return self._output.frame(table | {"warning": [row["warning"] for row in rows]})

    @property
    def details(self) -> Any:
        """What weights and aggregations were made from, as a table.

        Columns ``group``, ``detail``, ``node``, ``value``, and ``period`` where there are several.
        Entropies, standard deviations, loadings, consistency ratios, ideal
        points: the details a method documents. Where there is one number for
        the group, ``node`` is the group.
        """
        rows = json.loads(self._core.details())
        names = ["group", "detail", "node", "value"]
        if any(row["period"] is not None for row in rows):
            names.insert(0, "period")
        return self._output.frame({name: [row[name] for row in rows] for name in names})

    def to_json(self, *, include_records: bool = False) -> str:
        """The fitted index as JSON.

        Parameters
        ----------
        include_records : bool, default False
            Rank scales, and relative aggregations fitted with
            ``keep_records=True``, keep the values of the units they were fitted
            on, which may be confidential: they are written only when this says
            so.

        Raises
        ------
        DataError
            If there are such values and ``include_records`` is False.
        """
        with translated():
            return self._core.to_json(include_records)

    @classmethod
    def from_json(cls, text: str) -> FittedIndex:
        """Read what `to_json` wrote."""
        from .index import Index

        with translated():
            core = _Core.from_json(text)
            return cls._of(core, Index._of(core.index()), default_output())

    def write(self, path: str | Path, *, include_records: bool = False) -> None:
        """Write the fitted index to a JSON file; see `to_json`."""
        Path(path).write_text(self.to_json(include_records=include_records), encoding="utf-8")

    @classmethod
    def read(cls, path: str | Path) -> FittedIndex:
        """Read a file that `write` wrote."""
        return cls.from_json(Path(path).read_text(encoding="utf-8"))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self).from_json, (self.to_json(include_records=True),)

    def __repr__(self) -> str:
        stages = len(self._index.stages())
        learned = f"fitted in {stages} stages" if stages else "nothing to fit"
        return f"FittedIndex({self._index.id}{f' {self._index.edition}' if self._index.edition else ''}: {learned})"

    def _repr_html_(self) -> str:
        from ._html import table

        rows = json.loads(self._core.weights())
        head = ["node", "parent", "weight", "effective", "method"]
        return table(repr(self), head, [[row[name] for name in head] for row in rows])


def _row_of_batch(number: int, held: Held) -> Callable[[int], str]:
    return lambda row: f"batch {number}, {held.panel.text(row)}"
