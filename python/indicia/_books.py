"""The rule books that ship, as definitions and as a table."""

from __future__ import annotations

from datetime import date
from typing import Any

from ._files import text_of
from ._output import default_output
from .frameworks import catalogue, find
from .index import Index

__all__ = ["framework", "frameworks"]


def framework(id: str, edition: int | str | None = None, as_of: str | date | None = None) -> Index:
    """A rule book that ships with the package.

    Parameters
    ----------
    id : str
        Name of the index ("eurostat-dii"), or name and edition
        ("eurostat-dii-2023"). The name is enough where there is one edition.
    edition : int or str, optional
        Which edition (2023 or "2023").
    as_of : str or date, optional
        The edition in force on that day; only for rule books that state their
        dates. Nothing depends on today's date.

    Returns
    -------
    Index

    Raises
    ------
    UnknownNameError
        If there is no such rule book or edition, or several and none is
        chosen; the message lists what there is.

    Examples
    --------
    >>> import indicia as ix
    >>> ix.framework("desi-2022")
    Index(desi 2022: 33 indicators, 15 groups)
    """
    return Index.from_toml(find(id, edition=edition, as_of=as_of))


def frameworks() -> Any:
    """What ships: one row per edition of a rule book.

    Returns
    -------
    DataFrame or dict of ndarray
        ``id``, ``edition``, ``label``, ``valid_from``, ``valid_to``,
        ``comparable`` (editions with the same word can be compared over time),
        ``confidence`` ("official", "secondary" or "unconfirmed"), ``source``.

    Examples
    --------
    >>> import indicia as ix
    >>> table = ix.frameworks()
    >>> sorted(table["edition"][table["id"] == "eurostat-dii"])
    ['2021', '2022', '2023', '2024', '2025']
    """
    names = ("id", "edition", "label", "valid_from", "valid_to", "comparable", "confidence", "source")
    rows = [entry | {"label": text_of(entry["label"]) or None} for entry in catalogue()]
    return default_output().frame({name: [row[name] for row in rows] for name in names})
