"""What a drill of once a day waits for, on a real Prometheus that says what a foresight service would."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.local.portal.small_prometheus import SmallPrometheus, scraping_prometheus
from tests.rendered import smallest
from vitals.local.processes.probe import loopback_client
from vitals.local.stack.folder import RunFolder
from vitals.local.stack.state import Addresses
from vitals.verify.drills import habits
from vitals.verify.drills.drill import Drill
from vitals.verify.drills.injections import DemoFault, NotPossibleHereError
from vitals.verify.drills.stack_client import StackClient

pytestmark = pytest.mark.live

SIGNAL, RECORD = "api.latency.p95", "service:latency:p95"
WARM = 1000
"""So many requests until the cache of the stack is as usual."""


def _active(service: str, series: str, value: str) -> str:
    labels = f"{{service: foresight, anomaly_service: {service}, anomaly_name: '{series}'}}"
    return f"      - {{record: anomaly_active, expr: '{value}', labels: {labels}}}\n"


GROUPS = (
    "  - name: foresight\n    rules:\n"
    "      - {record: foresight_last_success_timestamp_seconds, expr: vector(time()), labels: {service: foresight}}\n"
    + "".join(
        f"      - {{record: '{RECORD}', expr: vector(1), labels: {{service: {service}}}}}\n"
        for service in ("young", "slow", "unjudged")
    )
    + _active("young", SIGNAL, "vector(0)")
    + _active("young", "cache.hits.ratio/cache=dashboards", f"sum(request_seconds_count) < bool {WARM}")
    + _active("slow", SIGNAL, "vector(1)")
)


@pytest.fixture(autouse=True)
def looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """This Prometheus scrapes and evaluates each second."""
    monkeypatch.setattr(habits, "LOOK_EVERY_S", 0.2)


@pytest.fixture(scope="module")
def prometheus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallPrometheus]:
    """One in which the cache of one service is cold, and the answers of another have been slow today."""
    with scraping_prometheus(tmp_path_factory.mktemp("prometheus"), GROUPS) as running:
        yield running


def _wait(service: str, prometheus: SmallPrometheus, folder: Path, say: Callable[[str], None]) -> None:
    drill = Drill(
        name="anomaly",
        family="anomaly",
        service=service,
        description="it is slow",
        injection=DemoFault("latency"),
        touches=(service,),
        expected="notify",
        alert="AnomalyFound",
        once_a_day=True,
        needs=((SIGNAL, "0s"),),
    )
    record = {
        "signal": SIGNAL, "name": RECORD, "labels": {"service": service}, "unit": "seconds", "group": "api",
        "direction": "higher is worse", "panel": None, "empty_reason": None,
    }  # fmt: skip
    url = prometheus.url
    addresses = Addresses(portal=url, prometheus=url, alertmanager=url, control=url, api=url, admin={}, grafana=None)

    async def wait() -> None:
        async with loopback_client() as client:
            model = smallest.model(records=[record])
            stack = StackClient(
                folder=RunFolder(folder), addresses=addresses, token="t", model=model, routing={}, client=client
            )
            await habits.known_past(drill, stack, say)

    asyncio.run(wait())


def test_what_the_start_of_the_stack_made_odd_is_waited_for(prometheus: SmallPrometheus, tmp_path: Path) -> None:
    """The alert about the cold cache is not the drill's; when the cache is as usual, the drill goes on."""
    said: list[str] = []

    def say(line: str) -> None:
        said.append(line)
        if "cache.hits.ratio/cache=dashboards" in line:
            for _ in range(WARM):
                prometheus.latency.observe(0.1)

    _wait("young", prometheus, tmp_path, say)

    assert "is as usual, or its alert would be taken for that of the drill" in said[-1]


def test_what_the_drill_makes_odd_is_not_said_twice_a_day(prometheus: SmallPrometheus, tmp_path: Path) -> None:
    """The same series was an anomaly today, so the drill would wait in vain."""
    with pytest.raises(NotPossibleHereError, match=r"api\.latency\.p95 of slow was an anomaly within the last day"):
        _wait("slow", prometheus, tmp_path, lambda _: None)


def test_a_service_of_which_nothing_is_judged_is_skipped(
    prometheus: SmallPrometheus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The foresight service runs and says nothing of it."""
    monkeypatch.setattr(habits, "JUDGED_WITHIN_S", 1.0)

    with pytest.raises(NotPossibleHereError, match="the foresight service says nothing of unjudged"):
        _wait("unjudged", prometheus, tmp_path, lambda _: None)
