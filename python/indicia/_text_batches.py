"""Texts of any kind as batches for the core: buffers of Arrow where they lie, bytes, or tokens."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import accumulate
from typing import Any

import numpy as np

from . import _core
from ._factor import engine_of, is_missing, is_string_view
from .errors import ColumnTypeError, DataError

# Bytes of a batch that is made for the core: larger ones leave the cache, and cost up to half the speed.
BATCH = 1 << 22
# Bytes of a batch that is read where it lies: how often progress is told.
_LENT = 1 << 25
# A million short texts are told about as well.
_MOST_ROWS = 1 << 16


@dataclass(frozen=True, slots=True)
class Batch:
    """Some documents in order, and values of their keys where they come with the documents."""

    texts: tuple[Any, ...]
    rows: int
    form: str
    keys: Sequence[Sequence[Any]] = ()

    def count(self, counter: _core.TextCounter, by: str, threads: int | None) -> tuple[Any, ...]:
        """Counts of these documents."""
        call = getattr(counter, f"count_{self.form}")
        counts: tuple[Any, ...] = call(*self.texts, by, threads)
        return counts

    def audit(self, counter: _core.TextCounter, around: int, threads: int | None) -> tuple[Any, ...]:
        """Hits in these documents."""
        if self.form == "tokens":
            texts, ends = self.texts
            return counter.audit_tokens(texts, ends, around, threads)
        return counter.audit_bytes(self._as_bytes(), around, threads)

    def _as_bytes(self) -> list[bytes | None]:
        if self.form == "bytes":
            return list(self.texts[0])
        data, offsets, missing = self.texts
        ends = offsets.tolist()
        return [None if gone else data[ends[i] : ends[i + 1]].tobytes() for i, gone in enumerate(missing.tolist())]


def column_batches(column: Any, tokens: bool, label: Callable[[int], str]) -> Iterator[Batch]:
    """Batches of a column of any library."""
    engine = engine_of(column)
    if engine == "pandas":
        column = _from_pandas(column)
    elif engine == "polars":
        yield from _polars(column, tokens, label)
        return
    if engine_of(column) == "pyarrow":
        yield from _arrow(column, tokens, label)
    else:
        yield from listed_batches(column.tolist() if isinstance(column, np.ndarray) else column, tokens, label)


def listed_batches(texts: Iterable[Any], tokens: bool, label: Callable[[int], str], keys: int = 0) -> Iterator[Batch]:
    """Batches of any iterable, read once; with ``keys`` each item is a tuple of so many keys and the text."""
    made: list[Any] = []
    ends: list[list[int]] = []
    held: list[list[Any]] = [[] for _ in range(keys)]
    size = 0
    for row, item in enumerate(texts):
        if keys:
            if not isinstance(item, tuple) or len(item) != keys + 1:
                raise DataError(f"{label(row)}: expected a tuple of {keys} keys and the text, found {_found(item)}")
            for values, key in zip(held, item, strict=False):
                values.append(key)
            item = item[keys]
        text, cut = _tokens(item, row, label) if tokens else (_text(item, row, label), [])
        made.append(text)
        ends.append(cut)
        size += 0 if text is None else len(text)
        if size >= BATCH or len(made) >= _MOST_ROWS:
            yield _batch(made, ends, tokens, held)
            made, ends, held, size = [], [], [[] for _ in range(keys)], 0
    if made:
        yield _batch(made, ends, tokens, held)


def _batch(made: list[Any], ends: list[list[int]], tokens: bool, keys: list[list[Any]]) -> Batch:
    return Batch((made, ends) if tokens else (made,), len(made), "tokens" if tokens else "bytes", keys)


def _text(item: Any, row: int, label: Callable[[int], str]) -> bytes | None:
    if isinstance(item, str):
        try:
            return item.encode()
        except UnicodeEncodeError as error:
            message = f"{label(row)}: the text holds half a character (surrogate) at {error.start}"
            raise DataError(f"{message}; read the file again with its right encoding") from None
    if isinstance(item, list | tuple | np.ndarray):
        raise ColumnTypeError(
            f"{label(row)}: expected a text, found {_found(item)}; for lists of tokens say tokens=True"
        )
    if is_missing(item):
        return None
    if isinstance(item, bytes):
        raise ColumnTypeError(f"{label(row)}: expected a text, found bytes; decode them first")
    raise ColumnTypeError(f"{label(row)}: expected a text, found {_found(item)}")


def _tokens(item: Any, row: int, label: Callable[[int], str]) -> tuple[bytes | None, list[int]]:
    if isinstance(item, str):
        raise ColumnTypeError(f"{label(row)}: expected a list of tokens, found a text; leave tokens=True out")
    if not isinstance(item, Iterable):
        if is_missing(item):
            return None, []
        raise ColumnTypeError(f"{label(row)}: expected a list of tokens, found {_found(item)}")
    encoded = []
    for token in item:
        if not isinstance(token, str):
            raise ColumnTypeError(f"{label(row)}: expected tokens that are texts, found {_found(token)}")
        encoded.append(token.encode("utf-8", "replace"))
    return b"".join(encoded), list(accumulate(map(len, encoded)))


def _found(item: Any) -> str:
    return type(item).__name__


def _from_pandas(column: Any) -> Any:
    import pandas as pd

    dtype = column.dtype
    arrow = isinstance(dtype, pd.StringDtype) and getattr(dtype, "storage", "") in ("pyarrow", "pyarrow_numpy")
    if arrow or isinstance(dtype, getattr(pd, "ArrowDtype", ())):
        import pyarrow as pa

        return pa.array(column.array)
    return column.to_numpy(dtype=object)


def _polars(column: Any, tokens: bool, label: Callable[[int], str]) -> Iterator[Batch]:
    import polars as pl

    if column.dtype in (pl.Categorical, pl.Enum):
        column = column.cast(pl.String)
    if column.dtype != pl.String or tokens or find_spec("pyarrow") is None:
        yield from listed_batches(column, tokens, label)
        return
    # Arrow's own form is a copy of what polars holds: one batch at a time.
    rows = max(1, int(len(column) * BATCH / max(column.estimated_size(), 1)))
    for start in range(0, len(column), rows):
        yield from _arrow(column.slice(start, rows).to_arrow(), False, label)


def _arrow(column: Any, tokens: bool, label: Callable[[int], str]) -> Iterator[Batch]:
    import pyarrow as pa

    is_ = pa.types
    if not isinstance(column, pa.ChunkedArray):
        column = pa.chunked_array([column])
    if is_.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if is_string_view(column.type):
        column = column.cast(pa.large_string())
    if tokens or not (is_.is_string(column.type) or is_.is_large_string(column.type)):
        # Lists and whatever is no text; the messages come from there.
        yield from listed_batches((value for chunk in column.chunks for value in chunk.to_pylist()), tokens, label)
        return
    wide = is_.is_large_string(column.type)
    for chunk in column.chunks:
        if not len(chunk):
            continue
        _, places, data = chunk.buffers()
        kind = np.dtype(np.int64 if wide else np.int32)
        offsets = np.frombuffer(places, kind, len(chunk) + 1, chunk.offset * kind.itemsize).astype(np.int64)
        held = np.frombuffer(data, np.uint8) if data is not None and data.size else np.empty(0, np.uint8)
        missing = chunk.is_null().to_numpy(zero_copy_only=False)
        start = 0
        while start < len(chunk):
            end = int(np.searchsorted(offsets, offsets[start] + _LENT))
            end = min(max(end, start + 1), len(chunk))
            yield Batch((held, offsets[start : end + 1], missing[start:end]), end - start, "buffers")
            start = end
