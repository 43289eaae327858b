"""Fixtures of all tests; helpers are in kinds.py."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

# Test modules are imported one by one, so their directory is not on the path.
sys.path.insert(0, str(Path(__file__).parent))

from kinds import MAKERS, Make


@pytest.fixture(params=MAKERS)
def make(request: pytest.FixtureRequest) -> Make:
    """A maker of one kind of table."""
    return MAKERS[request.param]
