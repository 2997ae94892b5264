"""Charts by name, and each stack with what they make of it; skipped, with the reason, where no chart can be had."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

from infra.monitoring.charts import read_versions
from tests.charts.pulled import UnreachableError, folder_of, version_of
from tests.charts.rendering import MINORS, ChartCluster, Rendered, helm_template, objects
from tests.infra.monitoring.installed import Installed, install
from tests.infra.settings.stack_files import STACKS
from vitals.local.tools import find

OTHER_VERSIONS: dict[str, str] = {}
"""Charts of another version than the pinned one, as the summary names them."""


@pytest.fixture(scope="session")
def helm() -> Path:
    """The real Helm."""
    return find("helm")


@pytest.fixture(scope="session")
def charts(helm: Path) -> Mapping[str, Path]:
    """Each chart unpacked; where none can be had the tests are skipped, but for the workflow, which has the network."""
    found = {}
    for chart in read_versions().charts.values():
        try:
            found[chart.name] = folder_of(chart, helm)
        except UnreachableError as error:
            if os.environ.get("CI"):
                raise
            pytest.skip(str(error))
        if (version := version_of(found[chart.name])) != chart.version:
            OTHER_VERSIONS[chart.name] = f"{chart.name}: rendered {version}, pinned {chart.version}"
    return found


@pytest.fixture(scope="session")
def rendered(helm: Path, charts: Mapping[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Rendered:
    """Renders a stack for a minor version when it is first asked for."""

    @cache
    def installed(stack: str) -> Installed:
        return install(stack, tmp_path_factory.mktemp(stack), find("pulumi"))

    def cluster(stack: str, minor: str) -> ChartCluster:
        here = installed(stack)
        made = {
            name: objects(helm_template(helm, charts[name], release, minor), release["namespace"])
            for name, release in here.releases.items()
        }
        return ChartCluster(here, made)

    return cache(cluster)


@pytest.fixture(params=[(stack, minor) for stack in STACKS for minor in MINORS], ids="-".join)
def cluster(request: pytest.FixtureRequest, rendered: Rendered) -> ChartCluster:
    """Each stack on the oldest and the newest minor version in turn."""
    return rendered(*request.param)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which charts were of another version than the pinned one."""
    for line in OTHER_VERSIONS.values():
        terminalreporter.write_line(line, yellow=True)
