"""What changed alerts do on a synthetic bad day, beside what their old version does: a back-test without a history."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from vitals.local.stack.folder import RunFolder
from vitals.local.stack.history.blocks import create_blocks
from vitals.verify.backtest import AlertPair, Backtester, PairOutcome, RangeServer, chosen, pairs
from vitals.verify.preview.exposed import exposed
from vitals.verify.preview.read_series import names_read, sample_steps
from vitals.verify.preview.synthetic import by_series, paced, sampled
from vitals.verify.query_cost.count import END, CountPrograms, running
from vitals.verify.query_cost.synthetic import SyntheticJob
from vitals.verify.report.incidents import DAY_S, day_shape
from vitals.verify.report.sides import ReportedEnvironment

START, FINISH = END - int(DAY_S), END
_LEAD_S = 3600.0
"""Healthy time before the day, so that windows of an hour are full when it begins."""
_VALUES = 2
"""Of each label: what an alert does with one endpoint it does with twenty, and the day is ten times smaller."""


def changed_alerts(environment: ReportedEnvironment) -> list[AlertPair]:
    """The alerts that may fire at other times than at the base; none where the environment is new or removed.

    Raises:
        VitalsError: A rule file cannot be read.
    """
    if environment.before is None or environment.after is None:
        return []
    if environment.before.rule_texts == environment.after.rule_texts:
        return []  # most changes are of dashboards; nothing has to be parsed to know that
    now, before = environment.after.alerts, environment.before.alerts
    return chosen(pairs(now, before), [], now.against(before))


async def on_the_bad_day(
    environment: ReportedEnvironment, changed: Sequence[AlertPair], programs: CountPrograms, say: Callable[[str], None]
) -> list[PairOutcome]:
    """Judge alerts; none where the model of the environment is of another version.

    Args:
        environment: Where they are.
        changed: The alerts.
        programs: Prometheus and promtool.
        say: Called with what happens.

    Raises:
        VitalsError: Prometheus cannot start.
    """
    after, before = environment.after, environment.before
    if after is None or before is None or after.model is None or not changed:
        return []
    sides = (before, after)
    exprs = {one.expr for pair in changed for one in (pair.now, pair.before) if one is not None}
    rules = [rule for side in sides for rule in side.rules if rule.records]
    names = names_read(exprs, rules)
    texts = [*exprs, *(rule.expr for rule in rules if rule.name in names)]
    jobs = _small(exposed(after.model, texts))
    with tempfile.TemporaryDirectory(prefix="vitals-bad-day-", ignore_cleanup_errors=True) as temporary:
        folder = RunFolder(Path(temporary) / "run")
        folder.clear()
        raw = paced(jobs, names, sample_steps(texts))
        say(f"making a synthetic bad day of {len(raw)} series")
        metrics = by_series(jobs)
        begin = START - _LEAD_S
        lines = sampled(raw, begin, lambda key: day_shape(key, metrics, begin - _LEAD_S, START))
        await create_blocks(programs.promtool, lines, folder.samples)
        async with running(folder, programs) as api:
            tester = Backtester(RangeServer(api.url, api.client), START, FINISH, now=after.alerts, before=before.alerts)
            return await tester.judge(changed, say)


def _small(jobs: Sequence[SyntheticJob]) -> list[SyntheticJob]:
    """The same jobs with few values of each open label; of statuses these are one of success and one of failure."""
    labels = {label.name for job in jobs for metric in job.metrics for label in metric.labels if not label.values}
    few = dict.fromkeys(labels, _VALUES)
    return [replace(job, expects={**few, **job.expects}) for job in jobs]
