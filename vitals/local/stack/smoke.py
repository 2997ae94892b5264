"""The smoke test: does everything that is rendered work on real data?

It runs inside a running stack: waits for two evaluations of every rule group, then asks every query of every panel.
``with_data`` means that each query of a panel, the one for exemplars too, yields a finite sample of this run; a query
without must have said beforehand why, and so must a record. That there are no calls is not a reason: there is traffic.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from vitals.errors import VitalsError
from vitals.local.portal.prometheus import QueryError
from vitals.local.stack.dashboard_queries import PanelQueries, dashboard_queries, load_dashboards, queries_without_data
from vitals.local.stack.metrics_api import MetricsApi, RuleState
from vitals.model.conventions import SERVICE
from vitals.rendered import RecordEntry, RenderedModel

EVALUATIONS = 2
_NEVER = "0001-01-01"
"""The date that Prometheus gives for a group that was not evaluated yet."""
EVALUATED_WITHIN_S = 300.0
SETTLED_WITHIN_S = 60.0
"""How long panels and records without data are asked again: a scrape and an evaluation may be just under way."""


@dataclass(frozen=True)
class SmokeSection:
    """How many of a kind are well, how many there are, and what is wrong with the others.

    ``expected_empty`` holds (panel or record, reason) pairs of those that have no data and may have none;
    ``excused`` holds (panel, query, reason) of the single queries of panels for which that is so;
    ``with_history`` names panels that have data an hour or more of which went into, where the past is synthetic. They
    are not among the good ones.
    """

    good: int
    total: int
    errors: Sequence[str] = ()
    expected_empty: Sequence[tuple[str, str]] = ()
    excused: Sequence[tuple[str, str, str]] = ()
    with_history: Sequence[str] = ()


@dataclass(frozen=True)
class SmokeReport:
    """The outcome.

    Attributes:
        targets: What is scraped.
        rules: Recording and alerting rules.
        panels: Panels, and the annotations of the dashboards, which only have to be answered.
        not_run_here: Services of which nothing runs here: no target, and no sample that must be there.
        duration_s: Seconds.
    """

    targets: SmokeSection
    rules: SmokeSection
    panels: SmokeSection
    not_run_here: Sequence[str]
    duration_s: float

    @property
    def passed(self) -> bool:
        """Whether every target is up, every rule is healthy and every panel has data or a reason to have none."""
        return not (self.targets.errors or self.rules.errors or self.panels.errors)

    def document(self) -> dict[str, object]:
        """The report as it is written to a file."""
        records = [{"record": record, "reason": reason} for record, reason in self.rules.expected_empty]
        excused = [{"panel": panel, "query": query, "reason": reason} for panel, query, reason in self.panels.excused]
        panels = [{"panel": panel, "reason": reason} for panel, reason in self.panels.expected_empty]
        return {
            "targets": {"up": self.targets.good, "total": self.targets.total, "errors": list(self.targets.errors)},
            "rules": {
                "healthy": self.rules.good,
                "total": self.rules.total,
                "errors": list(self.rules.errors),
                "expected_empty": records,
            },
            "panels": {
                "total": self.panels.total,
                "with_data": self.panels.good,
                "with_synthetic_history": list(self.panels.with_history),
                "errors": list(self.panels.errors),
                "expected_empty": panels,
                "excused_queries": excused,
            },
            "not_run_here": list(self.not_run_here),
            "duration_s": self.duration_s,
        }


@dataclass
class _Findings:
    with_data: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    expected_empty: list[tuple[str, str]] = field(default_factory=list)
    excused: list[tuple[str, str, str]] = field(default_factory=list)
    with_history: list[str] = field(default_factory=list)


async def smoke(
    model: RenderedModel,
    dashboards: Path,
    api: MetricsApi,
    say: Callable[[str], None],
    *,
    not_run_here: Sequence[str] = (),
    rests_on_past: Callable[[str], bool] | None = None,
) -> SmokeReport:
    """Test a running stack.

    Args:
        model: ``model.json`` of what it runs.
        dashboards: Folder of its dashboards.
        api: Its Prometheus.
        say: Called with what happens.
        not_run_here: Services of which nothing runs here.
        rests_on_past: Says whether a query rests on a synthetic past; None where there is none.

    Raises:
        VitalsError: A rule group is not evaluated twice within ``EVALUATED_WITHIN_S`` seconds.
        httpx.HTTPError: Prometheus does not answer.
    """
    begun = time.monotonic()
    say(f"waiting for {EVALUATIONS} evaluations of every rule group")
    try:
        async with asyncio.timeout(EVALUATED_WITHIN_S):
            await _evaluated(api)
    except TimeoutError as error:
        raise VitalsError(
            f"Not every rule group was evaluated {EVALUATIONS} times within {EVALUATED_WITHIN_S:.0f} s, so the rules "
            f"cannot be judged. Prometheus is overloaded or a group's interval is longer than that."
        ) from error
    say("running every query of every panel")
    expected = [record for record in model.records if record.labels[SERVICE] not in not_run_here]
    deadline = time.monotonic() + SETTLED_WITHIN_S
    while True:
        targets = _targets(await api.targets())
        rules = await _rules(await api.rules(), expected, api)
        panels = await _panels(model, dashboards, api, rests_on_past)
        report = SmokeReport(targets, rules, panels, tuple(not_run_here), round(time.monotonic() - begun, 1))
        if report.passed or time.monotonic() > deadline:
            return report
        await asyncio.sleep(2.0)


async def _evaluated(api: MetricsApi) -> None:
    seen: dict[tuple[str, str], set[str]] = {}
    while True:
        for group, at in (await api.last_evaluations()).items():
            seen.setdefault(group, set()).update(() if at.startswith(_NEVER) else (at,))
        if seen and all(len(times) >= EVALUATIONS for times in seen.values()):
            return
        await asyncio.sleep(0.5)


def _targets(states: dict[str, str]) -> SmokeSection:
    down = [f"{target}: {error}" for target, error in states.items() if error]
    return SmokeSection(len(states) - len(down), len(states), down)


async def _rules(rules: Sequence[RuleState], records: Sequence[RecordEntry], api: MetricsApi) -> SmokeSection:
    unhealthy = {rule.name: f"{rule.group} {rule.name}: {rule.error}" for rule in rules if not rule.healthy}
    empty = [
        record
        for record in records
        if record.name not in unhealthy and not await api.has_finite_sample(record.selector)
    ]
    missing = [f"{record.selector} has no sample" for record in empty if record.empty_reason is None]
    expected = [(record.selector, record.empty_reason) for record in empty if record.empty_reason is not None]
    errors = [*unhealthy.values(), *missing]
    return SmokeSection(len(rules) - len(errors), len(rules), errors, expected)


async def _panels(
    model: RenderedModel, dashboards: Path, api: MetricsApi, rests_on_past: Callable[[str], bool] | None
) -> SmokeSection:
    found = _Findings()
    total = 0
    for dashboard in load_dashboards(dashboards):
        queries = await dashboard_queries(dashboard, api)
        total += len(queries.panels)
        for panel in queries.panels:
            await _judge(panel, model.excuses(panel.uid, panel.id), api, found, rests_on_past)
        for name, expression in queries.annotations.items():
            try:
                await api.query(expression)
            except QueryError as error:
                found.errors.append(f"annotation {name}: {error} in {expression}")
    return SmokeSection(
        len(found.with_data), total, found.errors, found.expected_empty, found.excused, found.with_history
    )


async def _judge(
    panel: PanelQueries,
    reasons: Sequence[str | None],
    api: MetricsApi,
    found: _Findings,
    rests_on_past: Callable[[str], bool] | None,
) -> None:
    """Ask every query of a panel: one that is refused or empty is an error even when another one has data."""
    try:
        empty = await queries_without_data(panel, api)
    except QueryError as error:
        found.errors.append(f"{panel.name}: {error}")
        return
    given = dict(zip(panel.expressions, reasons, strict=False))
    excused = [(panel.name, query, reason) for query in empty if (reason := given.get(query)) is not None]
    missing = [query for query in empty if given.get(query) is None]
    found.excused += excused
    if missing:
        found.errors.append(f"{panel.name}: no finite sample of {'; '.join(missing)}, and no reason is declared")
    elif len(excused) == len(panel.expressions):
        found.expected_empty.append((panel.name, excused[0][2]))
    elif rests_on_past is not None and any(map(rests_on_past, panel.expressions)):
        found.with_history.append(panel.name)
    else:
        found.with_data.append(panel.name)
