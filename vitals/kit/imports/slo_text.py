"""A service of the catalogue, written from the objectives of another tool: what it counts, and what it promises."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from vitals.kit.imports.names import python_name
from vitals.kit.imports.python_text import Brackets, laid_out, tuple_of
from vitals.kit.imports.slo_events import CountedEvents, Matchers
from vitals.model.dialects.http import CLASSIC

_MILLISECONDS = re.compile(r"_(?:milliseconds|millis|ms)_count$")
_VALUES = 50
"""Values that a label may take of which nothing is known: more than the statuses of HTTP; it bounds only the cost."""
_LONGEST_TEXT = 100


@dataclass(slots=True)
class ObjectiveText:
    """One objective as it stands in the catalogue.

    Attributes:
        kind: ``Availability`` or ``Latency``.
        percent: Such as ``99.9``.
        events: What it counts.
    """

    kind: str
    percent: str
    events: CountedEvents

    @property
    def per_second(self) -> int:
        """How many units of its histogram are a second."""
        return 1000 if _MILLISECONDS.search(self.events.series) else 1

    @property
    def within(self) -> str:
        """The time of a latency as a duration; the bound of a bucket."""
        milliseconds = Decimal(str(self.events.within or 0)) * 1000 / self.per_second
        plain = f"{milliseconds.normalize():f}"
        return f"{int(milliseconds) // 1000}s" if milliseconds % 1000 == 0 else f"{plain}ms"

    @property
    def source(self) -> str:
        """As Python."""
        if self.kind == "Availability":
            return f'Availability(objective="{self.percent}%")'
        return f'Latency(within="{self.within}", objective="{self.percent}%")'


@dataclass(slots=True)
class ServiceText:
    """What is written of one service.

    Attributes:
        name: Its name here.
        owner: Its team.
        description: One sentence.
        origin: The file from which it comes.
        objectives: What it promises, one of each kind.
    """

    name: str
    owner: str
    description: str
    origin: str
    objectives: list[ObjectiveText] = field(default_factory=list)


def service_file(service: ServiceText) -> str:
    """The text of ``catalog/services/<name>.py``."""
    metrics = _Metrics(service.objectives)
    has = []
    for objective in service.objectives:
        ours = "api_calls_total" if objective.kind == "Availability" else "api_response_time_seconds"
        has.append(laid_out(tuple_of(_source(objective, metrics)), 12, before=f'"{ours}": '))
    names = sorted({"Dialect", "MetricSource", "Service", *metrics.kinds, *(one.kind for one in service.objectives)})
    imported = ", ".join(sorted(names, key=lambda name: (name[0].islower(), name)))
    slos = laid_out(tuple_of(*(one.source for one in service.objectives)), 4, before="slos=")
    variable = python_name(service.name)
    return (
        f'"""{service.name}, with the objectives of {service.origin}."""\n\n'
        f"from vitals.model.catalog import {imported}\n\n"
        f"{metrics.text}\n"
        f"{variable} = Service(\n"
        f'    name="{service.name}",\n'
        f'    owner="{service.owner}",\n'
        f"    description={_quoted(service.description)},\n"
        "    api=True,\n"
        "    speaks=Dialect(\n"
        f'        name="{service.name}",\n'
        f"        description={_quoted(f'The events that {service.origin} counts.')},\n"
        "        has={\n"
        f"{''.join(has)}"
        "        },\n"
        "    ),\n"
        f"{slos}"
        ")\n"
    )


class _Metrics:
    """The metrics that the objectives of a service read, each declared once."""

    def __init__(self, objectives: Iterable[ObjectiveText]) -> None:
        listed = list(objectives)
        timed = {one.events.series.removesuffix("_count") for one in listed if one.kind == "Latency"}
        labels: dict[str, dict[str, None]] = {}
        bounds: dict[str, set[float]] = {}
        self._histograms: set[str] = set()
        for one in listed:
            series = one.events.series
            base = series.removesuffix("_count")
            is_histogram = base in timed or series.endswith("_count")
            name = base if is_histogram else series
            if is_histogram:
                self._histograms.add(name)
                usual = {bound * one.per_second for bound in CLASSIC}
                bounds.setdefault(name, usual).update({one.events.within} if one.events.within else ())
            read = labels.setdefault(name, {})
            for matchers in one.events.failed:
                read.update(dict.fromkeys(matchers))
        self._names = {name: f"_METRIC_{number}" if number else "_METRIC" for number, name in enumerate(labels)}
        self.kinds = {"histogram" if name in self._histograms else "counter" for name in labels}
        self.text = "".join(self._declared(name, list(read), bounds.get(name, set())) for name, read in labels.items())

    def of(self, series: str) -> tuple[str, str]:
        """The variable of a metric, and which of its series is meant."""
        base = series.removesuffix("_count")
        return (self._names[base], "_count") if base in self._histograms else (self._names[series], "")

    def _declared(self, name: str, labels: Sequence[str], bounds: set[float]) -> str:
        kind = "histogram" if name in self._histograms else "counter"
        parts: list[Brackets | str] = [f'"{name}"', '"As it was found in the objectives."']
        if bounds:
            parts.append(Brackets("buckets=(", [f"{bound:g}" for bound in sorted(bounds)], ")"))
        if labels:
            parts.append(Brackets("labels={", [f"{json.dumps(label)}: {_VALUES}" for label in labels], "}"))
        return laid_out(Brackets(f"{kind}(", parts, ")"), 0, before=f"{self._names[name]} = ", after="")


def _source(objective: ObjectiveText, metrics: _Metrics) -> Brackets:
    variable, suffix = metrics.of(objective.events.series)
    parts: list[Brackets | str] = [variable, _written("constants=", {"endpoint": "all", "method": "all"})]
    if objective.kind == "Availability":
        # Only a latency reads the histogram whole.
        parts += [f'suffix="{suffix}"'] if suffix else []
        parts.append(tuple_of(*(_written("", one) for one in objective.events.failed), before="failed="))
    elif objective.per_second != 1:
        parts.append(f"per_unit={objective.per_second}")
    if objective.events.where:
        parts.append(_written("where=", objective.events.where))
    return Brackets("MetricSource(", parts, ")")


def _written(before: str, matchers: Matchers) -> Brackets:
    pairs = [f"{json.dumps(label)}: {json.dumps(value)}" for label, value in matchers.items()]
    return Brackets(f"{before}{{", pairs, "}")


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def sentence(text: str, name: str) -> str:
    """A description as the catalogue wants it: one line, closed with a full stop."""
    plain = " ".join(text.split())[:_LONGEST_TEXT].strip()
    usual = f"The service {name}, as its objectives were imported."
    shortest = 10
    return (plain if plain.endswith(".") else f"{plain}.") if len(plain) >= shortest else usual
