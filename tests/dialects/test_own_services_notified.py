"""What ``vitals up --target`` is for: a team's own services, beside the stack, reach its receivers when they fail."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from tests.dialects.emitters.running import python, running
from tests.dialects.emitters.traffic import Traffic
from vitals.local.processes.ports import free_ports
from vitals.local.processes.probe import loopback_client
from vitals.local.stack import plan
from vitals.local.stack.folder import RunFolder
from vitals.local.stack.metrics_api import MetricsApi
from vitals.local.stack.own_targets import own_targets
from vitals.local.stack.programs import find_programs
from vitals.local.stack.receivers.inbox import read_deliveries
from vitals.local.stack.run import RunOptions, Stack, check, run_stack
from vitals.model.catalog import Service
from vitals.render import write

pytestmark = pytest.mark.live

FAILING, GONE = "fast-search", "star-notes"
CHANNELS = ("slack", "email", "pagerduty")
NOTIFIED_WITHIN_S = 120.0
"""Twice what is promised: tests run beside this one on the same processors, and the promise is measured elsewhere."""
WATCHED_WITHIN_S = 60.0


async def _until(condition: Callable[[], bool], within_s: float) -> float:
    begun = time.monotonic()
    while not condition():
        assert time.monotonic() - begun < within_s
        await asyncio.sleep(0.2)
    return time.monotonic() - begun


async def _watched(stack: Stack, names: Collection[str]) -> None:
    """Wait until the requests of each are counted."""
    async with loopback_client() as client:
        api = MetricsApi(stack.addresses.prometheus, client)
        begun = time.monotonic()
        while {one.labels["service"] for one in await api.query("service:api_calls:irate > 1")} < set(names):
            assert time.monotonic() - begun < WATCHED_WITHIN_S
            await asyncio.sleep(0.5)


def _notified(folder: RunFolder) -> dict[str, set[str]]:
    """Channels by the service that they were notified of, and by its reason where the channel carries labels."""
    found: dict[str, set[str]] = {}
    for delivery in read_deliveries(folder.deliveries):
        for alert in delivery.alerts:
            found.setdefault(alert.service, set()).add(delivery.channel)
            if "reason" in alert.labels:
                found.setdefault(f"{alert.service} {alert.labels['reason']}", set()).add(delivery.channel)
    return found


def test_own_services_that_fail_or_are_gone_are_notified_and_nothing_else(
    rendered: Mapping[str, str], services: Mapping[str, Service], tmp_path: Path
) -> None:
    """One answers with errors only, one is killed: both reach every channel, and what is not run here reaches none."""
    write(rendered, tmp_path / "rendered")
    folder = RunFolder(tmp_path / "run")
    ports = free_ports((FAILING, GONE))
    model = check(tmp_path / "rendered", folder).model
    targets = own_targets([f"{name}=127.0.0.1:{port}" for name, port in ports.items()], model, ours=plan.RUN_HERE)
    # The demo beside them keeps its data in SQLite, which starts at once.
    programs = replace(find_programs(lambda _: None), emulator=None, grafana=None)
    options = RunOptions(rendered=tmp_path / "rendered", folder=folder, programs=programs, users=1, targets=targets)

    async def run() -> tuple[dict[str, set[str]], Collection[str]]:
        with ExitStack() as failing, ExitStack() as gone:
            emitters = {
                name: started.enter_context(running(name, python(module, port=ports[name]), port=ports[name]))
                for name, module, started in (
                    (FAILING, "with_fastapi_instrumentator", failing),
                    (GONE, "with_starlette_exporter", gone),
                )
            }
            async with run_stack(options, lambda _: None) as stack:
                with Traffic(emitters) as traffic:
                    await _watched(stack, ports)
                    traffic.paths[FAILING] = "/broken"
                    gone.close()
                    expected = {f"{FAILING} failing", f"{GONE} gone"}
                    await _until(
                        lambda: (
                            expected <= _notified(folder).keys()
                            and all(_notified(folder)[name] >= set(CHANNELS) for name in ports)
                        ),
                        NOTIFIED_WITHIN_S,
                    )
                return _notified(folder), stack.journal.state.not_run_here

    notified, not_run_here = asyncio.run(run())

    assert set(not_run_here) == services.keys() - ports.keys()
    assert not notified.keys() & set(not_run_here)
