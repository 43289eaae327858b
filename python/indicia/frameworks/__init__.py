"""The rule books that ship: which there are, and the text of one.

One TOML file per edition, named ``<id>-<edition>.toml``, or ``<id>.toml`` where there are no editions. Everything
a rule book says about itself stands in its file; nothing here knows a particular one, and nothing depends on
today's date.
"""

from __future__ import annotations

import copy
from datetime import date, datetime
from functools import cache
from numbers import Integral
from typing import Any

__all__ = ["catalogue", "find"]

_KEYS = ("id", "edition", "label", "valid_from", "valid_to", "comparable", "source", "confidence")
_SUFFIX = ".toml"


def catalogue() -> list[dict[str, Any]]:
    """Return what is known of each rule book that ships.

    Returns
    -------
    list of dict
        One entry per edition, ordered by ``id`` and ``edition``, with the keys

        - ``id``, ``edition``: what `find` takes; ``file``: name of the file
        - ``label``: text by language (``en``, ``zh``)
        - ``valid_from``, ``valid_to``: ISO dates
        - ``comparable``: editions with the same word can be compared over time
        - ``source``: where the rules come from
        - ``confidence``: "official", "secondary" or "unconfirmed"; single
          rules may say otherwise

        What a rule book does not state is None.

    Examples
    --------
    >>> from indicia.frameworks import catalogue
    >>> [entry["edition"] for entry in catalogue() if entry["comparable"] == "v3"]
    ['2021', '2023', '2025']
    """
    return copy.deepcopy(list(_entries()))


def find(id: str, *, edition: int | str | None = None, as_of: str | date | None = None) -> str:
    """Return the text of one rule book.

    Parameters
    ----------
    id : str
        Name of the index ("eurostat-dii"), or name and edition
        ("eurostat-dii-2023"). The name is enough where there is one edition.
    edition : int or str, optional
        Which edition (2023 or "2023").
    as_of : str or date, optional
        The edition in force on that day, an ISO date such as "2026-05-01".
        Only rule books that state their dates can be chosen like this.

    Returns
    -------
    str
        The definition as TOML.

    Raises
    ------
    UnknownNameError
        If no rule book has that name or edition, if several have and none is
        chosen, or if no date of validity decides. The message lists what
        there is.
    TypeError
        If both ``edition`` and ``as_of`` are given, or an argument has the
        wrong type.
    ValueError
        If ``as_of`` is no ISO date.

    Examples
    --------
    >>> from indicia.frameworks import find
    >>> find("eurostat-dii", edition=2023) == find("eurostat-dii-2023")
    True
    """
    if edition is not None and as_of is not None:
        raise TypeError("give edition or as_of, not both")
    if not isinstance(id, str):
        raise TypeError(f"id must be a text such as 'eurostat-dii', got {type(id).__name__}")
    if edition is not None and (isinstance(edition, bool) or not isinstance(edition, Integral | str)):
        raise TypeError(f"edition must be a number or a text such as '2023', got {type(edition).__name__}")
    day = None if as_of is None else _day(as_of)

    found = [entry for entry in _entries() if id in (entry["id"], _name(entry))]
    if not found:
        raise _error(f"no rule book is named {id!r}{_hint(id)}", _entries(), "rule books")
    if edition is not None:
        wanted = [entry for entry in found if entry["edition"] == str(edition)]
        if not wanted:
            raise _error(f"{id!r} has no edition {str(edition)!r}", found, "editions")
        found = wanted
    if day is not None:
        found = _in_force(id, found, day)
    if len(found) > 1:
        raise _error(f"{id!r} has several editions; choose one by edition= or by its full name", found, "editions")
    return _text(found[0]["file"])


@cache
def _entries() -> tuple[dict[str, Any], ...]:
    import tomllib

    entries = []
    for item in _files().iterdir():
        if item.name.endswith(_SUFFIX):
            book = tomllib.loads(item.read_text(encoding="utf-8"))
            entries.append({key: book.get(key) for key in _KEYS} | {"file": item.name})
    return tuple(sorted(entries, key=lambda entry: (entry["id"], entry["edition"] or "")))


def _text(file: str) -> str:
    return str(_files().joinpath(file).read_text(encoding="utf-8"))


def _files() -> Any:
    # Imported when first used, so that `import indicia` stays light.
    from importlib.resources import files

    return files(__name__)


def _name(entry: dict[str, Any]) -> str:
    return str(entry["file"]).removesuffix(_SUFFIX)


def _day(as_of: str | date) -> date:
    if isinstance(as_of, datetime):
        return as_of.date()
    if isinstance(as_of, date):
        return as_of
    if not isinstance(as_of, str):
        raise TypeError(f"as_of must be a date or a text such as '2026-05-01', got {type(as_of).__name__}")
    try:
        return date.fromisoformat(as_of)
    except ValueError:
        raise ValueError(f"as_of must be a date such as '2026-05-01', got {as_of!r}") from None


def _in_force(id: str, found: list[dict[str, Any]], day: date) -> list[dict[str, Any]]:
    dated = [entry for entry in found if entry["valid_from"] or entry["valid_to"]]
    if not dated:
        message = f"no edition of {id!r} states from when to when it holds, so as_of cannot choose; give edition="
        raise _error(message, found, "editions")
    valid = [
        entry
        for entry in dated
        if date.fromisoformat(entry["valid_from"] or "0001-01-01") <= day
        and day <= date.fromisoformat(entry["valid_to"] or "9999-12-31")
    ]
    if len(valid) == 1:
        return valid
    if valid:
        raise _error(f"several editions of {id!r} hold on {day}; give edition=", valid, "editions")
    raise _error(f"no edition of {id!r} is known to hold on {day}", found, "editions")


def _hint(id: str) -> str:
    import difflib

    names = {name for entry in _entries() for name in (entry["id"], _name(entry))}
    near = difflib.get_close_matches(id.strip().lower(), sorted(names), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


def _error(message: str, entries: Any, what: str) -> Exception:
    # Imported here, so that the list of rule books needs nothing of the package.
    from ..errors import UnknownNameError

    return UnknownNameError(f"{message} ({what}: {', '.join(_shown(entry) for entry in entries)})")


def _shown(entry: dict[str, Any]) -> str:
    dates = [entry["valid_from"], entry["valid_to"]]
    return _name(entry) + (f" [{dates[0] or ''} to {dates[1] or ''}]" if any(dates) else "")
