"""A synthetic past as real blocks: promtool makes them, Prometheus serves them, and no rule minds them."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.local.stack.one_prometheus import prometheus_on
from vitals.errors import VitalsError
from vitals.local.stack.folder import RunFolder
from vitals.local.stack.history.blocks import create_blocks
from vitals.local.stack.history.fill import Past, fill
from vitals.local.stack.metrics_api import MetricsApi
from vitals.local.stack.rendered_rules import KNOWN_SHARE, RenderedRule, load_rules, readings
from vitals.local.tools import find
from vitals.rendered import read

pytestmark = pytest.mark.rules

SPAN_S = 8 * 86400


async def over_the_past(api: MetricsApi, query: str, end: float) -> list[float]:
    """Every value of a query, hour by hour."""
    answer = await api.get("query_range", query=query, start=f"{end - SPAN_S:.0f}", end=f"{end:.0f}", step="3600")
    return [float(value) for series in answer["result"] for _, value in series["values"]]


def _with_shares(expr: str, rules: Sequence[RenderedRule]) -> str:
    """An expression that counts itself how much of a window is known: that record has no past of its own."""
    for rule in rules:
        if KNOWN_SHARE in rule.name:
            of = f'{{service="{rule.labels["service"]}",slo="{rule.labels["slo"]}"}}'
            expr = expr.replace(rule.name + of, f"({rule.expr})")
    return expr


def test_a_week_and_a_day_are_there_and_no_alert_fires(folder: RunFolder, demo_rendered: Path) -> None:
    """The past starts where it should; no alert would have fired in it, and no objective was in danger."""
    local, said = demo_rendered / "local", list[str]()
    past = Past(span_s=SPAN_S, promtool=find("promtool"), say=said.append)
    rules = load_rules(local / "rules")
    budgets = [rule for rule in rules if rule.name.startswith("service_slo:burn_rate:")]

    async def run() -> None:
        since = await fill(past, read(local), folder.samples)
        assert 0 <= time.time() - since < 120
        async with prometheus_on(folder, past_s=SPAN_S) as api:
            (names,) = [await api.get("label/__name__/values")]
            asked = [(rule, {one.name for one in readings(rule.expr)}) for rule in rules if not rule.records]
            alerts = [rule for rule, found in asked if found and found <= set(names)]
            assert {"WorseThanLastWeek", "WorseEveryDay", "ApiLatencyHigh", "TasksWaiting"} == {
                rule.name for rule in alerts
            }
            for rule in alerts:
                assert await over_the_past(api, rule.expr, since) == [], rule
            for rule in budgets:
                burnt = await over_the_past(api, _with_shares(rule.expr, rules), since)
                assert len(burnt) >= SPAN_S / 3600
                assert max(value for value in burnt if math.isfinite(value)) < 1, rule
            assert len(await over_the_past(api, "service:user_satisfaction:apdex5m_mean1h", since)) == SPAN_S / 3600 + 1

    asyncio.run(run())

    assert len(said) == 2
    assert "8 days" in said[0]
    assert sorted(one.name for one in folder.data.iterdir()) == ["prometheus"]


def test_data_that_are_there_are_never_mixed_with_a_past(folder: RunFolder) -> None:
    """The folder is named, and left as it was."""
    folder.samples.mkdir()
    (folder.samples / "wal").mkdir()

    with pytest.raises(VitalsError, match=r"already holds data.*--state DIR"):
        asyncio.run(create_blocks(find("promtool"), iter(()), folder.samples))

    assert [one.name for one in folder.samples.iterdir()] == ["wal"]


def test_what_promtool_refuses_leaves_nothing(folder: RunFolder) -> None:
    """No half of a block, no temporary file, and promtool's own words."""
    with pytest.raises(VitalsError, match="promtool could not make"):
        asyncio.run(create_blocks(find("promtool"), iter(["a:b:c 1 yesterday\n"]), folder.samples))

    assert list(folder.data.iterdir()) == []


def test_an_interrupted_start_leaves_nothing(folder: RunFolder, tmp_path: Path) -> None:
    """Ctrl-C while blocks are made leaves neither blocks nor a running promtool."""
    slow = tmp_path / "promtool"
    slow.write_text("#!/bin/sh\nexec sleep 60\n", encoding="utf-8")
    slow.chmod(0o755)

    async def run() -> None:
        work = asyncio.create_task(create_blocks(slow, iter(["# EOF\n"]), folder.samples))
        await asyncio.sleep(0.5)
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work

    asyncio.run(run())

    assert list(folder.data.iterdir()) == []
