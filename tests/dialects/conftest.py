"""What tests of dialects share: one environment that watches a service of each, and what real libraries expose."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.catalogues import DIALECTS
from vitals.model.catalog import Catalogue, Service, load
from vitals.render import compose, files_of
from vitals.rendered import groups_in, write_plain_rule_files


@pytest.fixture(scope="session")
def dialects() -> Catalogue:
    """A catalogue with a service of each dialect, and none that speaks our own."""
    return load(DIALECTS)


@pytest.fixture(scope="session")
def services(dialects: Catalogue) -> Mapping[str, Service]:
    """Its services by name."""
    return {service.name: service for service in dialects.services}


@pytest.fixture(scope="session")
def rendered(dialects: Catalogue) -> Mapping[str, str]:
    """Every file of its environment."""
    return files_of(compose(dialects, dialects.environments["local"]))


@pytest.fixture(scope="session")
def rules(rendered: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """Its rule groups by name, each as a plain rule file."""
    groups = [group for name, text in rendered.items() if name.startswith("rules/") for group in groups_in(text)]
    return write_plain_rule_files(groups, tmp_path_factory.mktemp("rules"))
