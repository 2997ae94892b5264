"""Evaluating the objectives of many services: a real Prometheus does it within its intervals.

Prometheus evaluates the rendered rules of a hundred services, with two objectives each, on full windows: thirty days of
five-minute means and two hours of minute rates. What is measured is its processor time, which other work on the machine
does not change, against the time that passes; ten times that is a thousand services.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from vitals.local.processes.ports import LOOPBACK, free_ports
from vitals.local.processes.probe import loopback_client
from vitals.local.processes.supervisor import Supervisor
from vitals.local.stack.folder import RunFolder
from vitals.local.stack.history.blocks import create_blocks
from vitals.local.stack.metrics_api import MetricsApi
from vitals.local.stack.parts.prometheus import PROMETHEUS, prometheus
from vitals.local.stack.rendered_rules import load_rules
from vitals.local.tools import find
from vitals.model.catalog import Budget, Catalogue
from vitals.render import render
from vitals.verify.query_cost.peer_comparison import filling
from vitals.verify.query_cost.synthetic import Key, lines

MEASURED, MANY = 100, 1000
CORES = 2
WATCHED_S = 240
"""Two evaluations of the slowest group, which comes every two minutes."""
MONTH_S = 31 * 86400
SLO_GROUPS = (".slo.yaml", ".slo-long.yaml")


def _rules(catalogue: Catalogue, folder: Path) -> Path:
    """The rule files of the objectives of ``MEASURED`` services that are all alike."""
    (model,) = [service for service in catalogue.services if service.latency]
    services = tuple(replace(model, name=f"service-{number:04d}") for number in range(MEASURED))
    environment = replace(catalogue.environments["local"], budget=Budget(10**9, 10**15))
    rules = folder / "rules"
    rules.mkdir()
    for name, text in render(replace(catalogue, services=services), environment).items():
        if name.startswith("rules/service-") and name.endswith(SLO_GROUPS):
            (rules / Path(name).name).write_text(text, encoding="utf-8")
    return rules


def _text(series: Sequence[tuple[Key, float, float]], end: int) -> Iterator[str]:
    for key, span_s, pace_s in sorted(series):
        yield from lines(key, begin=int(end - span_s), end=end, interval_s=pace_s)
    yield "# EOF\n"


async def _processor_time(api: MetricsApi) -> float:
    """Seconds that Prometheus has used, of all cores together, as it says itself."""
    text = (await api.client.get(f"{api.url}/metrics")).raise_for_status().text
    (found,) = [line for line in text.splitlines() if line.startswith("process_cpu_seconds_total ")]
    return float(found.split()[1])


@pytest.mark.bench
def test_a_thousand_services_are_evaluated_on_two_cores(wellness: Catalogue, tmp_path: Path) -> None:
    """Ten times the processor time of a hundred is less than two cores have, and every group ends in its interval."""
    rules = _rules(wellness, tmp_path)
    folder = RunFolder(tmp_path / "run")
    folder.clear()
    end = int(time.time()) // 300 * 300
    series = filling(load_rules(rules), most_s=MONTH_S)

    async def run() -> tuple[float, float, dict[str, float]]:
        await create_blocks(find("promtool"), _text(series, end), folder.samples, longest="31d")
        (folder.config / "prometheus.yml").write_text(f"rule_files: ['{rules}/*.yaml']\n", encoding="utf-8")
        port = free_ports([PROMETHEUS])[PROMETHEUS]
        async with loopback_client(timeout_s=60) as client:
            part = prometheus(find("prometheus"), folder, port=port, after=(), past_s=MONTH_S)
            supervisor = Supervisor([part], logs=folder.logs, run_id="bench", client=client)
            try:
                await supervisor.start(lambda: None)
                api = MetricsApi(f"http://{LOOPBACK}:{port}", client)
                begun, spent = time.monotonic(), await _processor_time(api)
                await asyncio.sleep(WATCHED_S)
                busy, passed = await _processor_time(api) - spent, time.monotonic() - begun
                groups = (await api.get("rules"))["groups"]
                assert len(groups) == 2 * MEASURED
                longest = {"15": 0.0, "120": 0.0}
                for group in groups:
                    key = f"{group['interval']:g}"
                    longest[key] = max(longest[key], float(group["evaluationTime"]))
                return busy, passed, longest
            finally:
                await supervisor.stop()

    busy, passed, longest = asyncio.run(run())
    cores = busy / passed * MANY / MEASURED
    print(f"\n{MEASURED} services: {busy:.1f} s of a processor in {passed:.0f} s; {MANY}: {cores:.2f} cores of {CORES}")
    print(f"longest evaluation of a group by its interval: {longest}")

    assert cores < CORES
    for interval, took in longest.items():
        assert took < float(interval), interval
