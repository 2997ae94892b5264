"""The pytest plugin: a test that asks for ``vitals_check`` runs once for each check of the project.

It is loaded with every run of pytest in an environment that has Vitals, so it imports the checks only where a test asks
for them.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from vitals.errors import VitalsError

FIXTURE = "vitals_check"


@pytest.fixture(scope="session")
def vitals_project(pytestconfig: pytest.Config) -> Path:
    """The folder of the project: catalogue, alerts, dashboards and what is rendered of them."""
    return pytestconfig.rootpath


@pytest.fixture
def vitals_check(request: pytest.FixtureRequest) -> Callable[[], None]:
    """One check of the project; calling it fails the test with the sentence that says what to do."""
    check: Callable[[], None] = request.param

    def run() -> None:
        said = ""
        try:
            check()
        except VitalsError as error:
            said = str(error)
        if said:  # outside of the handler, which pytest would show as another failure
            pytest.fail(said, pytrace=False)

    return run


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make one test of each check."""
    if FIXTURE not in metafunc.fixturenames:
        return
    from vitals.verify.project.checks import checks  # noqa: PLC0415 - see above

    every = list(checks(metafunc.config.rootpath))
    metafunc.parametrize(FIXTURE, [one.run for one in every], ids=[one.name for one in every], indirect=True)
