"""The examples in docstrings run."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import indicia

# Modules that need a package of an extra are skipped where it is not installed.
NAMES = [
    "indicia",
    *sorted(m.name for m in pkgutil.walk_packages(indicia.__path__, "indicia.", onerror=lambda _: None)),
]
NAMES = [name for name in NAMES if name not in ("indicia.__main__", "indicia._core")]


@pytest.mark.parametrize("name", NAMES)
def test_examples_run(name: str, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    try:
        module = importlib.import_module(name)
    except ImportError as missing:
        if missing.name and missing.name.startswith("indicia"):
            raise
        pytest.skip(f"needs an extra: {missing}")
    result = doctest.testmod(module, optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    assert result.failed == 0
