"""What the foresight service looks at, from the signals that each service and exporter of an environment has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from vitals.kit.scaling import LEAD, name_of
from vitals.model.catalog import Service
from vitals.model.catalog.fields import seconds
from vitals.model.conventions import SERVICE
from vitals.model.promql import count_by, select
from vitals.model.signals import Signal, anomaly
from vitals.render.compose import Plan
from vitals.rendered import WatchedEntry
from vitals_telemetry.metrics.process import APP_BUILD_INFO

BUILD = ("version", "revision")
"""The labels that tell one build of a service from another."""


def watched_entries(plan: Plan) -> Iterator[WatchedEntry]:
    """An entry for each signal that is judged, each that has a limit, and each demand that is scaled on."""
    if anomaly.EXPORTER not in plan.environment.exporters:
        return
    for service in plan.watched:
        has = {signal.id: signal for signal in plan.signals[service.name]}
        for watched in anomaly.WATCHED:
            if signal := has.get(watched.signal.id):
                yield _of_signal(service, signal, watched.type, watched.kind, horizons=watched.horizons, judged=True)
        for limited in anomaly.LIMITED:
            if signal := has.get(limited.signal):
                yield _of_signal(service, signal, "resource", limited.kind, limit=limited.limit)
    for scaler in plan.scalers:
        for trigger in scaler.triggers:
            yield WatchedEntry(
                service=scaler.service,
                name=name_of(trigger.demand),
                type="demand",
                kind="queue" if trigger.counts_what_waits else "rate",
                query=trigger.query.text,
                labels={SERVICE: scaler.service},
                judged=False,
                horizons={LEAD: int(seconds(LEAD))},
                limit=None,
            )


def _of_signal(
    service: Service,
    signal: Signal,
    type_: anomaly.AnomalyType,
    kind: anomaly.Kind,
    *,
    judged: bool = False,
    horizons: Iterable[str] = (),
    limit: float | None = None,
) -> WatchedEntry:
    return WatchedEntry(
        service=service.name,
        name=signal.id,
        type=type_,
        kind=kind,
        query=signal.select(service=service.name).text,
        labels={SERVICE: service.name, **signal.static_labels},
        judged=judged,
        horizons={horizon: int(seconds(horizon)) for horizon in horizons},
        limit=limit,
        builds=_builds(service) if judged else "",
    )


def _builds(service: Service) -> str:
    """A series for each build that answers; nothing comes of it where a service does not say which build it is."""
    return count_by(BUILD, select(APP_BUILD_INFO.name, {SERVICE: service.name})).text
