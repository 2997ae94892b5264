"""A story of one level that rises and falls, told to the real ``promtool test rules``.

Machines, containers and programs are watched by levels: a share in use, a number that should be zero. One kind of
alert needs four stories, and they differ in numbers only: it rises over the bound and falls again, it stays just under
it, its series vanish while it fires, and they never existed.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from alert_rules import Alert
from vitals.render import Plan

STEP = 15
"""Seconds between two samples and between two evaluations."""
Level = Sequence[float | None]
"""The level at each step; ``None`` from the moment at which its series are gone."""
Told = Mapping[str, str]
"""Values in promtool's notation by series."""


def gauge(series: str, of_level: Callable[[float], float] = lambda level: level) -> Callable[[Level], Told]:
    """A gauge that follows the level."""
    return lambda levels: {series: _tokens([None if level is None else of_level(level) for level in levels])}


def counter(series: str, per_second: Callable[[float], float] = lambda level: level) -> Callable[[Level], Told]:
    """A counter that rises with the level."""

    def told(levels: Level) -> Told:
        total, values = 0.0, list[float | None]()
        for level in levels:
            values.append(None if level is None else total)
            total += 0 if level is None else per_second(level) * STEP
        return {series: _tokens(values)}

    return told


def _tokens(values: Sequence[float | None]) -> str:
    return " ".join("stale" if value is None else f"{value:.12g}" for value in values)


@dataclass(frozen=True, slots=True)
class Kind:
    """What four stories of one kind of alert need.

    Attributes:
        alert: Its id.
        service: The exporter or service.
        series: How the level is scraped.
        low: A healthy level.
        under: A level just under the bound, which may stay for ever.
        high: A level over it.
        earliest: It has not fired so many seconds after the rise.
        latest: It fires by so many seconds after the rise.
        after: It is over by so many seconds after the fall, and after its series vanished.
        summary: Its summary when the level has settled.
        labels: Labels of the firing alert beside those of its rule.
        holds: Seconds that the high level lasts.
        falls: Whether the level goes back to ``low``; a counter that was stepped up stays.
    """

    alert: str
    service: str
    series: Sequence[Callable[[Level], Told]]
    low: float
    under: float
    high: float
    earliest: int
    latest: int
    after: int
    summary: str
    labels: Mapping[str, str] = field(default_factory=dict)
    holds: int = 1800
    falls: bool = True


WARM = 1200
"""Seconds of a healthy level before anything happens."""


def levels(*spans: tuple[float | None, int]) -> Level:
    """The level at each step, from spans of a level and its seconds."""
    return [level for level, seconds in spans for _ in range(seconds // STEP)]


def told(kind: Kind, level: Level) -> dict[str, str]:
    """Every series of a story."""
    return {series: values for one in kind.series for series, values in one(level).items()}


def rises_and_falls(kind: Kind, plan: Plan) -> dict[str, object]:
    """It fires in time, says what is so, and ends."""
    back = kind.low if kind.falls else kind.high
    end = WARM + kind.holds + kind.after + 300
    series = told(kind, levels((kind.low, WARM), (kind.high, kind.holds), (back, kind.after + 300)))
    alert = _alert(kind, plan)
    over = WARM + kind.after if not kind.falls else WARM + kind.holds + kind.after
    checks = [
        _never(alert, 0, WARM + kind.earliest),
        _firing(alert, WARM + kind.latest),
        _never(alert, over, end),
    ]
    settled = WARM + kind.latest if not kind.falls else WARM + kind.holds - STEP
    return _test(
        f"{kind.alert} rises and falls",
        series,
        checks,
        [summarised(plan, kind.alert, kind.service, at=settled, summary=kind.summary, labels=kind.labels)],
    )


def stays_under(kind: Kind, plan: Plan) -> dict[str, object]:
    """Just under the bound it is silent for ever."""
    lasts = WARM + kind.holds
    return _test(
        f"{kind.alert} stays under", told(kind, levels((kind.under, lasts))), [_never(_alert(kind, plan), 0, lasts)]
    )


def vanishes(kind: Kind, plan: Plan) -> dict[str, object]:
    """When its series vanish it ends: what is not measured is not told, TargetDown tells of that."""
    gone = WARM + kind.latest + 60
    end = gone + kind.after + 600
    series = told(kind, levels((kind.low, WARM), (kind.high, kind.latest + 60), (None, kind.after + 600)))
    alert = _alert(kind, plan)
    return _test(
        f"{kind.alert} vanishes", series, [_firing(alert, WARM + kind.latest), _never(alert, gone + kind.after, end)]
    )


def never_existed(kind: Kind, plan: Plan) -> dict[str, object]:
    """Without any of its series it is silent."""
    other = f'unrelated{{service="{kind.service}"}}'
    return _test(f"{kind.alert} never existed", {other: f"1x{WARM // STEP}"}, [_never(_alert(kind, plan), 0, WARM)])


def quiet(
    name: str, alert_id: str, series: Mapping[str, str], *, lasts: int, plan: Plan, service: str = "node"
) -> dict[str, object]:
    """A story in which one alert must stay silent."""
    alert = next(alert for alert in plan.alerts if (alert.id, alert.service) == (alert_id, service))
    return _test(name, series, [_never(alert, 0, lasts)])


def expectations(story: Mapping[str, object]) -> list[object]:
    """What a story expects of expressions, to be extended."""
    checks = story["promql_expr_test"]
    assert isinstance(checks, list)
    return list(checks)


def run(tests: Sequence[Mapping[str, object]], rules: Sequence[Path], promtool: Path, folder: Path) -> None:
    """Run tests by ``promtool test rules`` and fail with its report.

    Args:
        tests: Tests of a promtool unit-test file.
        rules: Rule files.
        promtool: The program.
        folder: Where the unit-test file may lie.
    """
    document = {
        "rule_files": [str(file) for file in rules],
        "evaluation_interval": f"{STEP}s",
        "group_eval_order": [file.stem for file in rules],
        "tests": list(tests),
    }
    file = folder / "unit_test.yaml"
    file.write_text(yaml.dump(document, Dumper=yaml.CSafeDumper, sort_keys=False, width=10_000_000))
    ran = subprocess.run([promtool, "test", "rules", str(file)], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout[-4000:] + ran.stderr[-4000:]


def _test(
    name: str,
    series: Mapping[str, str],
    checks: Sequence[Mapping[str, object]],
    summaries: Sequence[Mapping[str, object]] = (),
) -> dict[str, object]:
    return {
        "name": name,
        "interval": f"{STEP}s",
        "input_series": [{"series": one, "values": values} for one, values in series.items()],
        "promql_expr_test": list(checks),
        "alert_rule_test": list(summaries),
    }


def _alert(kind: Kind, plan: Plan) -> Alert:
    return next(alert for alert in plan.alerts if (alert.id, alert.service) == (kind.alert, kind.service))


def _selector(alert: Alert) -> str:
    return f'ALERTS{{alertname="{alert.name}", alertstate="firing", service="{alert.service}"}}'


def _never(alert: Alert, start: float, end: float) -> dict[str, object]:
    query = f"count_over_time({_selector(alert)}[{max(1, round(end - start))}s])"
    return {"expr": query, "eval_time": f"{round(end)}s", "exp_samples": []}


def _firing(alert: Alert, at: float) -> dict[str, object]:
    return {
        "expr": f"count({_selector(alert)})",
        "eval_time": f"{round(at)}s",
        "exp_samples": [{"labels": "{}", "value": 1}],
    }


def summarised(
    plan: Plan, alert_id: str, service: str, *, at: float, summary: str, labels: Mapping[str, str]
) -> dict[str, object]:
    """The whole alert as it must be at a moment, links filled in as Prometheus does it."""
    alert = next(alert for alert in plan.alerts if (alert.id, alert.service) == (alert_id, service))
    rule = alert.rule(plan.environment)
    ours, annotations = rule["labels"], rule["annotations"]
    assert isinstance(ours, dict)
    assert isinstance(annotations, dict)
    filled = {
        name: re.sub(r"\{\{ \$labels\.(\w+) \}\}", lambda match: labels[match[1]], text)
        for name, text in annotations.items()
        if name != "summary"
    }
    return {
        "alertname": alert.name,
        "eval_time": f"{round(at)}s",
        "exp_alerts": [{"exp_labels": {**ours, **labels}, "exp_annotations": {**filled, "summary": summary}}],
    }
