"""``docs/signals.md``: every signal with its question, unit, recorded name and query.

The queries are those of a service that declares one of everything, and of each exporter, at the intervals that an
environment has when it says nothing else. So the page is the same whatever a team's catalogue holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from inspect import getdoc

from vitals.model.catalog import Availability, Cache, Firestore, Latency, Queue, Scrape, Service
from vitals.model.metrics import EXPORTERS
from vitals.model.promql import Expr, select
from vitals.model.signals import Direction, Signal, anomaly, idioms, signals_of, signals_of_exporter

EXAMPLE = Service(
    name="my-service",
    owner="my-team",
    description="A service that declares one of everything.",
    api=True,
    slos=(Availability(objective="99.9%"), Latency(within="250ms", objective="99%")),
    stores=(Firestore(name="my-database"),),
    caches=(Cache(name="my-cache"),),
    queues=(Queue(name="my-queue"),),
    cohorts=True,
    components=True,
)
_HEAD = """\
# Signals

Every question that rules and dashboards ask of the metrics, with the query that answers it. A signal is declared once,
in [`vitals/model/signals`](../vitals/model/signals); recording rules, alerts and panels are made from it.
`vitals render` writes this page; `vitals render --check` fails when it is out of date.

The queries are those of a service `my-service` with an objective of 99.9% availability and one of 99% of requests
within 250ms, and of each exporter, at the usual intervals.

## Idioms

| name | PromQL | what it achieves |
| --- | --- | --- |
"""


def page() -> str:
    """The page as Markdown, with one final newline."""
    return "\n".join([_HEAD + "\n".join(_idioms()), *_families()]) + "\n"


def _idioms() -> Iterator[str]:
    part, whole = select("part"), select("whole")
    examples: dict[str, Expr] = {
        "or_zero": idioms.or_zero(part, whole),
        "where_positive": idioms.where_positive(whole),
        "share": idioms.share(part, whole),
        "where_number": idioms.where_number(whole),
        "any_of": idioms.any_of([select("first"), select("second")]),
    }
    for name, expr in examples.items():
        said = " ".join((getdoc(getattr(idioms, name)) or "").split("\n\nRaises")[0].split())
        achieves = (said.partition("``: ")[2] or said).replace("``", "`")
        yield f"| `{name}` | `{expr.text}` | {achieves[0].upper()}{achieves[1:]} |"


def _families() -> Iterator[str]:
    found: dict[str, list[str]] = {}
    seen: set[str] = set()
    exporters = [Service(name=name, owner="my-team", description=one.description) for name, one in EXPORTERS.items()]
    for watched in (EXAMPLE, *exporters):
        of_service = (*signals_of(watched), *anomaly.SIGNALS)
        for signal in signals_of_exporter(watched.name) if watched in exporters else of_service:
            if signal.id not in seen:
                found.setdefault(signal.family, []).append(_entry(signal, watched))
            seen.add(signal.id)
    for family, entries in found.items():
        yield f"\n## `{family}`\n\n" + "\n\n".join(entries)


def _entry(signal: Signal, watched: Service) -> str:
    scrape = Scrape()
    labels = ", ".join(f"`{label}`" for label in signal.labels)
    empty = signal.may_be_empty or signal.without_history
    lines = [
        f"### {signal.title} (`{signal.id}`)",
        "",
        signal.question,
        "",
        f"- recorded as `{signal.record}`, by {labels}",
        f"- unit: {signal.unit.value.replace('_', ' ')}{_direction(signal)}",
        f"- rule group `{signal.group}`, every {signal.group.interval(scrape)}",
        *([f"- may be empty: {empty}"] if empty else []),
        "",
        "```promql",
        signal.query(watched, scrape).pretty(),
        "```",
    ]
    return "\n".join(lines)


def _direction(signal: Signal) -> str:
    return "" if signal.direction is Direction.NEITHER else f"; {signal.direction.value}"
