"""Dashboards of both catalogues in all their environments, built from the real facts."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

import pytest

from dashboards_py import DASHBOARDS
from tests.made_once import plan_of
from vitals.kit.dashboards.build import build
from vitals.kit.dashboards.context import DashboardContext, ThresholdLine
from vitals.model.catalog import Catalogue
from vitals.render import Plan


@dataclass(frozen=True, slots=True)
class Built:
    """The dashboards of one environment.

    Attributes:
        plan: What they were built from.
        context: The dashboard context that they were made from.
        dashboards: Dashboards by uid.
    """

    plan: Plan
    context: DashboardContext
    dashboards: dict[str, dict[str, Any]]


def build_of(catalogue: Catalogue, name: str) -> Built:
    """Build the dashboards of one environment of a catalogue."""
    environment = catalogue.environments[name]
    plan = plan_of(catalogue, environment)
    signals = {signal.id: signal for found in plan.signals.values() for signal in found}
    lines: dict[str, tuple[ThresholdLine, ...]] = {}
    for bound in (bound for alert in plan.alerts for bound in alert.bounds):
        lines[bound.signal] = (*lines.get(bound.signal, ()), ThresholdLine(bound.value, bound.severity))
    context = DashboardContext(
        services=plan.services,
        signals=tuple(signals.values()),
        lines=lines,
        dashboards_url=environment.dashboards_url,
        runbooks_url=environment.runbooks_url,
        environment=environment.name,
    )
    return Built(plan, context, build(DASHBOARDS, context))


@pytest.fixture(scope="session")
def built_local(wellness: Catalogue) -> Built:
    """The dashboards of one machine, as they were built."""
    return build_of(wellness, "local")


@pytest.fixture
def local(built_local: Built) -> Built:
    """The dashboards of one machine; a copy, so a test may change them."""
    return replace(built_local, dashboards=deepcopy(built_local.dashboards))


@pytest.fixture(scope="session", params=["local", "prod", "lab", "cloud"])
def built(request: pytest.FixtureRequest, wellness: Catalogue, sample: Catalogue) -> Built:
    """The dashboards of every environment of both catalogues in turn, which no test changes."""
    catalogue = wellness if request.param in wellness.environments else sample
    return build_of(catalogue, request.param)


@pytest.fixture
def without_api(sample: Catalogue) -> Built:
    """The dashboards of a catalogue in which no service serves HTTP."""
    silent = tuple(service for service in sample.services if not service.api)
    return build_of(replace(sample, services=silent), "cloud")
