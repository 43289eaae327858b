"""Dictionaries of terms: groups, conventions of counting, contexts in which a hit does not count."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Literal

from . import _core
from ._files import dumps, read_definition, write_definition
from ._names import did_you_mean, listed, shorten
from ._stats_data import one_of
from .errors import DefinitionError, UnknownNameError, translated

Overlaps = Literal["longest", "all"]
Width = Literal["nfkc", "keep"]
Case = Literal["fold", "keep"]
Spaces = Literal["fold", "keep", "drop"]
Boundary = Literal["latin", "none"]

_WORDS: Mapping[str, Sequence[str]] = {
    "overlaps": ("longest", "all"),
    "width": ("nfkc", "keep"),
    "case": ("fold", "keep"),
    "spaces": ("fold", "keep", "drop"),
    "boundary": ("latin", "none"),
}


class Dictionary:
    """Groups of terms with the rules of counting them; never changed once made.

    Made by `Dictionary.from_dict`, `Dictionary.read` (a TOML or JSON file),
    `Dictionary.from_toml`, or taken from those that ship, see `dictionary`.

    Parameters
    ----------
    definition : mapping
        ``group``: list of ``{id, label, terms}``; optionally ``rules``,
        ``context``: list of ``{id, words, except, scope, window, on, source,
        confidence}``, and ``id``, ``label``, ``source``, ``confidence``, ``notes``.

    Raises
    ------
    DefinitionError
        With every problem: an empty term, terms equal after folding, a term in
        two groups (both are named) unless ``rules`` say ``shared_terms``.

    Examples
    --------
    >>> import indicia as ix
    >>> words = ix.text.Dictionary.from_dict({"data": ["大数据", "big data"], "cloud": ["云计算"]})
    >>> words
    Dictionary(3 terms in 2 groups: data, cloud)
    >>> words.using(overlaps="all").rules["overlaps"]
    'all'
    """

    __slots__ = ("_definition", "_json")

    def __init__(self, definition: Mapping[str, Any]) -> None:
        if not isinstance(definition, Mapping):
            raise TypeError(f"a dictionary is made of a mapping, found {type(definition).__name__}")
        with translated():
            self._json = _core.text_dictionary(dumps(dict(definition)), "json")
        self._definition: dict[str, Any] = json.loads(self._json)

    @classmethod
    def from_dict(
        cls,
        groups: Mapping[str, Sequence[str]],
        *,
        contexts: Sequence[Mapping[str, Any]] = (),
        source: str | None = None,
        shared_terms: bool = False,
    ) -> Dictionary:
        """Make a dictionary of your own.

        Parameters
        ----------
        groups : mapping of str to list of str
            Group name to its terms, in the order of the columns.
        contexts : sequence of mappings, optional
            Such as ``{"id": "negation", "words": ["不"], "window": 5}``; see the
            page on text. None by default.
        source : str, optional
            Where the terms come from.
        shared_terms : bool, default False
            Whether a term may stand in several groups; a hit then counts in each.
        """
        for name, terms in groups.items():
            if isinstance(terms, str):
                raise TypeError(f"group {name!r}: expected a list of terms, found one text; say [{shorten(terms)}]")
        definition: dict[str, Any] = {"source": source} if source is not None else {}
        definition["rules"] = {"shared_terms": shared_terms}
        definition["context"] = [dict(context) for context in contexts]
        definition["group"] = [{"id": name, "terms": list(terms)} for name, terms in groups.items()]
        return cls(definition)

    @classmethod
    def from_toml(cls, text: str) -> Dictionary:
        """Read a TOML text."""
        with translated():
            return cls(json.loads(_core.text_dictionary(text, "toml")))

    @classmethod
    def read(cls, path: str | Path) -> Dictionary:
        """Read a file; its suffix says the format (.toml, .json, .yaml)."""
        form, text = read_definition(path)
        try:
            return cls.from_toml(text) if form == "toml" else cls(json.loads(text))
        except json.JSONDecodeError as error:
            raise DefinitionError(f"{Path(path).name}: not valid JSON: {error}") from None

    def write(self, path: str | Path) -> None:
        """Write a file; its suffix says the format."""
        write_definition(path, self.to_toml, self.to_json)

    def to_toml(self) -> str:
        """The dictionary as TOML."""
        with translated():
            return _core.text_dictionary_toml(self._json)

    def to_json(self) -> str:
        """The dictionary as JSON."""
        return self._json

    def to_dict(self) -> dict[str, Any]:
        """The dictionary as a dict, as its constructor takes it."""
        made: dict[str, Any] = json.loads(self._json)
        return made

    def using(
        self,
        *,
        overlaps: Overlaps | None = None,
        width: Width | None = None,
        case: Case | None = None,
        spaces: Spaces | None = None,
        boundary: Boundary | None = None,
    ) -> Dictionary:
        """The same terms under other conventions; see `count` for what they mean."""
        given = {"overlaps": overlaps, "width": width, "case": case, "spaces": spaces, "boundary": boundary}
        chosen = {name: one_of(name, word, _WORDS[name]) for name, word in given.items() if word is not None}
        return Dictionary(self._definition | {"rules": self._definition["rules"] | chosen}) if chosen else self

    @property
    def groups(self) -> dict[str, list[str]]:
        """Group name to its terms."""
        return {group["id"]: list(group["terms"]) for group in self._definition["group"]}

    @property
    def rules(self) -> dict[str, Any]:
        """The conventions of counting by name."""
        return dict(self._definition["rules"])

    @property
    def contexts(self) -> dict[str, dict[str, Any]]:
        """The contexts in which a hit does not count, by name."""
        return {context["id"]: dict(context) for context in self._definition.get("context", [])}

    @property
    def source(self) -> str | None:
        """Where the terms come from."""
        return self._definition.get("source")

    @property
    def confidence(self) -> str | None:
        """How well the terms are known: "official", "secondary", "unconfirmed"."""
        return self._definition.get("confidence")

    @property
    def notes(self) -> list[str]:
        """What a user should know."""
        return list(self._definition.get("notes", []))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Dictionary) and self._json == other._json

    def __hash__(self) -> int:
        return hash(self._json)

    def __reduce__(self) -> tuple[Any, ...]:
        return Dictionary, (self.to_dict(),)

    def __repr__(self) -> str:
        groups = self.groups
        terms = len({term for terms in groups.values() for term in terms})
        name = f"{self._definition['id']}: " if "id" in self._definition else ""
        return f"Dictionary({name}{terms} terms in {len(groups)} groups: {listed(list(groups))})".replace("'", "")


def dictionaries() -> list[str]:
    """Names of the dictionaries that ship.

    Examples
    --------
    >>> import indicia as ix
    >>> ix.text.dictionaries()
    ['wufei-2021']
    """
    there = resources.files("indicia").joinpath("dictionaries").iterdir()
    return sorted(entry.name.removesuffix(".toml") for entry in there if entry.name.endswith(".toml"))


def dictionary(name: str = "wufei-2021") -> Dictionary:
    """A dictionary that ships with the package.

    Parameters
    ----------
    name : str, default "wufei-2021"
        "wufei-2021": 76 terms in five groups (Wu, Hu, Lin and Ren 2021); the terms
        are of secondary confidence, the contexts unconfirmed, see its ``notes``.

    Raises
    ------
    UnknownNameError
        If there is none of that name; the message lists what there is.

    References
    ----------
    Wu F., Hu H., Lin H., Ren X. (2021), Enterprise digital transformation and
    capital market performance (in Chinese), Management World 37(7), 130-144.

    Examples
    --------
    >>> import indicia as ix
    >>> {group: len(terms) for group, terms in ix.text.dictionary("wufei-2021").groups.items()}["blockchain"]
    5
    """
    known = dictionaries()
    if name not in known:
        raise UnknownNameError(
            f"no dictionary is named {name!r}{did_you_mean(name, known)}; there are: {listed(known)}"
        )
    return _shipped(name)


@cache
def _shipped(name: str) -> Dictionary:
    text = resources.files("indicia").joinpath("dictionaries", f"{name}.toml").read_text(encoding="utf-8")
    return Dictionary.from_toml(text)


def dictionary_of(given: Any) -> Dictionary:
    """A dictionary from whatever a caller may hand in: one, the name of one, or groups."""
    if isinstance(given, Dictionary):
        return given
    if isinstance(given, str):
        return dictionary(given)
    if isinstance(given, Mapping):
        return Dictionary(given) if "group" in given else Dictionary.from_dict(given)
    raise TypeError(f"dictionary= is a Dictionary, its name, or groups of terms, found {type(given).__name__}")
