"""Every scenario by its name, for ``vitals rules case``: ``[tool.vitals]`` in pyproject.toml names this module."""

from __future__ import annotations

from functools import cache

from tests.alert_rules.all_scenarios import CASES
from tests.alert_rules.promtool_cases import PromtoolCase, promtool_case
from vitals.model.catalog import load
from vitals.paths import CATALOG
from vitals.render import Plan, compose

ENVIRONMENT = "prod"
"""It has every service and every exporter, so every rule there is."""
_CASES = {case.name: case for case in CASES}


def names() -> dict[str, list[str]]:
    """The names of the cases, each with the ids of the alerts of which it says something itself."""
    return {name: sorted(case.named) for name, case in _CASES.items()}


def case(name: str) -> PromtoolCase:
    """A case with the oracle's answer as its expectation."""
    return promtool_case(_CASES[name], _plan())


@cache
def _plan() -> Plan:
    catalogue = load(CATALOG)
    return compose(catalogue, catalogue.environments[ENVIRONMENT])
