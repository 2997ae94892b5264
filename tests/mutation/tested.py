"""The rules that are mutated: those of the catalogue that the scenarios speak of, which is not the one users add to."""

from __future__ import annotations

from tests.mutation.rules import FileRule, Rules
from vitals.model.catalog import load
from vitals.paths import ROOT
from vitals.render import compose

CATALOGUE = ROOT / "tests" / "wellness_catalogue"
ENVIRONMENT = "prod"
"""It has every service and every exporter, so every rule there is."""


def rules() -> Rules:
    """Every rule of the environment, as it would be rendered.

    Raises:
        VitalsError: The catalogue does not fit together, or the generators refuse it.
    """
    catalogue = load(CATALOGUE)
    plan = compose(catalogue, catalogue.environments[ENVIRONMENT])
    return tuple(FileRule(group.name, dict(rule)) for group in plan.groups for rule in group.rules)
