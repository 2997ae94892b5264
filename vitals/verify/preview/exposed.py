"""What the targets of a rendered environment expose, from ``model.json`` alone: no catalogue of the branch is loaded.

A service that speaks a dialect, or has metrics of its own, exposes more than this contract knows. What its queries read
beyond it is read from the queries themselves: a selector names the series, and the labels that make it one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import promql_parser as ast

from vitals.model.conventions import HISTOGRAM_PARTS
from vitals.model.metrics import EXPORTERS
from vitals.model.metrics.families import families_of
from vitals.model.promql import PromqlError, duration, every, parse
from vitals.model.promql.variables import filled
from vitals.rendered import RenderedModel, ServiceEntry
from vitals.verify.query_cost.synthetic import OF_EACH_TARGET, SyntheticJob
from vitals_telemetry.contract import Label, Metric, MetricType, Unit

_NAMED = ("database", "cache", "queue")
_TARGET = frozenset({"job", "service", "instance", "__name__"})
_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""Seconds that latencies of unknown histograms are counted up to: the usual bounds of client libraries, every other."""
_OF_RULES = {"ALERTS", "ALERTS_FOR_STATE"}
"""What Prometheus itself makes of alerts: on a healthy platform there are none."""


def exposed(model: RenderedModel, texts: Iterable[str] = ()) -> list[SyntheticJob]:
    """What each scrape job brings home.

    Args:
        model: Of the environment.
        texts: PromQL whose metrics must be there as well, where neither the contract nor a rule knows them.
    """
    services = {one.name: one for one in model.services}
    found = [_job(one.name, duration(one.interval), services.get(one.name), model) for one in model.jobs]
    known = {name for job in found for metric in job.metrics for name in _names(metric)}
    known |= {one.name for one in model.records} | set(OF_EACH_TARGET) | _OF_RULES
    jobs = {one.name: one for one in found}
    return [*found, *_asked_for(texts, known, jobs)]


def _job(name: str, interval_s: float, service: ServiceEntry | None, model: RenderedModel) -> SyntheticJob:
    if service is None:
        metrics = EXPORTERS[name].metrics if name in EXPORTERS else ()
        return SyntheticJob(name, interval_s, 1, metrics, expects={"rule_group": len(model.groups)})
    named = {label: service.values(label) for label in _NAMED}
    names = {label: values for label, values in named.items() if values}
    return SyntheticJob(name, interval_s, service.replicas, families_of(service), names=names)


def _names(metric: Metric) -> Sequence[str]:
    return [metric.name + part for part in HISTOGRAM_PARTS] if metric.type is MetricType.HISTOGRAM else [metric.name]


def _asked_for(texts: Iterable[str], known: set[str], jobs: Mapping[str, SyntheticJob]) -> Iterator[SyntheticJob]:
    """A job for each set of labels by which unknown metrics are selected."""
    seen: dict[tuple[str, str], Metric] = {}
    for text in sorted(set(texts)):
        for selector in _selectors(text):
            if selector.name and selector.name not in known and ":" not in selector.name:
                equal = {one.name: one.value for one in selector.matchers.matchers if one.op == ast.MatchOp.Equal}
                service = equal.get("service") or equal.get("job") or ""
                metric = _metric(selector.name, {k: v for k, v in equal.items() if k not in _TARGET})
                for name in [service] if service in jobs else jobs:
                    seen.setdefault((name, selector.name), metric)
    for (name, _), metric in seen.items():
        yield SyntheticJob(name, jobs[name].interval_s, jobs[name].targets, [metric])


def _metric(name: str, labels: Mapping[str, str]) -> Metric:
    unit = Unit.SECONDS if "seconds" in name else Unit.COUNT
    own = tuple(
        Label(one, "as a query selects it", 1, (value,)) for one, value in sorted(labels.items()) if one != "le"
    )
    for part in HISTOGRAM_PARTS:
        if name.endswith(part):
            return Metric(name.removesuffix(part), MetricType.HISTOGRAM, unit, "As it is read.", own, _BUCKETS)
    kind = MetricType.COUNTER if name.endswith("_total") else MetricType.GAUGE
    return Metric(name, kind, unit, "As it is read.", own)


def _selectors(text: str) -> Iterator[ast.VectorSelector]:
    try:
        yield from (one for one in every(parse(filled(text))) if isinstance(one, ast.VectorSelector))
    except PromqlError:
        return  # what is not PromQL is said where it is asked
