"""Definitions in files, and small conversions of their values."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from ._output import optional
from .errors import DefinitionError, UnknownNameError

_SUFFIXES = (".toml", ".json", ".yaml", ".yml")


def read_definition(path: str | Path) -> tuple[str, str]:
    """The format of a definition file ("toml" or "json") and its text; YAML is turned into JSON."""
    path = Path(path)
    suffix = _suffix(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise DefinitionError(f"{path.name}: not UTF-8 text ({error.reason} at byte {error.start})") from None
    if suffix == ".toml":
        return "toml", text
    return "json", text if suffix == ".json" else _from_yaml(text, path.name)


def write_definition(path: str | Path, toml: Callable[[], str], json_text: Callable[[], str]) -> None:
    """Write a definition in the format its suffix names."""
    path = Path(path)
    suffix = _suffix(path)
    if suffix == ".toml":
        text = toml()
    elif suffix == ".json":
        text = json.dumps(json.loads(json_text()), ensure_ascii=False, indent=2) + "\n"
    else:
        yaml = optional("yaml", "yaml", "YAML")
        text = yaml.safe_dump(json.loads(json_text()), allow_unicode=True, sort_keys=False)
    path.write_text(text, encoding="utf-8")


def _suffix(path: Path) -> str:
    suffix = path.suffix.lower()
    if suffix not in _SUFFIXES:
        raise UnknownNameError(f"{path.name}: the suffix says the format, expected one of {', '.join(_SUFFIXES)}")
    return suffix


def _from_yaml(text: str, name: str) -> str:
    yaml = optional("yaml", "yaml", "YAML")
    try:
        return dumps(yaml.safe_load(text))
    except yaml.YAMLError as error:
        raise DefinitionError(f"{name}: not valid YAML: {error}") from None


def dumps(definition: Any) -> str:
    """A definition as JSON text.

    Raises
    ------
    DefinitionError
        If it holds what JSON cannot say.
    """
    try:
        return json.dumps(definition, ensure_ascii=False, allow_nan=False, default=_plain)
    except (TypeError, ValueError, RecursionError) as error:
        raise DefinitionError(f"not a definition: {error}") from None


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    if isinstance(value, date):  # TOML and YAML have dates of their own
        return value.isoformat()
    raise TypeError(f"a definition cannot hold {type(value).__name__}")


def text_of(label: Any, language: str = "en") -> str:
    """A label in one language, else in English, else in its first."""
    if isinstance(label, dict):
        return str(label.get(language) or label.get("en") or next(iter(label.values()), ""))
    return "" if label is None else str(label)
