"""The estimate beside real programs: what each exporter was said to expose, it exposes."""

from __future__ import annotations

import httpx
import pytest

from vitals.errors import VitalsError
from vitals.kit.cost import SCRAPE_SERIES
from vitals.kit.cost.comparison import RECORDED, compare
from vitals.model.metrics import EXPORTERS

from .conftest import CostedStack

pytestmark = pytest.mark.rules

TOLERANCE = 0.15
"""How far an estimate may be off."""

MACHINE_TOLERANCE = 0.35
"""How far that of the node exporter may: its series follow the machine's CPUs, disks and network interfaces."""


def _samples(url: str) -> int:
    lines = httpx.get(f"{url}/metrics").text.splitlines()
    return sum(1 for line in lines if line and not line.startswith("#"))


@pytest.mark.parametrize(
    ("program", "exporter", "tolerance"),
    [
        ("alertmanager", "alertmanager", TOLERANCE),
        ("node_exporter", "node", MACHINE_TOLERANCE),
    ],
)
def test_a_scrape_holds_as_many_series_as_the_contract_says(
    stack: CostedStack, program: str, exporter: str, tolerance: float
) -> None:
    """Every line of a real scrape is a series that is stored, also those that no rule reads."""
    assert _samples(stack.urls[program]) == pytest.approx(EXPORTERS[exporter].series, rel=tolerance)


def test_prometheus_grows_with_its_groups_and_jobs(stack: CostedStack) -> None:
    """Its own series are a fixed number and some for each rule group and scrape job of the configuration."""
    own = EXPORTERS["prometheus"]
    assert own.series is not None
    groups = own.series_per_group * len(stack.cost.groups)
    jobs = own.series_per_job * len(stack.cost.jobs)

    assert _samples(stack.urls["prometheus"]) == pytest.approx(own.series + groups + jobs, rel=TOLERANCE)


def test_each_job_is_near_what_a_running_prometheus_stores(stack: CostedStack) -> None:
    """Job by job, with what the scrape itself adds; services that do not run here have no series."""
    found = {part.name: part for part in compare(stack.cost, stack.urls["prometheus"]).parts}

    assert found["prometheus"].error < TOLERANCE
    assert found["alertmanager"].error < TOLERANCE
    assert found["node"].error < MACHINE_TOLERANCE
    assert found["wellness-api"].found == 0
    assert 0 < found[RECORDED].found <= found[RECORDED].estimated * (1 + TOLERANCE)


def test_the_scrape_adds_five_series_to_each_target(stack: CostedStack) -> None:
    """Prometheus records how each scrape went; no target exposes that."""
    answer = httpx.get(
        f"{stack.urls['prometheus']}/api/v1/query", params={"query": 'count({__name__=~"up|scrape_.*",job="node"})'}
    ).json()

    assert int(answer["data"]["result"][0]["value"][1]) == SCRAPE_SERIES


def test_an_address_that_is_not_a_prometheus_is_named(stack: CostedStack) -> None:
    """The error says which address, and what to give instead."""
    with pytest.raises(
        VitalsError, match=r"does not answer as a Prometheus does \(status 404\).*address of a running one"
    ):
        compare(stack.cost, stack.urls["node_exporter"])
