"""The whole review, as values; how it is written down is not its business."""

from __future__ import annotations

from dataclasses import dataclass

from vitals.rendered import Rendered
from vitals.verify.weekly.alerts import AlertWeek, SilentAlert, fired, never_fired
from vitals.verify.weekly.anomalies import OddSeries, anomalies
from vitals.verify.weekly.capacity import CapacityLeft, MetricsCost, capacity_left, metrics_cost
from vitals.verify.weekly.objectives import ObjectiveWeek, objectives
from vitals.verify.weekly.silences import WeekSilence
from vitals.verify.weekly.slow import NewSlow, newly_slow
from vitals.verify.weekly.verdicts import GivenVerdict
from vitals.verify.weekly.week import Week, WeekCoverage, WeekServer, records_of
from vitals.verify.weekly.worse import WorseItem, got_worse

Course = tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True)
class WeeklyReview:
    """A week of an environment.

    Attributes:
        environment: Its name.
        week: The week.
        coverage: Of how much of it, and of the week before, there are data.
        objectives: Every objective.
        budgets: The course of each error budget over the week, by service and objective.
        worse: What got worse, ranked by the time that users lost.
        slow: Endpoints and queries that are slow since this week.
        anomalies: The oddest series; None where no detector runs.
        capacity: What was left at the busiest moment.
        cost: What the metrics come to.
        verdicts: Of load tests and comparisons that were given.
        fired: Alerts that fired.
        silent: Alerts that did not.
        silences: Silences of the week; None where no Alertmanager was asked.
    """

    environment: str
    week: Week
    coverage: WeekCoverage
    objectives: tuple[ObjectiveWeek, ...]
    budgets: dict[str, Course]
    worse: tuple[WorseItem, ...]
    slow: tuple[NewSlow, ...]
    anomalies: tuple[OddSeries, ...] | None
    capacity: tuple[CapacityLeft, ...]
    cost: MetricsCost
    verdicts: tuple[GivenVerdict, ...]
    fired: tuple[AlertWeek, ...]
    silent: tuple[SilentAlert, ...]
    silences: tuple[WeekSilence, ...] | None


async def weekly_review(
    asked: WeekServer,
    rendered: Rendered,
    *,
    verdicts: tuple[GivenVerdict, ...] = (),
    silences: tuple[WeekSilence, ...] | None = None,
) -> WeeklyReview:
    """Review a week.

    Args:
        asked: The Prometheus, and the week.
        rendered: The environment that it evaluates.
        verdicts: What else is known of the week's changes.
        silences: Those of the week; None where no Alertmanager was asked.

    Raises:
        VitalsError: Prometheus does not answer, refuses a query, or has no data of the week.
    """
    model = rendered.model
    coverage = await asked.coverage()
    alerts = await fired(asked, rendered, silences)
    return WeeklyReview(
        environment=rendered.name,
        week=asked.week,
        coverage=coverage,
        objectives=await objectives(asked, model),
        budgets=await _budgets(asked, rendered),
        worse=await got_worse(asked, model),
        slow=await newly_slow(asked, model),
        anomalies=await anomalies(asked),
        capacity=await capacity_left(asked, model),
        cost=await metrics_cost(asked, model),
        verdicts=verdicts,
        fired=alerts,
        silent=await never_fired(asked, rendered, alerts),
        silences=silences,
    )


async def _budgets(asked: WeekServer, rendered: Rendered) -> dict[str, Course]:
    found: dict[str, Course] = {}
    for service in rendered.model.services:
        for slo in service.slos:
            for record in records_of(rendered.model, service.name, f"slo.{slo.kind}.budget_left"):
                course = await asked.course(f"sum({record.selector})")
                if () in course:
                    found[f"{service.name} {slo.kind}"] = tuple(course[()])
    return found
