"""The shipped rules as real files, and the real programs that read them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.alert_rules.bounds import Foretold
from tests.alert_rules.scenario import Scenario, foretold
from vitals.model.catalog import Catalogue
from vitals.render import Plan, compose, render
from vitals.tools import find


@dataclass(frozen=True, slots=True)
class Rendered:
    """One environment as it is shipped.

    Attributes:
        plan: What it was rendered from.
        files: Text by relative path.
        rules: Its rule files on the disk.
    """

    plan: Plan
    files: Mapping[str, str]
    rules: tuple[Path, ...]


def _rendered(catalogue: Catalogue, environment: str, folder: Path) -> Rendered:
    files = render(catalogue, catalogue.environments[environment])
    rules = []
    for name, text in files.items():
        if name.startswith("rules/"):
            rules.append(folder / Path(name).name)
            rules[-1].write_text(text)
    return Rendered(compose(catalogue, catalogue.environments[environment]), files, tuple(rules))


@pytest.fixture(scope="session")
def local(shipped: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Rendered:
    """The environment of one machine."""
    return _rendered(shipped, "local", tmp_path_factory.mktemp("local"))


@pytest.fixture(scope="session")
def prod(shipped: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Rendered:
    """Production."""
    return _rendered(shipped, "prod", tmp_path_factory.mktemp("prod"))


@pytest.fixture(scope="session")
def lab(sample: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Rendered:
    """An environment of the other catalogue, with slower scrapes."""
    return _rendered(sample, "lab", tmp_path_factory.mktemp("lab"))


@pytest.fixture(scope="session")
def promtool() -> Path:
    """The real promtool."""
    return find("promtool")


@pytest.fixture(scope="session")
def foretell(prod: Rendered) -> Callable[[Scenario], Foretold]:
    """What the oracle says about a scenario of production, asked once."""
    asked: dict[str, Foretold] = {}

    def once(scenario: Scenario) -> Foretold:
        if scenario.name not in asked:
            asked[scenario.name] = foretold(scenario, prod.plan)
        return asked[scenario.name]

    return once
