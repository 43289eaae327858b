"""Where texts come from: a column of a table, a column alone, a list, an iterator, a folder."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sized
from pathlib import Path
from typing import Any

import numpy as np

from ._factor import engine_of
from ._keys import element
from ._names import did_you_mean, listed, shorten
from ._output import Output, default_output
from ._panel import Panel
from ._text_batches import Batch, column_batches, listed_batches
from ._text_files import Folder
from .errors import DataError, MissingColumnError
from .frames import source_of

Progress = bool | Callable[[int, int | None], object] | None


class Documents:
    """Documents with their keys; read once, in batches.

    Parameters
    ----------
    data : table, column, list, iterator, str or Path
        See `indicia.text.count`.
    text : str, optional
        The column of a table.
    unit, time : str, optional
        Names of keys.
    tokens : bool
        Whether documents are lists of tokens.
    pattern, encoding, bad_files
        For folders.
    """

    def __init__(
        self,
        data: Any,
        text: str | None,
        unit: str | None,
        time: str | None,
        tokens: bool,
        pattern: str | None,
        encoding: str,
        bad_files: str,
    ) -> None:
        self.unit, self.time, self.tokens = unit, time, tokens
        self.total: int | None = None
        self.output = default_output()
        self._keys: dict[str, Any] = {}
        self._label: Callable[[int], str] = lambda row: f"row {row}"
        self._batches: Iterator[Batch]
        self.folder: Folder | None = None
        self._loose = text is None
        if isinstance(data, str | Path):
            self._open(Folder(data, pattern, encoding, bad_files), text)
        elif pattern is not None:
            raise TypeError("pattern= is for folders")
        elif text is not None:
            self._table(data, text)
        elif engine_of(data) != "numpy" or (isinstance(data, np.ndarray) and data.dtype.names is None):
            self._column(data)
        elif isinstance(data, Mapping) or hasattr(data, "columns") or hasattr(data, "column_names"):
            raise TypeError("text= names the column that holds the texts")
        elif isinstance(data, Iterable):
            self._iterable(data)
        else:
            raise TypeError(f"expected texts: a table, a column, a list or a folder, found {type(data).__name__}")

    def _open(self, folder: Folder, text: str | None) -> None:
        if text is not None or self.tokens:
            raise TypeError("text= and tokens= do not go with a folder")
        for name in (self.unit, self.time):
            if name is not None and name not in folder.keys:
                hint = "name it in pattern=, such as (?P<firm>\\d+)_(?P<year>\\d+)"
                raise MissingColumnError(
                    f"the file names give no {name!r}, they give {listed(list(folder.keys))}; {hint}"
                )
        self.folder = folder
        self.total, self._label, self._keys = len(folder.files), folder.label, folder.keys
        self._batches = folder.batches()

    def _table(self, data: Any, text: str) -> None:
        texts = None
        alone = False
        if isinstance(data, Mapping) and text in data:
            # Long texts must not become an array as wide as the longest of them.
            texts = data[text]
            rest = {name: values for name, values in data.items() if name != text}
            alone = not rest
            data = rest or {"row": range(len(texts))}
        source = source_of(data)
        if texts is None:
            if text not in source:
                have = listed(source.names) if source.names else "no columns"
                hint = did_you_mean(text, source.names)
                raise MissingColumnError(f"no column is named {shorten(text)}{hint}; the data have: {have}")
            texts = source.column(text)
        if len(texts) != source.rows:
            raise DataError(f"column {text!r} has {len(texts)} rows, others have {source.rows}")
        panel = Panel(source, self.unit, self.time)
        others = {name: source.column(name) for name in source.names if name != text and not alone}
        self._keys = panel.columns if self.unit is not None or self.time is not None else others
        self.total, self.output, self._label = source.rows, Output.like(source), panel.text
        self._batches = column_batches(texts, self.tokens, self.label)

    def _column(self, data: Any) -> None:
        self._no_names("a column has no keys")
        engine = engine_of(data)
        if engine != "numpy":
            self.output = Output(engine, getattr(data, "index", None) if engine == "pandas" else None)  # type: ignore[arg-type]
        if engine == "pandas":
            self._label = lambda row: f"row {element(data.index, row)!r}"
        self.total = len(data)
        self._batches = column_batches(data, self.tokens, self.label)

    def _iterable(self, data: Iterable[Any]) -> None:
        names = [name for name in (self.unit, self.time) if name is not None]
        self._keys = {name: [] for name in names}
        self.total = len(data) if isinstance(data, Sized) else None
        self._batches = listed_batches(data, self.tokens, self.label, len(names))

    def _no_names(self, why: str) -> None:
        if self.unit is not None or self.time is not None:
            raise TypeError(f"unit= and time= name columns of a table; {why}")

    def label(self, row: int) -> str:
        """A document as messages show it."""
        return self._label(row)

    def batches(self, progress: Progress) -> Iterator[Batch]:
        """The batches; what is done is told after each."""
        tell = _teller(progress)
        done = 0
        for batch in self._batches:
            for values, more in zip(self._keys.values() if batch.keys else (), batch.keys, strict=False):
                values.extend(more)
            yield batch
            done += batch.rows
            tell(done, self.total)

    def keys(self) -> dict[str, Any]:
        """Key columns; complete once all batches have been read."""
        if self._loose and self.unit is not None:  # those of a table were looked at before
            Panel(source_of(self._keys), self.unit, self.time)
        return self._keys


def _teller(progress: Progress) -> Callable[[int, int | None], object]:
    if callable(progress):
        return progress
    if progress is True:
        return _write
    return lambda done, total: None


def _write(done: int, total: int | None) -> None:
    """One line that is written over."""
    sys.stderr.write(
        f"\r{done:,} texts" + ("" if total is None else f" of {total:,}") + ("\n" if done == total else "")
    )
    sys.stderr.flush()
