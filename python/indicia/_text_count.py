"""Counts of terms in texts, as columns of a table."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from . import _core
from ._names import listed
from ._stats_data import one_of
from ._text_dictionary import Boundary, Case, Dictionary, Overlaps, Spaces, Width, dictionary_of
from ._text_source import Documents, Progress
from ._warnings import MissingTextWarning
from .errors import DataError, UnknownNameError, translated

By = Literal["group", "term"]
_PER = re.compile(r"per_([1-9]\d{0,8})_(characters|tokens)")
_MEASURES = ("count", "ln1p", "any")
_SHOWN = 5


def count(
    data: Any,
    text: str | None = None,
    *,
    dictionary: Dictionary | str | dict[str, Any] = "wufei-2021",
    by: By = "group",
    measure: str = "count",
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
    r"""Count the terms of a dictionary in texts: per text and group, how many hits there are.

    Parameters
    ----------
    data : table, column, list, iterator, str or Path
        A table whose column ``text`` holds the texts; a column of pandas, polars or
        pyarrow alone; a list or any iterator of texts (read once, in batches; with
        ``unit`` and ``time`` its items are tuples of the keys and the text); or the
        path of a folder of .txt files.
    text : str, optional
        Column of the texts.
    dictionary : Dictionary, str or dict, default "wufei-2021"
        Groups of terms: one made by hand, the name of one that ships, or
        ``{"group": ["term", ...]}``.
    by : {"group", "term"}, default "group"
        What the columns are.
    measure : str, default "count"
        ``count``: n. ``ln1p``: ln(1 + n). ``any``: 1 where n > 0, else 0.
        ``per_<k>_characters``, such as ``per_10000_characters``: k n / characters.
        ``per_<k>_tokens``: k n / tokens, for lists of tokens.
    unit, time : str, optional
        Columns that name firm and year (unique together); they are kept, and no other
        column is. Without them all other columns are.
    contexts : list of str, optional
        Contexts in which a hit does not count; by default those the dictionary has
        on, ``[]`` for none.
    overlaps : {"longest", "all"}, optional
        Leftmost-longest, characters used once; or every occurrence of every term. This
        and the next four are rules of the dictionary unless given.
    width : {"nfkc", "keep"}, optional
        Full-width letters and other compatibility forms as their NFKC form, or as written.
    case : {"fold", "keep"}, optional
        Whether upper and lower case are the same.
    spaces : {"fold", "keep", "drop"}, optional
        Spaces and line breaks: left out beside Chinese and Japanese characters and
        one space elsewhere; as written; left out everywhere.
    boundary : {"latin", "none"}, optional
        Whether letters and digits may touch a term that begins or ends with one:
        B2B in B2B2C, AI in MAIN.
    tokens : bool, default False
        The texts are lists of tokens (of jieba, say); terms are whole tokens.
    pattern : str, optional
        For a folder: regular expression of the file names without suffix, whose named
        groups become columns: ``r"(?P<firm>\d+)_(?P<year>\d+)"``.
    encoding : str, default "utf-8"
        For a folder: encoding of the files.
    bad_files : {"error", "missing"}, default "error"
        For a folder: files that cannot be read are an error that names them all, or
        missing with a warning that does.
    progress : bool or callable, optional
        True writes to stderr; a callable gets (texts done, texts in all or None).
    threads : int, optional
        By default what the machine grants. Results do not depend on it.

    Returns
    -------
    table
        Of the kind of the input, one row per text in order: the keys; a column per group
        (or term) with the measure; ``ix_total``, the measure of all hits together (a hit
        counts once whatever its groups); ``ix_characters``, characters that are no
        spaces; ``ix_tokens`` with ``tokens``; ``ix_dropped_<context>``, hits that context
        drops.

    Raises
    ------
    DefinitionError
        If the dictionary has problems.
    DataError
        If keys repeat or a file cannot be read: its name and what to do.

    Warns
    -----
    MissingTextWarning
        If texts are empty, blank or missing.

    Notes
    -----
    An empty or missing text has missing counts, never zero: a report that could not be
    read says nothing about the firm. Order: boundaries, then overlaps, then contexts in
    their order; a hit is dropped by the first that applies.

    References
    ----------
    Wu F., Hu H., Lin H., Ren X. (2021), Enterprise digital transformation and
    capital market performance (in Chinese), Management World 37(7), 130-144.
    Aho A.V., Corasick M.J. (1975), Efficient string matching: an aid to bibliographic
    search, Communications of the ACM 18(6), 333-340, doi:10.1145/360825.360855.

    Examples
    --------
    >>> import indicia as ix
    >>> reports = {
    ...     "firm": ["A", "B"],
    ...     "year": [2020, 2020],
    ...     "report": ["推进大数据与人工智能，建设大\n数据平台。", "公司不涉及区块链；已用云计算。"],
    ... }
    >>> found = ix.text.count(reports, "report", unit="firm", time="year")
    >>> [int(found[name][0]) for name in ("artificial_intelligence", "big_data", "ix_total")]
    [1, 2, 3]
    >>> [int(found[name][1]) for name in ("blockchain", "cloud_computing", "ix_dropped_negation")]
    [0, 1, 1]
    """
    one_of("by", by, ("group", "term"))
    one_of("bad_files", bad_files, ("error", "missing"))
    form, length = _measure(measure, tokens)
    made = dictionary_of(dictionary).using(overlaps=overlaps, width=width, case=case, spaces=spaces, boundary=boundary)
    counter = counter_of(made, contexts)
    documents = Documents(data, text, unit, time, tokens, pattern, encoding, bad_files)
    parts = []
    for batch in documents.batches(progress):
        with translated(documents.label):
            parts.append(batch.count(counter, by, threads))
    names = counter.groups() if by == "group" else counter.terms()
    counts = [_joined([part[0][i] for part in parts]) for i in range(len(names))]
    total, characters, words = (_joined([part[at] for part in parts]) for at in (1, 3, 4))
    _warn(documents, np.flatnonzero(np.isnan(total)), len(total))
    lengths = words if length == "tokens" else characters
    columns: dict[str, Any] = {
        name: _core.text_measure(values, lengths, form) for name, values in zip(names, counts, strict=True)
    }
    columns["ix_total"] = _core.text_measure(total, lengths, form)
    columns["ix_characters"] = characters
    if tokens:
        columns["ix_tokens"] = words
    for i, name in enumerate(counter.contexts()):
        columns[f"ix_dropped_{name}"] = _joined([part[2][i] for part in parts])
    keys = documents.keys()
    twice = [name for name in keys if name in columns]
    if twice:
        raise DataError(
            f"the data have columns named like results: {listed(twice)}; rename them, or say unit= and time="
        )
    return documents.output.frame(dict(keys) | columns)


def counter_of(made: Dictionary, contexts: Sequence[str] | None) -> _core.TextCounter:
    """A dictionary ready to count."""
    if isinstance(contexts, str | bool):
        raise TypeError(f"contexts= is a list of names, found {contexts!r}; [] uses none")
    with translated():
        return _compiled(made.to_json(), None if contexts is None else tuple(contexts))


@lru_cache(maxsize=16)
def _compiled(definition: str, contexts: tuple[str, ...] | None) -> _core.TextCounter:
    """Kept, because making the tables takes longer than reading a report; a counter never changes."""
    return _core.TextCounter(definition, None if contexts is None else list(contexts))


def _measure(measure: str, tokens: bool) -> tuple[str, str]:
    """The measure for the core, and what it divides by."""
    found = _PER.fullmatch(measure) if isinstance(measure, str) else None
    if found is None:
        if measure not in _MEASURES:
            shown = "'count', 'ln1p', 'any', 'per_10000_characters' or 'per_10000_tokens' (any whole number)"
            raise UnknownNameError(f"measure= is one of {shown}, found {measure!r}")
        return json.dumps(measure), "characters"
    if found[2] == "tokens" and not tokens:
        raise DataError(f"measure={measure!r}: tokens are known only where texts are lists of tokens (tokens=True)")
    return json.dumps({"per": float(found[1])}), found[2]


def _joined(parts: list[npt.NDArray[np.float64]]) -> npt.NDArray[np.float64]:
    return np.concatenate(parts) if parts else np.empty(0)


def _warn(documents: Documents, rows: npt.NDArray[np.intp], total: int) -> None:
    bad = documents.folder.bad if documents.folder is not None else []
    if bad:
        more = f"\n  - and {len(bad) - _SHOWN} more" if len(bad) > _SHOWN else ""
        text = f"{len(bad)} files cannot be read, their counts are missing:\n  - " + "\n  - ".join(bad[:_SHOWN]) + more
        warnings.warn(text, MissingTextWarning, stacklevel=3)
    empty = len(rows) - len(bad)
    if empty > 0:
        unread = {line.split(": ", 1)[0] for line in bad}
        first = next(label for label in map(documents.label, rows.tolist()) if label not in unread)
        text = f"{empty} of {total} texts are empty or missing: their counts are missing, never zero (first {first})"
        warnings.warn(text, MissingTextWarning, stacklevel=3)
