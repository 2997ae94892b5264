"""The rules that are mutated, and those by which mutated generators are judged beside them.

Mutated are the rules of the catalogue that the scenarios speak of, which is not the one users add to. Its services all
speak our own telemetry, so a generator is also asked for the rules of services that speak otherwise.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.catalogues import DIALECTS, WELLNESS
from tests.mutation.rules import FileRule, Rules
from vitals.model.catalog import Catalogue, Environment, load
from vitals.render import Plan, compose

ENVIRONMENT = "prod"
"""It has every service and every exporter, so every rule there is."""
ENVIRONMENT_OF_DIALECTS = "local"
"""The only one of their catalogue."""

Compose = Callable[[Catalogue, Environment], Plan]
"""Puts an environment together: the composition of the tree, or one with a mutated module behind it."""


def rules(composed_by: Compose = compose) -> Rules:
    """Every rule of the environment, as it would be rendered.

    Raises:
        VitalsError: The catalogue does not fit together, or the generators refuse it.
    """
    catalogue = load(WELLNESS)
    return _rules(composed_by(catalogue, catalogue.environments[ENVIRONMENT]))


def rules_of_dialects(composed_by: Compose = compose) -> Rules:
    """The rules of services that speak otherwise: not those of exporters or of pasted files, which are there.

    Raises:
        VitalsError: As above.
    """
    catalogue = load(DIALECTS)
    names = {service.name for service in catalogue.services}
    found = _rules(composed_by(catalogue, catalogue.environments[ENVIRONMENT_OF_DIALECTS]))
    return tuple(rule for rule in found if rule.group.partition(".")[0] in names)


def _rules(plan: Plan) -> Rules:
    return tuple(FileRule(group.name, dict(rule), group.interval) for group in plan.groups for rule in group.rules)
