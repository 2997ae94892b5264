"""What is watched of one service, and why an answer is missing: each signal with its query, and who is notified.

A service whose metrics have other names than its catalogue entry says is up, and its panels are empty. What is missing
is found the way a person would find it: is the target there, does it answer, does it expose the metric, does any
series of it have the labels that are asked for, is the rule loaded?
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from vitals.model.catalog import Service
from vitals.model.conventions import SERVICE
from vitals.model.promql import Expr, call, names_in, parts_of, select
from vitals.model.signals import Signal, left_out
from vitals.render.compose import Plan

Series = tuple[Mapping[str, str], float]
"""Labels and value of one element of an answer."""
Ask = Callable[[str], Sequence[Series]]
"""Asks a Prometheus for an instant vector."""
_NOT_A_NUMBER = "recorded is not a number: nothing of what it measures happened within its window"
_SHOWN = 3
"""Values that are shown of a signal with several series; how many there are is said beside them."""


@dataclass(frozen=True, slots=True)
class ExplainedSignal:
    """One signal of a service.

    Attributes:
        id: Its id.
        title: Its title.
        record: The series in which its answer is recorded; empty where the signal is left out.
        query: What it asks of the service's own metrics.
        values: What is recorded now; empty where nothing is, or no Prometheus was asked.
        series: How many series there are.
        missing: Why there is no value; empty where there is one, or no Prometheus was asked.
    """

    id: str
    title: str
    record: str
    query: str
    values: tuple[float, ...] = ()
    series: int = 0
    missing: str = ""


@dataclass(frozen=True, slots=True)
class ExplainedAlert:
    """One alert of a service, and who hears of it."""

    name: str
    severity: str
    fires_when: str
    owner: str
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explained:
    """What is watched of a service.

    Attributes:
        service: Its name.
        speaks: Its dialect.
        scraped: Path and port of its metrics, and how often they are asked for.
        signals: Every signal that its entry calls for, in the order of their rules.
        alerts: Every alert.
    """

    service: str
    speaks: str
    scraped: str
    signals: tuple[ExplainedSignal, ...]
    alerts: tuple[ExplainedAlert, ...]

    @property
    def answered(self) -> bool:
        """Whether every signal has a value."""
        return all(one.series for one in self.signals if one.record)


def explained(plan: Plan, service: Service, ask: Ask | None = None) -> Explained:
    """What is watched of a service in an environment.

    Args:
        plan: The environment.
        service: One of its services.
        ask: Asks a running Prometheus; ``None`` for the declaration alone.
    """
    (job,) = [one for one in plan.jobs if one.name == service.name]
    signals = [_signal(plan, service, one, ask) for one in plan.signals[service.name]]
    lacking = [
        ExplainedSignal(one.signal.id, one.signal.title, "", "", missing=f"left out: {one.reason}")
        for one in left_out(service)
    ]
    return Explained(
        service.name,
        service.dialect.name,
        f"{job.endpoint.scheme}, port {job.endpoint.port}, path {job.endpoint.path}, every {job.interval}",
        (*signals, *lacking),
        tuple(
            ExplainedAlert(
                alert.name,
                alert.severity.value,
                alert.fires_when or alert.expr.text,
                alert.owner,
                plan.all_channels_of(alert.owner, alert.severity),
            )
            for alert in plan.alerts
            if alert.service == service.name
        ),
    )


def _signal(plan: Plan, service: Service, signal: Signal, ask: Ask | None) -> ExplainedSignal:
    recorded, query = signal.select(service=service.name), signal.query(service, plan.environment.scrape)
    if ask is None:
        return ExplainedSignal(signal.id, signal.title, recorded.text, query.text)
    recorded_now = ask(recorded.text)
    found = [one for one in recorded_now if not math.isnan(one[1])]
    if recorded_now and not found:
        return ExplainedSignal(signal.id, signal.title, recorded.text, query.text, missing=_NOT_A_NUMBER)
    values = tuple(sorted((value for _, value in found), reverse=True)[:_SHOWN])
    every = signal.group.interval(plan.environment.scrape)
    missing = "" if found else _why_missing(service, signal, query, every, ask)
    return ExplainedSignal(signal.id, signal.title, recorded.text, query.text, values, len(found), missing)


def _why_missing(service: Service, signal: Signal, query: Expr, every: str, ask: Ask) -> str:
    up = ask(select("up", {SERVICE: service.name}).text)
    if not up:
        return "Prometheus knows no target of the service: see whether it is deployed, and what the monitor selects"
    if not any(value for _, value in up):
        return f"none of its {len(up)} targets answers the scrape: see port, path and scheme"
    if ask(query.text):
        # Where what it reads is recorded, the rules are loaded.
        late = any(":" in name for name in names_in(query))
        return (
            f"its query has an answer since a moment ago, and its rule records it within {every}"
            if late
            else "its query has an answer, and nothing is recorded: are the rendered rules loaded, for half a minute?"
        )
    for selector in parts_of(query):
        (name,) = names_in(selector)
        if ask(selector.text) or ":" in name or name in {"up", "ALERTS"}:
            continue
        if not ask(call("count", select(name, {SERVICE: service.name})).text):
            return f"no target exposes {name}: compare its metrics with `speaks`"
        return f"{name} is exposed, and no series of it matches {selector.text}"
    return signal.without_history or signal.may_be_empty or "what it is made of has no value yet"
