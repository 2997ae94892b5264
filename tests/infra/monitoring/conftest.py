"""Each committed stack installed once, for all tests that look at what came of it."""

from __future__ import annotations

import pytest

from tests.infra.monitoring.installed import Installed, install
from tests.infra.settings.stack_files import STACKS
from vitals.tools import find


@pytest.fixture(scope="session", params=STACKS)
def installed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """What each stack in turn puts on its cluster."""
    return install(request.param, tmp_path_factory.mktemp(request.param), find("pulumi"))


@pytest.fixture(scope="session")
def prod(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """What production puts on its cluster."""
    return install("prod", tmp_path_factory.mktemp("only-prod"), find("pulumi"))
