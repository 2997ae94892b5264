"""Two versions in a real Prometheus, distinguished by the label of their series or by the build of their target."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest

from vitals.errors import VitalsError
from vitals.local.processes.ports import LOOPBACK, free_ports
from vitals.local.processes.probe import loopback_client
from vitals.local.processes.supervisor import Supervisor
from vitals.local.stack.folder import RunFolder
from vitals.local.stack.history.blocks import create_blocks
from vitals.local.stack.parts.prometheus import PROMETHEUS, prometheus
from vitals.local.tools import find
from vitals.verify.compare.judge import judge
from vitals.verify.compare.verdict import ComparedMeasure, ComparisonVerdict, Effects
from vitals.verify.compare.versions import VersionQuery, sides

pytestmark = pytest.mark.rules

MINUTES, SCRAPE_S, PER_SCRAPE = 40, 15, 200
BOUNDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0)


def samples(end: int, *, labelled: bool) -> Iterator[str]:
    """OpenMetrics text: version 1.0 and a slower 1.1 that fails more often, on an instance each."""
    shares = {"1.0": (0.3, 0.001), "1.1": (0.4, 0.03)}
    begin = end - MINUTES * 60 - 60
    for version, (median, failing) in shares.items():
        rng = np.random.default_rng(1)
        own = f'service="api",job="api",instance="{version}:80"'
        named = f'{own},endpoint="/a",method="GET"' + (f',version="{version}"' if labelled else "")
        counts = dict.fromkeys((*BOUNDS, float("inf")), 0)
        calls = {"200": 0, "500": 0}
        for at in range(begin, end + 1, SCRAPE_S):
            latencies = median * np.exp(rng.normal(0, 0.4, PER_SCRAPE)) / 3
            for bound, count in counts.items():
                counts[bound] = count + int((latencies <= bound).sum())
                le = "+Inf" if bound == float("inf") else f"{bound:g}"
                yield f'api_response_time_seconds_bucket{{{named},le="{le}"}} {counts[bound]} {at}\n'
            errors = int(rng.binomial(PER_SCRAPE, failing))
            calls["500"] += errors
            calls["200"] += PER_SCRAPE - errors
            for status, count in calls.items():
                yield f'api_calls_total{{{named},status="{status}"}} {count} {at}\n'
            yield f'app_build_info{{{own},version="{version}",revision="x"}} 1 {at}\n'


def _series_and_time(line: str) -> tuple[str, int]:
    """The order of a file of OpenMetrics: promtool leaves out a sample that is older than the one before it."""
    series, _, at = line.rsplit(maxsplit=2)
    return series, int(at)


@asynccontextmanager
async def filled(folder: Path, end: int, *, labelled: bool) -> AsyncIterator[str]:
    """A Prometheus that has those samples, by its address."""
    run = RunFolder(folder / "run")
    run.clear()
    text = [*sorted(samples(end, labelled=labelled), key=_series_and_time), "# EOF\n"]
    await create_blocks(find("promtool"), text, run.samples)
    (run.config / "prometheus.yml").write_text("{}\n", encoding="utf-8")
    port = free_ports([PROMETHEUS])[PROMETHEUS]
    async with loopback_client(timeout_s=30) as client:
        part = prometheus(find("prometheus"), run, port=port, after=(), past_s=86400)
        supervisor = Supervisor([part], logs=run.logs, run_id="compare", client=client)
        try:
            await supervisor.start(lambda: None)
            yield f"http://{LOOPBACK}:{port}"
        finally:
            await supervisor.stop()


@pytest.mark.parametrize("labelled", [True, False], ids=["version label", "build info"])
def test_a_version_that_is_slower_and_fails_more_is_worse(tmp_path: Path, *, labelled: bool) -> None:
    """Both changes are found in what a real Prometheus answers; a version that never ran cannot be judged."""
    end = int(time.time()) // 60 * 60

    async def run() -> None:
        async with filled(tmp_path, end, labelled=labelled) as url:
            asked = VersionQuery(url, "api", end, MINUTES)
            found = judge(*await asyncio.to_thread(sides, asked, "1.0", "1.1"), Effects())
            measures = {one.measure: one for one in found.endpoints if one.endpoint == "GET /a"}
            absent = judge(*await asyncio.to_thread(sides, asked, "1.0", "2.0"), Effects())

            assert found.verdict is ComparisonVerdict.WORSE
            assert measures[ComparedMeasure.LATENCY].effect == pytest.approx(0.33, abs=0.15)
            assert measures[ComparedMeasure.ERRORS].effect == pytest.approx(0.029, abs=0.01)
            assert measures[ComparedMeasure.ERRORS].verdict is ComparisonVerdict.WORSE
            assert (absent.verdict, absent.why) == (ComparisonVerdict.CANNOT_JUDGE, "no traffic in 2.0")
            with pytest.raises(VitalsError, match="no api_calls_total of a service 'web'"):
                await asyncio.to_thread(sides, VersionQuery(url, "web", end, MINUTES), "1.0", "1.1")

    asyncio.run(run())
