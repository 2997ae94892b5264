"""The rules of the samples as real files, and the real programs that read them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.alert_rules.bounds import ExpectedFiring
from tests.alert_rules.scenario_run import expected_by_oracle
from tests.made_once import files_of, plan_of
from tests.oracle.scenario import Scenario
from vitals.local.tools import find
from vitals.model.catalog import Catalogue
from vitals.render import Plan
from vitals.rendered import groups_in, write_plain_rule_files


@dataclass(frozen=True, slots=True)
class ShippedEnvironment:
    """One environment as it would be shipped.

    Attributes:
        plan: What it was rendered from.
        files: Text by relative path.
        rules: Its rule groups as plain rule files on the disk.
    """

    plan: Plan
    files: Mapping[str, str]
    rules: tuple[Path, ...]


def _rendered(catalogue: Catalogue, environment: str, folder: Path) -> ShippedEnvironment:
    files = files_of(catalogue, catalogue.environments[environment])
    groups = [group for name, text in files.items() if name.startswith("rules/") for group in groups_in(text)]
    rules = tuple(write_plain_rule_files(groups, folder).values())
    return ShippedEnvironment(plan_of(catalogue, catalogue.environments[environment]), files, rules)


@pytest.fixture(scope="session")
def local(wellness: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> ShippedEnvironment:
    """The environment of one machine."""
    return _rendered(wellness, "local", tmp_path_factory.mktemp("local"))


@pytest.fixture(scope="session")
def prod(wellness: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> ShippedEnvironment:
    """Production."""
    return _rendered(wellness, "prod", tmp_path_factory.mktemp("prod"))


@pytest.fixture(scope="session")
def lab(sample: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> ShippedEnvironment:
    """An environment of the other catalogue, with slower scrapes."""
    return _rendered(sample, "lab", tmp_path_factory.mktemp("lab"))


@pytest.fixture(scope="session")
def promtool() -> Path:
    """The real promtool."""
    return find("promtool")


@pytest.fixture(scope="session")
def ask_oracle(prod: ShippedEnvironment) -> Callable[[Scenario], ExpectedFiring]:
    """What the oracle says about a scenario of production, asked once."""
    asked: dict[str, ExpectedFiring] = {}

    def once(scenario: Scenario) -> ExpectedFiring:
        if scenario.name not in asked:
            asked[scenario.name] = expected_by_oracle(scenario, prod.plan)
        return asked[scenario.name]

    return once
