"""The real catalogue, and what is rendered from it, for pages that speak about it."""

from __future__ import annotations

import json

import pytest

from alert_rules import Alert
from vitals.kit.dashboards.lint import panels
from vitals.model.catalog import Catalogue, load
from vitals.paths import CATALOG
from vitals.render import Plan, compose, render


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """What the repository watches."""
    return load(CATALOG)


@pytest.fixture(scope="session")
def plans(catalogue: Catalogue) -> list[Plan]:
    """Every environment, composed and checked."""
    return [compose(catalogue, environment) for environment in catalogue.environments.values()]


@pytest.fixture(scope="session")
def alerts(plans: list[Plan]) -> list[Alert]:
    """Every alert of every environment."""
    return [alert for plan in plans for alert in plan.alerts]


@pytest.fixture(scope="session")
def boards(catalogue: Catalogue) -> list[dict[tuple[str, int], str]]:
    """For each environment, the title of every panel by its board's uid and its own id."""
    return [_titles(render(catalogue, environment)) for environment in catalogue.environments.values()]


def _titles(files: dict[str, str]) -> dict[tuple[str, int], str]:
    found = [json.loads(text) for path, text in files.items() if path.startswith("boards/")]
    return {(board["uid"], panel["id"]): panel["title"] for board in found for panel in panels(board)}
