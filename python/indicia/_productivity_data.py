"""Firms and years for the core: inputs as numbers, keys, groups that are estimated alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from . import _core
from ._factor import factor
from ._impute_panel import _times
from ._keys import native
from ._level_table import _ordered
from ._names import shorten
from ._stats_data import Inspected, one_of
from ._survey_bootstrap import seed_of
from .errors import DataError, DegenerateError

Numbers = npt.NDArray[np.float64]


def names_of(argument: str, given: str | Sequence[str], least: int = 1) -> list[str]:
    """One name or a list of them."""
    names = [given] if isinstance(given, str) else list(given)
    if len(names) < least or not all(isinstance(name, str) for name in names):
        raise TypeError(f"{argument}= is the name of a column, or a list of them, found {shorten(given)}")
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise DataError(f"{argument}=: {twice[0]!r} is named twice")
    return names


class Firms:
    """The columns of a call, and its rows by group."""

    def __init__(
        self,
        data: Any,
        output: str,
        free: str | Sequence[str],
        state: str | Sequence[str],
        others: Sequence[str],
        unit: str,
        time: str,
        by: str | None,
        logged: bool,
        step: float,
    ) -> None:
        if not isinstance(output, str):
            raise TypeError(f"output= is the name of a column, found {shorten(output)}")
        self.free, self.state = names_of("free", free), names_of("state", state)
        wanted = [output, *self.free, *self.state, *others]
        inputs = [output, *self.free, *self.state]
        if len(set(inputs)) < len(inputs):
            raise DataError("output=, free= and state= name one column twice")
        if isinstance(step, bool) or not step > 0 or step == float("inf"):
            raise ValueError(f"step= is a positive number, the time from one row to the next, found {step!r}")
        self.held = Inspected(data, wanted, unit, time)
        self.output, self.logged, self.step, self.by = output, logged, float(step), by
        source = self.held.source
        self.rows = source.rows
        self.unit = np.ascontiguousarray(_ordered(source.key(unit)).codes, dtype=np.int64)
        self.time = _times(source.key(time), time)
        self.columns = {name: self._numbers(name) for name in dict.fromkeys(wanted)}
        self.groups: list[tuple[Any, npt.NDArray[np.intp]]] = [(None, np.arange(self.rows))]
        self.ungrouped = 0
        self.notes: list[str] = []
        if by is not None:
            if not isinstance(by, str):
                raise TypeError(f"by= is the name of a column, found {shorten(by)}")
            coded = factor(source.key(by) if by in source.index_levels() else self._column(by))
            places = np.argsort(coded.codes, kind="stable")
            bounds = np.searchsorted(coded.codes[places], np.arange(len(coded.labels) + 1))
            parts = [(native(label), places[bounds[i] : bounds[i + 1]]) for i, label in enumerate(coded.labels)]
            self.groups = sorted(((label, rows) for label, rows in parts if len(rows)), key=lambda part: str(part[0]))
            self.ungrouped = int((coded.codes < 0).sum())

    def _column(self, name: str) -> Any:
        if name not in self.held.source:
            self.held.take([name])
        return self.held.source.column(name)

    def _numbers(self, name: str) -> Numbers:
        values = np.ascontiguousarray(self.held.parts[name].values, dtype=np.float64)
        infinite = np.flatnonzero(np.isinf(values))
        if len(infinite):
            where = self.held.panel.text(int(infinite[0]))
            raise DataError(f"column {name!r}, {where}: expected a finite number; make it missing or leave the row out")
        return values

    def part(self, rows: npt.NDArray[np.intp], proxy: str | None = None, exit: str | None = None) -> dict[str, Any]:
        """Rows of a group for the core."""
        return {
            "output": self.columns[self.output][rows],
            "free": [self.columns[name][rows] for name in self.free],
            "state": [self.columns[name][rows] for name in self.state],
            "proxy": None if proxy is None else self.columns[proxy][rows],
            "exit": None if exit is None else self.columns[exit][rows],
            "unit": self.unit[rows],
            "time": self.time[rows],
            "logged": self.logged,
            "step": self.step,
            "names": [self.output, *self.free, *self.state, *([] if proxy is None else [proxy])],
        }


class Draws:
    """How errors are found by drawing firms, checked."""

    def __init__(self, replicates: int, rng: Any, interval: str, confidence: float, threads: int | None) -> None:
        if isinstance(replicates, bool) or not isinstance(replicates, int) or replicates < 0 or replicates == 1:
            raise ValueError(f"replicates= is 0, or a number of at least 2, found {replicates!r}")
        if replicates > 100_000:
            raise ValueError(f"replicates= is at most 100000, found {replicates}")
        if not 0 < confidence < 1:
            raise ValueError(f"confidence= lies between 0 and 1, found {confidence!r}")
        self.interval = one_of("interval", interval, ("percentile", "normal"))
        self.replicates, self.confidence, self.threads = replicates, float(confidence), threads
        self.seed = seed_of(rng) if replicates else 0


def fitted(firms: Firms, method: str, draws: Draws, options: dict[str, Any]) -> list[dict[str, Any] | None]:
    """One fit for each group; none where a group of several cannot be estimated, with a warning."""
    found: list[dict[str, Any] | None] = []
    for label, rows in firms.groups:
        part = firms.part(rows, options["proxy"], options["exit"])
        given = [options[name] for name in ("degree", "markov", "gross", "system", "cluster")]
        drawn = [draws.replicates, draws.seed, draws.interval == "percentile", draws.confidence, draws.threads]
        try:
            with firms.held.translated():
                found.append(_core.production(part, method, *given, *drawn))
        except DegenerateError as error:
            if firms.by is None:
                raise
            firms.notes.append(f"{firms.by} {label!r}: {error}; its coefficients are missing")
            found.append(None)
    return found
