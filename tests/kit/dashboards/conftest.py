"""Boards of both catalogues in all their environments, built from the real facts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest

from dashboards_py import BoardFacts, Line
from vitals.kit.dashboards.build import build
from vitals.model.catalog import Catalogue
from vitals.render import Plan, compose


@dataclass(frozen=True, slots=True)
class Built:
    """The boards of one environment.

    Attributes:
        plan: What they were built from.
        facts: What they were told.
        boards: Boards by uid.
    """

    plan: Plan
    facts: BoardFacts
    boards: dict[str, dict[str, Any]]


def build_of(catalogue: Catalogue, name: str) -> Built:
    """Build the boards of one environment of a catalogue."""
    environment = catalogue.environments[name]
    plan = compose(catalogue, environment)
    signals = {signal.id: signal for found in plan.signals.values() for signal in found}
    lines: dict[str, tuple[Line, ...]] = {}
    for bound in (bound for alert in plan.alerts for bound in alert.bounds):
        lines[bound.signal] = (*lines.get(bound.signal, ()), Line(bound.value, bound.severity.value))
    facts = BoardFacts(
        services=plan.services,
        signals=tuple(signals.values()),
        lines=lines,
        boards_url=environment.boards_url,
        runbooks_url=environment.runbooks_url,
        environment=environment.name,
    )
    return Built(plan, facts, build(facts))


@pytest.fixture
def local(shipped: Catalogue) -> Built:
    """The boards of one machine; fresh, so a test may spoil them."""
    return build_of(shipped, "local")


@pytest.fixture(params=["local", "prod", "lab", "cloud"])
def built(request: pytest.FixtureRequest, shipped: Catalogue, sample: Catalogue) -> Built:
    """The boards of every environment of both catalogues in turn."""
    catalogue = shipped if request.param in shipped.environments else sample
    return build_of(catalogue, request.param)


@pytest.fixture
def without_api(sample: Catalogue) -> Built:
    """The boards of a catalogue in which no service serves HTTP."""
    silent = tuple(service for service in sample.services if not service.api)
    return build_of(replace(sample, services=silent), "cloud")
