"""The real catalogue, and what is rendered from it, for pages that speak about it."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from tests.made_once import files_of, plan_of
from vitals.kit.alerts.alert import Alert
from vitals.kit.dashboards.lint import panels
from vitals.model.catalog import Catalogue
from vitals.render import Plan


@pytest.fixture(scope="session")
def catalogue(wellness: Catalogue) -> Catalogue:
    """What the repository watches."""
    return wellness


@pytest.fixture(scope="session")
def plans(catalogue: Catalogue) -> list[Plan]:
    """Every environment, composed and checked."""
    return [plan_of(catalogue, environment) for environment in catalogue.environments.values()]


@pytest.fixture(scope="session")
def alerts(live: Catalogue) -> list[Alert]:
    """Every alert of every environment of this repository: its pages speak of what it declares."""
    return [alert for environment in live.environments.values() for alert in plan_of(live, environment).alerts]


@pytest.fixture(scope="session")
def dashboards(catalogue: Catalogue) -> list[dict[tuple[str, int], str]]:
    """For each environment, the title of every panel by its dashboard's uid and its own id."""
    return [_titles(files_of(catalogue, environment)) for environment in catalogue.environments.values()]


def _titles(files: Mapping[str, str]) -> dict[tuple[str, int], str]:
    found = [json.loads(text) for path, text in files.items() if path.startswith("dashboards/")]
    return {(dashboard["uid"], panel["id"]): panel["title"] for dashboard in found for panel in panels(dashboard)}
