"""Each committed stack installed once, for all tests that look at what came of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from tests.infra.monitoring.installed import Installed, install
from tests.infra.settings.stack_files import MANAGED, SELF_HOSTED, STACKS
from vitals.local.tools import find

Once = Callable[[str], Installed]


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """Installs a stack when it is first asked for."""

    @cache
    def installed(stack: str) -> Installed:
        return install(stack, tmp_path_factory.mktemp(stack), find("pulumi"))

    return installed


@pytest.fixture(params=STACKS)
def installed(request: pytest.FixtureRequest, once: Once) -> Installed:
    """What each stack in turn puts on its cluster."""
    return once(request.param)


@pytest.fixture(params=SELF_HOSTED)
def self_hosted(request: pytest.FixtureRequest, once: Once) -> Installed:
    """What each stack with a Prometheus of ours puts on its cluster."""
    return once(request.param)


@pytest.fixture(params=MANAGED)
def managed(request: pytest.FixtureRequest, once: Once) -> Installed:
    """What each stack on Google's managed Prometheus puts on its cluster."""
    return once(request.param)


@pytest.fixture
def prod(once: Once) -> Installed:
    """What production puts on its cluster."""
    return once("prod")
