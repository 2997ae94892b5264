"""Alerts on levels fire when they must and stay silent when they must, by the real promtool on the shipped rules."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.alert_rules import level_cases
from tests.alert_rules.level_cases import DISK
from tests.alert_rules.level_story import (
    STEP,
    Kind,
    counter,
    expectations,
    gauge,
    levels,
    never_existed,
    quiet,
    rises_and_falls,
    run,
    stays_under,
    summarised,
    vanishes,
)
from vitals.catalog import Catalogue
from vitals.render import Plan, compose, render
from vitals.tools import find


@dataclass(frozen=True, slots=True)
class Shipped:
    """Production as it is shipped.

    Attributes:
        plan: What it was rendered from.
        folder: Its rule files.
    """

    plan: Plan
    folder: Path

    def rules_of(self, service: str) -> list[Path]:
        """The rule files that speak of one service or exporter."""
        return sorted(
            file for file in self.folder.iterdir() if file.name.startswith((f"{service}.", "handwritten.", "mixins."))
        )


@pytest.fixture(scope="module")
def shipped_rules(shipped: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Shipped:
    """The rule files of production on the disk."""
    folder = tmp_path_factory.mktemp("rules")
    environment = shipped.environments["prod"]
    for name, text in render(shipped, environment).items():
        if name.startswith("rules/"):
            (folder / Path(name).name).write_text(text)
    return Shipped(compose(shipped, environment), folder)


@pytest.mark.rules
@pytest.mark.parametrize("kind", level_cases.KINDS, ids=lambda kind: kind.alert)
def test_a_level_is_told_in_time_and_no_other(kind: Kind, shipped_rules: Shipped, tmp_path: Path) -> None:
    """It fires in its time with its words, ends, is silent just under the bound, and knows nothing of what is gone."""
    stories = [story(kind, shipped_rules.plan) for story in (rises_and_falls, stays_under, vanishes, never_existed)]

    run(stories, shipped_rules.rules_of(kind.service), find("promtool"), tmp_path)


@pytest.mark.rules
def test_a_wrong_expectation_is_reported(shipped_rules: Shipped, tmp_path: Path) -> None:
    """The check bites: a level that is said to lie under the bound and does not is named."""
    kind = next(kind for kind in level_cases.KINDS if kind.alert == "system.memory.high")
    story = stays_under(replace(kind, under=kind.high), shipped_rules.plan)

    with pytest.raises(AssertionError, match="MachineMemoryHigh"):
        run([story], shipped_rules.rules_of("node"), find("promtool"), tmp_path)


def _filling(start: float, per_second: float, seconds: int, flat: int = 0) -> dict[str, str]:
    """A disk of 1000 GB that fills steadily, and then no more."""
    free = [start - per_second * STEP * n for n in range(seconds // STEP)]
    free += [free[-1]] * (flat // STEP)
    return {
        f"node_filesystem_avail_bytes{{{DISK}}}": " ".join(f"{value:.12g}" for value in free),
        f"node_filesystem_size_bytes{{{DISK}}}": f"1000e9x{len(free)}",
        f"node_filesystem_readonly{{{DISK}}}": f"0x{len(free)}",
    }


HOURS, DAYS = level_cases.FORECAST_IN_HOURS, level_cases.FORECAST_IN_DAYS
_BY = 7380
_FORECASTS = [
    ("it will be full in more than four hours", HOURS, _filling(19500 * 8e6, 8e6, 5000), 5000),
    ("it fills fast, and fifty minutes are known", HOURS, _filling(150e9, 20e6, 3000), 3000),
    ("it fills fast, and four fifths are not used yet", HOURS, _filling(500e9, 50e6, 5900), 5900),
    ("it will be full in more than three days", DAYS, _filling(282000 * 1.1e6, 1.1e6, 22000), 22000),
    ("it shrinks for five hours, which are too few", DAYS, _filling(100e9, 1.2e6, 19000), 19000),
    ("it is emptied", HOURS, _filling(100e9, -5e6, 5000), 5000),
]


@pytest.mark.rules
@pytest.mark.parametrize(("name", "alert", "series", "lasts"), _FORECASTS, ids=[name for name, *_ in _FORECASTS])
def test_a_forecast_does_not_cry_wolf(
    *, name: str, alert: str, series: dict[str, str], lasts: int, shipped_rules: Shipped, tmp_path: Path
) -> None:
    """Just under the bound, with too little known, or with plenty of room left, nobody is told."""
    story = quiet(name, alert, series, lasts=lasts, plan=shipped_rules.plan)

    run([story], shipped_rules.rules_of("node"), find("promtool"), tmp_path)


@pytest.mark.rules
def test_a_disk_that_fills_in_hours_is_told_and_over_when_it_stops(shipped_rules: Shipped, tmp_path: Path) -> None:
    """12 MB a second: four hours are left after 6433 s, it fires 15 minutes later, and ends when writing stops."""
    story = _forecast(
        shipped_rules.plan,
        HOURS,
        _filling(250e9, 12e6, 9000, flat=4000),
        (7300, _BY, 11400, 12990),
        "3h 44m 28s, within 4h",
    )

    run([story], shipped_rules.rules_of("node"), find("promtool"), tmp_path)


@pytest.mark.rules
def test_a_disk_that_fills_in_days_is_told(shipped_rules: Shipped, tmp_path: Path) -> None:
    """1.2 MB a second: known after 5.4 hours, it fires an hour later."""
    story = _forecast(
        shipped_rules.plan,
        DAYS,
        _filling(320e9, 1.2e6, 24000),
        (22950, 23160, None, 23900),
        "2d 19h 38m 41s, within 3d",
    )

    run([story], shipped_rules.rules_of("node"), find("promtool"), tmp_path)


def _forecast(
    plan: Plan, alert_id: str, series: dict[str, str], times: tuple[int, int, int | None, int], words: str
) -> dict[str, object]:
    earliest, latest, over, end = times
    story = quiet(alert_id, alert_id, series, lasts=earliest, plan=plan)
    checks = expectations(story)
    name = next(alert.name for alert in plan.alerts if alert.id == alert_id)
    firing = f'ALERTS{{alertname="{name}", alertstate="firing"}}'
    checks.append(
        {"expr": f"count({firing})", "eval_time": f"{latest}s", "exp_samples": [{"labels": "{}", "value": 1}]}
    )
    if over is not None:
        checks.append({"expr": f"count_over_time({firing}[{end - over}s])", "eval_time": f"{end}s", "exp_samples": []})
    labels = {"instance": "m1:9100", "mountpoint": "/"}
    summary = f"A disk of node (m1:9100, /) is full in {words}"
    said = summarised(plan, alert_id, "node", at=latest, summary=summary, labels=labels)
    return {**story, "promql_expr_test": checks, "alert_rule_test": [said]}


@pytest.mark.rules
def test_a_disk_that_is_read_only_cannot_fill_up(shipped_rules: Shipped, tmp_path: Path) -> None:
    """A filesystem that is full and read-only, such as an image, warns nobody."""
    full = {
        f"node_filesystem_avail_bytes{{{DISK}}}": "0x200",
        f"node_filesystem_size_bytes{{{DISK}}}": "1000x200",
        f"node_filesystem_readonly{{{DISK}}}": "1x200",
    }
    ids = ("system.disk.space_low", "system.disk.nearly_full", "system.disk.read_only")

    run(
        [quiet(alert, alert, full, lasts=2900, plan=shipped_rules.plan) for alert in ids],
        shipped_rules.rules_of("node"),
        find("promtool"),
        tmp_path,
    )


@pytest.mark.rules
def test_low_traffic_tells_nobody(shipped_rules: Shipped, tmp_path: Path) -> None:
    """No notification, no request and no limit: a share of nothing is no number, and no alert."""
    plan = shipped_rules.plan
    idle = levels((0, 1800))
    failed = counter('alertmanager_notifications_failed_total{service="alertmanager", integration="slack", reason="r"}')
    tried = counter('alertmanager_notifications_total{service="alertmanager", integration="slack"}')
    unlimited = gauge('redis_memory_max_bytes{service="redis", instance="r1"}')
    used = gauge('redis_memory_used_bytes{service="redis", instance="r1"}', lambda _: 1e9)

    for alert, service, series in (
        ("meta.notifications.failing", "alertmanager", {**failed(idle), **tried(idle)}),
        ("system.redis.memory_high", "redis", {**unlimited(idle), **used(idle)}),
    ):
        story = quiet(alert, alert, series, lasts=1780, plan=plan, service=service)
        run([story], shipped_rules.rules_of(service), find("promtool"), tmp_path)


def _up(pattern: str, times: int) -> str:
    return " ".join([pattern] * times)


@pytest.mark.rules
@pytest.mark.parametrize(
    ("pattern", "fires"),
    [("1 _", True), ("1 1 1 1 1 _", False), ("0 0", False)],
    ids=["every second scrape is missed", "one in six is missed", "every scrape fails, which is not missing"],
)
def test_scrapes_that_are_missed(*, pattern: str, fires: bool, shipped_rules: Shipped, tmp_path: Path) -> None:
    """Half of the samples missing is told after its ten minutes; a few, or failed scrapes, are not."""
    plan = shipped_rules.plan
    up = {'up{service="node", instance="m1"}': f"1x39 {_up(pattern, 60)} {_up('1', 60)}"}
    story = quiet("missed", level_cases.SCRAPES_MISSED, up, lasts=1290 if fires else 1500, plan=plan)
    if fires:
        firing = 'ALERTS{alertname="ScrapesMissed", alertstate="firing", service="node"}'
        told = {"expr": f"count({firing})", "eval_time": "1400s", "exp_samples": [{"labels": "{}", "value": 1}]}
        over = {"expr": f"count_over_time({firing}[200s])", "eval_time": "3100s", "exp_samples": []}
        words = "Scrapes that were missed of node is 50%, above 20%"
        said = summarised(plan, level_cases.SCRAPES_MISSED, "node", at=1400, summary=words, labels={})
        story = {**story, "promql_expr_test": [*expectations(story), told, over], "alert_rule_test": [said]}

    run([story], shipped_rules.rules_of("node"), find("promtool"), tmp_path)


def test_every_kind_of_alert_of_an_exporter_has_its_stories(shipped_rules: Shipped) -> None:
    """No alert about machines, clusters or the monitoring is shipped without proof."""
    shipped = {
        alert.id
        for alert in shipped_rules.plan.alerts
        if alert.id.startswith(("system.", "meta.", "handwritten.", "mixins."))
    }

    assert shipped - {"meta.watchdog", "meta.target_down"} == level_cases.TOLD
