"""What every room's tests share: the two catalogues that must always render."""

from __future__ import annotations

from pathlib import Path

import pytest

from vitals.catalog import Catalogue, load
from vitals.paths import CATALOG

SAMPLE = Path(__file__).parent / "sample_catalogue"


@pytest.fixture(scope="session")
def shipped() -> Catalogue:
    """The catalogue of this repository."""
    return load(CATALOG)


@pytest.fixture(scope="session")
def sample() -> Catalogue:
    """A quite different catalogue, so that nothing of ours is hard-wired."""
    return load(SAMPLE)


@pytest.fixture(params=["shipped", "sample"])
def any_catalogue(request: pytest.FixtureRequest) -> Catalogue:
    """Each of the two in turn."""
    catalogue: Catalogue = request.getfixturevalue(request.param)
    return catalogue
