"""The service as a process, beside a real Prometheus that has a past."""

from __future__ import annotations

import asyncio
import csv
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.local.stack.one_prometheus import prometheus_on
from vitals.cli.foresight_detect import detect
from vitals.foresight.kinds import SignalKind
from vitals.foresight.service.cycle import SETTLE_S, Watcher
from vitals.foresight.service.prometheus import RangeReader
from vitals.local.processes.ports import free_ports
from vitals.local.stack.folder import RunFolder
from vitals.local.stack.history.blocks import create_blocks
from vitals.local.tools import find
from vitals.rendered import WatchedEntry, read

pytestmark = pytest.mark.live

SPAN_S = 12 * 3600
PATIENCE_S = 40.0
TRAFFIC = "api.traffic.service"


def _lines(entry: WatchedEntry, end: int) -> Iterator[str]:
    """A past of traffic that doubles at its end, as text that promtool makes blocks of."""
    name = entry.query.partition("{")[0]
    noise = np.random.default_rng(3).normal(0.0, 1.0, SPAN_S // 15)
    yield f"# TYPE {name} gauge\n"
    for number, one in enumerate(noise.tolist()):
        moment = end - SPAN_S + 15 * number
        value = (50.0 if moment < end - 300 else 100.0) + one
        yield f'{name}{{service="{entry.service}"}} {value} {moment}\n'
    yield "# EOF\n"


def _scraped(url: str) -> dict[str, float]:
    """The samples about traffic of one service by metric, once the first cycle is over."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        try:
            families = text_string_to_metric_families(httpx.get(f"{url}/metrics").text)
            found = {
                one.name: one.value
                for family in families
                for one in family.samples
                if one.labels.get("anomaly_name") == TRAFFIC and "horizon" not in one.labels
            }
        except httpx.HTTPError:
            found = {}
        if found:
            return found
        time.sleep(0.2)
    raise AssertionError(f"nothing was said within {PATIENCE_S} s")


def _replayed(state: Path) -> list[dict[str, str]]:
    (file,) = state.glob(f"*{TRAFFIC}*.csv")
    detect(file, state / "out", SignalKind.RATE)
    return list(csv.DictReader((state / "out").read_text(encoding="utf-8").splitlines()))


def test_the_process_asks_a_real_prometheus_and_ends_in_good_order(tmp_path: Path, demo_rendered: Path) -> None:
    """What it exports is what a replay of its state says of that minute; the end of Prometheus is not its own."""
    folder = RunFolder(tmp_path / "run")
    folder.clear()
    entry = next(one for one in read(demo_rendered / "local").model.foresight if one.name == TRAFFIC)
    end = int(time.time())

    async def beside_prometheus() -> tuple[dict[str, float], str, int]:
        await create_blocks(find("promtool"), _lines(entry, end), folder.samples)
        async with prometheus_on(folder, past_s=SPAN_S) as api:
            return await asyncio.to_thread(_run, api.url)

    def _run(url: str) -> tuple[dict[str, float], str, int]:
        port = free_ports(["foresight"])["foresight"]
        command = [sys.executable, "-m", "vitals.cli", "foresight", "serve", "--prometheus", url, "--port", str(port)]
        command += ["--rendered", str(demo_rendered / "local"), "--state", str(tmp_path / "state")]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
            try:
                found = _scraped(f"http://127.0.0.1:{port}")
            finally:
                process.send_signal(signal.SIGTERM)
                _, log = process.communicate(timeout=PATIENCE_S)
        direct = RangeReader(url)
        gone = Watcher([entry], direct, tmp_path / "other", print)
        gone.cycle(end - 60.0)
        direct.close()
        return found, log, process.returncode

    found, log, code = asyncio.run(beside_prometheus())
    row = next(
        one for one in _replayed(tmp_path / "state") if one["timestamp"] == f"{found['forecast_timestamp_seconds']:.0f}"
    )

    assert code == 0, log
    assert "Traceback" not in log
    for metric, column in (
        ("score", "score"),
        ("lower_bound", "lower"),
        ("expected", "expected"),
        ("active", "anomaly"),
    ):
        assert f"{found[f'anomaly_{metric}']:.9g}" == f"{float(row[column]):.9g}"
    assert found["anomaly_active"] == 1.0


def test_a_prometheus_that_is_not_there_is_an_outage_and_no_crash(tmp_path: Path, demo_rendered: Path) -> None:
    """Every question fails, one line each is logged, and nothing is said of any series."""
    lines: list[str] = []
    entries = read(demo_rendered / "local").model.foresight
    reader = RangeReader(f"http://127.0.0.1:{free_ports(['gone'])['gone']}")
    snapshot = Watcher(entries, reader, tmp_path / "state", lines.append).cycle(time.time() + SETTLE_S)
    reader.close()

    assert entries
    assert snapshot.said == ()
    questions = len(entries) + len({(one.service, one.builds) for one in entries if one.builds})
    assert snapshot.health.query_failures == len(lines) == questions > len(entries)
