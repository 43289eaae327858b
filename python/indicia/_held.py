"""A table bound to a definition: the columns the core needs, the request, labels for messages."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from . import _core
from ._encode import as_text, encode
from ._names import did_you_mean, shorten
from ._output import Output
from ._panel import Panel
from .errors import DataError, DefinitionError, UnknownNameError, join, translated
from .frames import source_of

Absent = Literal["error", "unknown"]
Answer = bool | float | str
Periods = list[tuple[str, npt.NDArray[np.int64]]]


class Held:
    """Borrowed columns of the caller and what was said about them; the columns are not copied.

    Parameters
    ----------
    needs : Needs
        What the definition asks for.
    data, unit, time, columns, absent, assume, threads
        As `Index.fit` takes them.
    """

    __slots__ = (
        "absent",
        "assume",
        "mapping",
        "needs",
        "output",
        "panel",
        "periods",
        "shadowed",
        "source",
        "table",
        "threads",
        "together",
    )

    def __init__(
        self,
        needs: Needs,
        data: Any,
        unit: str | None = None,
        time: str | None = None,
        columns: Mapping[str, str] | Sequence[str] | None = None,
        absent: Absent = "error",
        assume: Mapping[str, Answer] | None = None,
        threads: int | None = None,
    ) -> None:
        if absent not in ("error", "unknown"):
            raise UnknownNameError(f"absent= is 'error' or 'unknown', found {absent!r}")
        if threads is not None and (isinstance(threads, bool) or not isinstance(threads, int) or threads < 1):
            raise ValueError(f"threads= is a number of at least 1, found {threads!r}")
        self.needs = needs
        self.source = source_of(data, columns)
        self.mapping = needs.mapping(columns if isinstance(columns, Mapping) else {})
        self.panel = Panel(self.source, unit, time)
        self.output = Output.like(self.source)
        self.absent = absent
        self.assume = {name: _plain(value) for name, value in (assume or {}).items()}
        self.threads = threads
        self.periods: Periods | None = self.panel.periods if needs.by_period and time is not None else None
        self.table = _core.Table(self.source.rows)
        for name in needs.columns:
            own = self.mapping.get(name, name)
            if own in self.source:
                encoded = encode(own, self.source.column(own))
                if name in needs.texts:
                    encoded = as_text(encoded)
                encoded.add_to(self.table, name)
        # Whether these are the rows just fitted, which relative aggregations compare with each other.
        self.together = False
        self.shadowed = [name for name in needs.derived if name in self.source]

    def __len__(self) -> int:
        return self.source.rows

    def translated(self) -> AbstractContextManager[None]:
        """Errors of the core in the words of these data."""
        return translated(self.panel.text, self.mapping, self.source.names)

    def fit_request(self, keep_records: bool = False) -> str:
        """The request of a fit."""
        asked = {"units": self.panel.rows_of_units(self.needs.units), "keep_records": keep_records}
        return json.dumps(asked | {"absent": self.absent, "assume": self.assume, "threads": self.threads})

    def score_request(self, nodes: Sequence[str], **wanted: Any) -> str:
        """The request of scores; ``wanted`` are range, coverage, bounds, levels, contributions."""
        asked = {"nodes": list(nodes), "absent": self.absent, "assume": self.assume, "threads": self.threads}
        return json.dumps(asked | {"together": self.together} | wanted)

    def warnings(self) -> list[dict[str, Any]]:
        """Columns of the data that the definition derives itself; told once, by fit or by score."""
        message = "the definition derives this column; the one in the data is not used"
        shadowed, self.shadowed = self.shadowed, []
        return [{"kind": "shadowed", "node": name, "message": message} for name in shadowed]


class Needs:
    """What a definition asks of the data.

    Parameters
    ----------
    summary : mapping
        The core's summary of the definition.
    definition : mapping
        The definition.
    """

    __slots__ = ("by_period", "choices", "columns", "derived", "texts", "units")

    def __init__(self, summary: Mapping[str, Any], definition: Mapping[str, Any]) -> None:
        derived = definition.get("derived", {})
        names: dict[str, None] = {}
        for column in summary["columns"]:
            names.setdefault(column["name"])
            names.update(dict.fromkeys(name for way in column["alternatives"] for name in way))
        # "None of these" has a column of its own where every option has one; it is read, not required.
        names.update(dict.fromkeys(_none_columns(definition)))
        self.columns = [name for name in names if name not in derived]
        self.derived = list(derived)
        self.choices: dict[str, dict[str, Any]] = summary["choices"]
        self.texts = {name for name, choices in self.choices.items() if choices["texts"]}
        self.units: list[str] = summary["units"]
        self.by_period: bool = summary["needs_time"]

    def mapping(self, columns: Mapping[str, str]) -> dict[str, str]:
        """The definition's names to the data's; the names of the definition are checked."""
        unknown = [
            f"columns=: the definition asks for no column {shorten(name)}{did_you_mean(name, self.columns)}"
            for name in columns
            if name not in self.columns
        ]
        if unknown:
            raise UnknownNameError(join(unknown))
        return dict(columns)


def refuse_sample_weight(sample_weight: object) -> None:
    """No step of this release uses weights of units; saying so is better than ignoring them."""
    if sample_weight is not None:
        raise DefinitionError(
            "sample_weight: no step of this definition is defined with weights of units; "
            "for weighted shares of levels say scores.levels(sample_weight=...)"
        )


def _none_columns(definition: Mapping[str, Any]) -> list[str]:
    found = []
    for indicator in definition.get("indicator", []):
        scale = indicator.get("scale")
        options = scale.get("options") if isinstance(scale, Mapping) else None
        if options and options.get("columns") and options.get("none"):
            found.append(str(options["columns"]).replace("{option}", str(options["none"])))
    return found


def _plain(value: Any) -> Answer:
    """An assumed answer as JSON takes it."""
    if isinstance(value, np.generic):
        value = value.item()
    if not isinstance(value, bool | int | float | str):
        raise TypeError(f"assume= takes yes or no (True, False), numbers or texts, found {value!r}")
    if isinstance(value, float) and not np.isfinite(value):
        raise DataError(f"assume= takes finite numbers, found {value!r}")
    return value
