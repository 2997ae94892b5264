"""Objectives: whether each was met in the week, and what is left of its error budget."""

from __future__ import annotations

from dataclasses import dataclass

from vitals.rendered import LatencyEntry, RenderedModel
from vitals.verify.weekly.week import WeekServer, records_of


@dataclass(frozen=True, slots=True)
class ObjectiveWeek:
    """One objective of one service; shares from 0 to 1, None where there are no data.

    Attributes:
        service: Whose.
        slo: Its name, such as ``availability``.
        objective: What users were promised, in words.
        allowed: The share of events that may be bad.
        bad: The share that was.
        bad_before: The same of the week before.
        budget_left: What is left of the error budget of the last 30 days; negative where more was spent.
        budget_left_before: The same a week ago.
    """

    service: str
    slo: str
    objective: str
    allowed: float
    bad: float | None
    bad_before: float | None
    budget_left: float | None
    budget_left_before: float | None

    @property
    def met(self) -> bool | None:
        """Whether the week kept to the objective; None where it is not known."""
        return None if self.bad is None else self.bad <= self.allowed


async def objectives(asked: WeekServer, model: RenderedModel) -> tuple[ObjectiveWeek, ...]:
    """Every objective, those with the least budget left first.

    Raises:
        VitalsError: Prometheus does not answer, or refuses a query.
    """
    found = []
    for service in model.services:
        for slo in service.slos:
            names = [f"slo.{slo.kind}.{what}" for what in ("bad_events", "events", "budget_left")]
            series = [records_of(model, service.name, name) for name in names]
            if not all(series):
                continue
            bad, events, left = (records[0].selector for records in series)
            window = asked.week.window
            share = f"sum(avg_over_time({bad}[{window}])) / (sum(avg_over_time({events}[{window}])) > 0)"
            now, before = await asked.both(share)
            budget, budget_before = await asked.both(f"sum({left})")
            within = f" within {slo.within}" if isinstance(slo, LatencyEntry) else ""
            found.append(
                ObjectiveWeek(
                    service=service.name,
                    slo=slo.kind,
                    objective=f"{slo.objective}{within}",
                    allowed=slo.budget,
                    bad=now.get(()),
                    bad_before=before.get(()),
                    budget_left=budget.get(()),
                    budget_left_before=budget_before.get(()),
                )
            )
    return tuple(sorted(found, key=lambda one: (one.budget_left is None, one.budget_left or 0.0, one.service, one.slo)))
