"""Long frames for the study functions: values, weights, groups and periods by name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ._encode import encode
from ._factor import factor
from ._keys import native
from ._names import did_you_mean, listed
from ._output import Output
from ._panel import Panel
from .errors import ColumnTypeError, DataError, MissingColumnError
from .frames import Source, source_of

Doubles = npt.NDArray[np.float64]


class Groups(NamedTuple):
    """Codes of groups in the order of their labels; missing is the number of groups."""

    codes: npt.NDArray[np.uint32]
    labels: list[Any]


class Frame:
    """A long frame of a caller."""

    def __init__(self, data: Any, unit: str | None = None, time: str | None = None) -> None:
        self.source: Source = source_of(data)
        self.panel = Panel(self.source, unit, time)
        self.output = Output.like(self.source)

    def __len__(self) -> int:
        return self.source.rows

    def _column(self, name: str) -> Any:
        if not isinstance(name, str):
            raise TypeError(f"columns are named, found {name!r}")
        if name not in self.source and name not in self.source.index_levels():
            known = [*self.source.names, *self.source.index_levels()]
            raise MissingColumnError(
                f"no column is named {name!r}{did_you_mean(name, known)}; there are: {listed(known)}"
            )
        return self.source.key(name)

    def numbers(self, name: str, *, least: float | None = None) -> Doubles:
        """A column of numbers, missing as NaN.

        Infinities and numbers below ``least`` are errors that name the first row.
        """
        encoded = encode(name, self._column(name))
        if encoded.kind == "text":
            raise ColumnTypeError(f"column {name!r} holds texts such as {encoded.labels[0]!r}, expected numbers")
        values = np.ascontiguousarray(encoded.values, np.float64)
        wrong = np.flatnonzero(np.isinf(values) if least is None else np.isinf(values) | (values < least))
        if len(wrong):
            row = int(wrong[0])
            expected = "finite numbers" if least is None else f"finite numbers of at least {least:g}"
            where = f"column {name!r}, {self.panel.text(row)}"
            raise DataError(f"{where}: {values[row]:g}; expected {expected} ({len(wrong)} rows are not)")
        return values

    def groups(self, name: str) -> Groups:
        """A column of groups, in the order of the labels where they can be ordered."""
        found = factor(self._column(name))
        labels = [native(label) for label in found.labels]
        try:
            order = sorted(range(len(labels)), key=lambda place: labels[place])
        except TypeError:
            order = sorted(range(len(labels)), key=lambda place: str(labels[place]))
        places = np.empty(len(labels) + 1, np.uint32)
        places[order] = np.arange(len(labels))
        places[-1] = len(labels)
        return Groups(places[found.codes], [labels[place] for place in order])

    def weights(self, name: str | None) -> Doubles | None:
        """Sampling weights of at least zero; a missing one is an error."""
        if name is None:
            return None
        values = self.numbers(name, least=0.0)
        if np.isnan(values).any():
            row = int(np.flatnonzero(np.isnan(values))[0])
            raise DataError(f"column {name!r}, {self.panel.text(row)}: no weight; drop the row, or give it one")
        return values

    def periods(self, name: str | None) -> Iterator[tuple[Any, npt.NDArray[np.intp]]]:
        """Rows of each period in ascending order; of all where there is no time."""
        if name is None:
            yield None, np.arange(len(self))
            return
        groups = self.groups(name)
        if (groups.codes == len(groups.labels)).any():
            row = int(np.flatnonzero(groups.codes == len(groups.labels))[0])
            raise DataError(f"column {name!r}, {self.panel.text(row)}: no period")
        for place, label in enumerate(groups.labels):
            yield label, np.flatnonzero(groups.codes == place)

    def table(self, columns: dict[str, Any]) -> Any:
        """A table whose rows are not the caller's."""
        return self.output.plain().frame(columns)

    def rows(self, columns: dict[str, Any]) -> Any:
        """A table with the caller's rows: keys first, index kept."""
        return self.output.frame(self.panel.columns | columns)
