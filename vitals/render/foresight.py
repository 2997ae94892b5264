"""What the foresight service looks at, from the signals that each service and exporter of an environment has."""

from __future__ import annotations

from collections.abc import Iterator

from vitals.kit.scaling import LEAD, name_of
from vitals.model.catalog import Demand
from vitals.model.catalog.fields import seconds
from vitals.model.conventions import SERVICE
from vitals.model.signals import anomaly
from vitals.render.compose import Plan
from vitals.rendered import WatchedEntry


def watched_entries(plan: Plan) -> Iterator[WatchedEntry]:
    """An entry for each signal that is judged, each that has a limit, and each demand that is scaled on."""
    if anomaly.EXPORTER not in plan.environment.exporters:
        return
    for service in plan.watched:
        has = {signal.id: signal for signal in plan.signals[service.name]}
        for one in anomaly.WATCHED:
            if one.signal.id in has:
                yield WatchedEntry(
                    service=service.name,
                    name=one.signal.id,
                    type=one.type,
                    kind=one.kind,
                    query=one.signal.select(service=service.name).text,
                    labels={SERVICE: service.name, **one.signal.static_labels},
                    judged=True,
                    horizons={horizon: int(seconds(horizon)) for horizon in one.horizons},
                    limit=None,
                )
        for limited in anomaly.LIMITED:
            if signal := has.get(limited.signal):
                yield WatchedEntry(
                    service=service.name,
                    name=signal.id,
                    type="resource",
                    kind=limited.kind,
                    query=signal.select(service=service.name).text,
                    labels={SERVICE: service.name, **signal.static_labels},
                    judged=False,
                    horizons={},
                    limit=limited.limit,
                )
    for scaler in plan.scalers:
        for trigger in scaler.triggers:
            yield WatchedEntry(
                service=scaler.service,
                name=name_of(trigger.demand),
                type="demand",
                kind="queue" if trigger.demand is Demand.QUEUE else "rate",
                query=trigger.query.text,
                labels={SERVICE: scaler.service},
                judged=False,
                horizons={LEAD: int(seconds(LEAD))},
                limit=None,
            )
