"""A definition as an object: reading, writing, what it says, equality."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from . import tables_in
from ._core import Index as _Core
from ._describe import Description
from ._files import dumps, read_definition, text_of, write_definition
from ._held import Needs
from ._questionnaire import Questionnaire
from .errors import translated


class Definition(Questionnaire):
    """What every index can do without data. It never changes; two are equal when their definitions are."""

    __slots__ = ("_cache", "_core")

    _core: _Core
    _cache: dict[str, Any]

    def __init__(self, *_: object) -> None:
        raise TypeError("make an index with framework(...), Index.read, from_toml, from_dict, from_table or flat")

    @classmethod
    def _of(cls, core: _Core) -> Self:
        index = object.__new__(cls)
        object.__setattr__(index, "_core", core)
        object.__setattr__(index, "_cache", {})
        return index

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"an index does not change, so {name!r} cannot be set; Index.using gives a new one")

    @classmethod
    def from_toml(cls, text: str) -> Self:
        """Read a definition from a TOML text.

        Raises
        ------
        DefinitionError
            With every problem of the text and its place, such as
            ``indicator[3].scale.bands.edges``.
        """
        with translated():
            return cls._of(_Core.from_toml(text))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read a definition from a JSON text; errors as in `from_toml`."""
        with translated():
            return cls._of(_Core.from_json(text))

    @classmethod
    def from_dict(cls, definition: Mapping[str, Any]) -> Self:
        """Read a definition from a dict of the shape that the files have; errors as in `from_toml`."""
        if not isinstance(definition, Mapping):
            raise TypeError(f"expected a dict, found {type(definition).__name__}")
        return cls.from_json(dumps(dict(definition)))

    @classmethod
    def read(cls, path: str | Path) -> Self:
        """Read a definition from a file; the suffix says the format: .toml, .json, .yaml or .yml."""
        form, text = read_definition(path)
        return cls.from_toml(text) if form == "toml" else cls.from_json(text)

    def write(self, path: str | Path) -> None:
        """Write the definition to a file; the suffix says the format: .toml, .json, .yaml or .yml."""
        write_definition(path, self.to_toml, self.to_json)

    def to_toml(self) -> str:
        """The definition as TOML."""
        with translated():
            return self._core.to_toml()

    def to_json(self) -> str:
        """The definition as JSON."""
        with translated():
            return self._core.to_json()

    def to_dict(self) -> dict[str, Any]:
        """The definition as a dict."""
        definition: dict[str, Any] = json.loads(self.to_json())
        return definition

    def to_table(self) -> Any:
        """The tree as a table with one row per code: id, label, parent, direction, weight, type, measure.

        Returns
        -------
        DataFrame or dict of ndarray
            Methods, levels and sources do not fit in this form; use `write`
            for those.
        """
        return tables_in.table_of(self.to_dict())

    @property
    def _summary(self) -> dict[str, Any]:
        if "summary" not in self._cache:
            with translated():
                self._cache["summary"] = json.loads(self._core.summary())
        summary: dict[str, Any] = self._cache["summary"]
        return summary

    @property
    def _needs(self) -> Needs:
        if "needs" not in self._cache:
            self._cache["needs"] = Needs(self._summary, self.to_dict())
        needs: Needs = self._cache["needs"]
        return needs

    @property
    def id(self) -> str:
        """Name of the index."""
        return str(self._summary["id"])

    @property
    def edition(self) -> str | None:
        """Edition of the rule book."""
        edition: str | None = self._summary["edition"]
        return edition

    @property
    def label(self) -> str:
        """Text for people, in English where there is one."""
        return text_of(self._summary["label"]) or self.id

    @property
    def nodes(self) -> list[dict[str, Any]]:
        """Indicators, then groups: id, kind, parent, label, scale or aggregate, source, confidence."""
        return [dict(node) for node in self._summary["nodes"]]

    @property
    def columns(self) -> list[dict[str, Any]]:
        """What the data must hold: name, alternatives (sets of columns of which one suffices), used_by, required."""
        return [dict(column) for column in self._summary["columns"]]

    @property
    def hash(self) -> str:
        """SHA-256 of the definition, independent of the order of its keys."""
        canonical = json.dumps(self.to_dict(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()

    def stages(self) -> list[str]:
        """What is learned from data, one entry per pass over them; empty where nothing is to be fitted."""
        return list(self._summary["stages"])

    def describe(self) -> Description:
        """
        Tell the whole method in words and formulas, with citations.

        Made from the definition: stages of fitting, derived columns, indicators (those treated alike are told once),
        groups, levels, warnings, conventions, open points and references.

        Returns
        -------
        Description
            Text when printed, HTML in a notebook; ``to_markdown``, ``to_html`` and ``to_latex`` give each form, and
            ``write`` puts the one named by the suffix into a file.

        Examples
        --------
        >>> import indicia as ix
        >>> description = ix.Index.flat(["cloud", "erp"]).describe()
        >>> print(str(description).split("## ")[1].strip())
        Indicators
        <BLANKLINE>
        - 2 indicators: `(x - min) / (max - min)` [minmax] [1], more is better
          - cloud, erp
        """
        with translated():
            return Description(*self._core.describe())

    def __eq__(self, other: object) -> bool:
        return self.to_json() == other.to_json() if isinstance(other, Definition) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.to_json())

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self).from_json, (self.to_json(),)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, _: object) -> Self:
        return self

    def __repr__(self) -> str:
        kinds = [node["kind"] for node in self._summary["nodes"]]
        edition = f" {self.edition}" if self.edition else ""
        levels = sum(len(found["names"]) for found in self._summary["levels"])
        more = f", {levels} levels" if levels else ""
        return f"Index({self.id}{edition}: {kinds.count('indicator')} indicators, {kinds.count('group')} groups{more})"

    def _repr_html_(self) -> str:
        return self.describe()._repr_html_()
