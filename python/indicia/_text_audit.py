"""Every place where a term is, as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

from ._keys import element
from ._stats_data import one_of
from ._text_count import counter_of
from ._text_dictionary import Boundary, Case, Dictionary, Overlaps, Spaces, Width, dictionary_of
from ._text_source import Documents, Progress
from .errors import DataError, translated

_TEXTS = ("term", "group", "before", "hit", "after")


def audit(
    data: Any,
    text: str | None = None,
    *,
    dictionary: Dictionary | str | dict[str, Any] = "wufei-2021",
    around: int = 20,
    unit: str | None = None,
    time: str | None = None,
    contexts: Sequence[str] | None = None,
    overlaps: Overlaps | None = None,
    width: Width | None = None,
    case: Case | None = None,
    spaces: Spaces | None = None,
    boundary: Boundary | None = None,
    tokens: bool = False,
    pattern: str | None = None,
    encoding: str = "utf-8",
    bad_files: Literal["error", "missing"] = "error",
    progress: Progress = None,
    threads: int | None = None,
) -> Any:
    """List every place where a term is, with its surroundings, whether it counts, and why not.

    Parameters
    ----------
    data, text, dictionary, unit, time, contexts, overlaps, width, case, spaces, boundary
        As for `count`.
    tokens, pattern, encoding, bad_files, progress, threads
        As for `count`.
    around : int, default 20
        Characters of text shown on either side.

    Returns
    -------
    table
        One row per place, in order of texts and within them: the keys, ``row`` (number
        of the text from 0), ``position`` (of the first character from 0, spaces
        included), ``term``, ``group`` (several joined by "; "), ``before``, ``hit`` and
        ``after`` as they are written, ``counted``, and ``reason`` why not: "boundary" (a
        letter touches it), "overlap" (another term has its characters), or the name of
        a context; missing where it counts.

    Raises
    ------
    DefinitionError
        If the dictionary has problems.
    DataError
        If keys repeat or a file cannot be read.

    Notes
    -----
    Rows that count are as many as `count` adds up in ``ix_total``. Texts that are empty
    or missing have no rows.

    Examples
    --------
    >>> import indicia as ix
    >>> found = ix.text.audit(["公司不涉及区块链；已用移动互联网。"])
    >>> for term, counted, reason in zip(found["term"], found["counted"], found["reason"]):
    ...     print(term, bool(counted), reason if isinstance(reason, str) else "-")
    区块链 False negation
    移动互联网 True -
    移动互联 False overlap
    """
    one_of("bad_files", bad_files, ("error", "missing"))
    if isinstance(around, bool) or not isinstance(around, int) or not 0 <= around <= 1_000:
        raise ValueError(f"around= is a whole number from 0 to 1000, found {around!r}")
    made = dictionary_of(dictionary).using(overlaps=overlaps, width=width, case=case, spaces=spaces, boundary=boundary)
    counter = counter_of(made, contexts)
    documents = Documents(data, text, unit, time, tokens, pattern, encoding, bad_files)
    rows: list[Any] = []
    places: list[Any] = []
    found: dict[str, list[Any]] = {name: [] for name in (*_TEXTS, "reason")}
    start = 0
    for batch in documents.batches(progress):
        with translated(documents.label):
            numbers, positions, texts, reasons = batch.audit(counter, around, threads)
        rows.append(numbers + start)
        places.append(positions)
        for name, values in zip(found, (*texts, reasons), strict=True):
            found[name].extend(values)
        start += batch.rows
    row = np.concatenate(rows) if rows else np.empty(0, np.int64)
    keys = documents.keys()
    columns = {
        "row": row,
        "position": np.concatenate(places) if places else np.empty(0, np.int64),
        **{name: found[name] for name in _TEXTS},
        "counted": np.array([reason is None for reason in found["reason"]], dtype=np.bool_),
        "reason": found["reason"],
    }
    twice = [name for name in keys if name in columns]
    if twice:
        raise DataError(f"the data have columns named like results: {twice}; rename them, or say unit= and time=")
    taken = {name: [element(values, int(i)) for i in row] for name, values in keys.items()}
    return documents.output.plain().frame(taken | columns)
