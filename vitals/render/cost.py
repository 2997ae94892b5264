"""Give the cost room what an environment has: targets, intervals, label counts and rules; and hold it to the budget."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from vitals.kit.cost import (
    SCRAPE_SERIES,
    CostItem,
    Count,
    Estimate,
    SeriesCount,
    bill,
    evaluated,
    metric_series,
    scraped,
    topk_limit,
    values_by_label,
    within_budget,
)
from vitals.kit.scrape import Job
from vitals.model.catalog import ClusterPrices, Service
from vitals.model.catalog.entry_error import EntryError
from vitals.model.catalog.fields import seconds
from vitals.model.conventions import INSTANCE, JOB, SERVICE, SEVERITY
from vitals.model.dialects import Dialect
from vitals.model.metrics import EXPORTERS, Exporter
from vitals.model.promql import resolve, written
from vitals.model.signals import anomaly
from vitals.render.compose import Plan, RuleGroup
from vitals.rendered import (
    BudgetEntry,
    ClusterPrice,
    CostEntry,
    CostLine,
    CostPart,
    MachinePrice,
    ManagedPrice,
    PriceEntry,
    SelfHostedPrice,
)
from vitals_telemetry.contract import Metric
from vitals_telemetry.metrics import RUNTIME_SERIES

SERIES_PER_FIRING_ALERT = 2
"""``ALERTS`` and ``ALERTS_FOR_STATE``. A quiet alert has none, so only alerts that always fire are counted."""
_OWN = "the scrape itself"
_ALWAYS_FIRES = "none"
_LARGEST = 5


def cost_of(plan: Plan) -> CostEntry:
    """The ``cost`` of ``model.json``: every job and rule group, the sums, the budget and the price.

    Raises:
        VitalsError: The environment would cost more than its budget, or a label that is counted does not exist.
    """
    found = estimate(plan)
    environment = plan.environment
    within_budget(environment.name, found, environment.budget)
    prices = plan.prices
    price = bill(found.series, found.samples_per_month, prices)
    return CostEntry(
        series=found.series,
        samples_per_month=found.samples_per_month,
        budget=BudgetEntry(series=environment.budget.series, samples_per_month=environment.budget.samples_per_month),
        jobs=tuple(_described(part) for part in found.of("job")),
        groups=tuple(_described(part) for part in found.of("group")),
        price=PriceEntry(
            as_of=prices.as_of,
            managed=ManagedPrice(
                name=prices.managed.name,
                usd_per_month=float(price.managed_usd),
                source=prices.managed.source,
                verified=prices.managed.verified,
            ),
            self_hosted=SelfHostedPrice(
                disk_bytes_per_month=price.disk_bytes,
                memory_bytes=price.memory_bytes,
                source=prices.self_hosted.source,
            ),
            cluster=_described_cluster(prices.cluster),
        ),
    )


def _described_cluster(prices: ClusterPrices) -> ClusterPrice:
    """Prices only: how many nodes there are is said by a stack, which is to the right of what is rendered."""
    return ClusterPrice(
        source=prices.source,
        verified=prices.verified,
        control_plane_hour=float(prices.control_plane_hour),
        disk_gib_month=float(prices.disk_gib_month),
        machines={
            family: MachinePrice(cpu_hour=float(machine.cpu_hour), gib_hour=float(machine.gib_hour))
            for family, machine in prices.machines.items()
        },
    )


def estimate(plan: Plan) -> Estimate:
    """Count the series and samples of a composed environment.

    Raises:
        VitalsError: A service expects values of a label that it does not have, or more than its emitter lets through; a
            recorded label whose values are unknown.
    """
    services = {service.name: service for service in plan.services}
    counts = {job.name: _counts(job, services.get(job.name), plan) for job in plan.jobs}
    parts = [
        _of_service(job, services[job.name]) if job.name in services else _of_exporter(job, plan) for job in plan.jobs
    ]
    return Estimate((*parts, *(_of_group(group, plan, counts) for group in plan.groups)))


def _counts(job: Job, service: Service | None, plan: Plan) -> Mapping[str, Count]:
    """How many values each label of a job's series has, those included that scrapes and rule evaluation set."""
    targets = service.replicas if service else plan.environment.targets.get(job.name, 1)
    return {JOB: Count(1, bound=False), **_label_counts(job, service), **_set_for_all(targets, plan)}


def _set_for_all(targets: int, plan: Plan) -> Mapping[str, Count]:
    return {INSTANCE: Count(targets, bound=False), "rule_group": Count(len(plan.groups), bound=False)}


def _label_counts(job: Job, service: Service | None) -> Mapping[str, Count]:
    if service is None:
        return values_by_label(job.metrics, {})
    most = {label.name: label.most for metric in job.metrics for label in metric.labels}
    for name, count in service.expects.items():
        if name not in most:
            raise EntryError(
                service,
                f", field expects: {name!r} is not a label of its metrics, so the number would change nothing. "
                f"Its labels are {', '.join(sorted(most)) or 'none'}.",
            )
        if count > most[name]:
            raise EntryError(
                service,
                f", field expects: {name!r} is expected to take {count} values, but its emitter counts everything "
                f"beyond {most[name]} together. Write {most[name]} or less.",
            )
    found = values_by_label(job.metrics, service.expects)
    return {**found, **_ours(service.dialect, found)}


def _ours(dialect: Dialect, found: Mapping[str, Count]) -> Mapping[str, Count]:
    """Values of our own labels, which come from those of the library; a constant is one value."""
    one = Count(1, bound=False)
    return {
        label: max((found[name] for name in theirs if name in found), default=one)
        for label, theirs in dialect.values().items()
    }


def _of_service(job: Job, service: Service) -> CostItem:
    dialect = service.dialect
    rest = SeriesCount("the Python runtime", RUNTIME_SERIES)
    if not dialect.ours:
        rest = SeriesCount("everything else it exposes", dialect.other_series, guess=True)
    lines = [
        *_metrics(job.metrics, service.expects),
        *([SeriesCount("what its scrape has shown", len(job.exposed), guess=True)] if job.exposed else ()),
        rest,
        SeriesCount(_OWN, SCRAPE_SERIES),
    ]
    return scraped(job.name, targets=service.replicas, interval_s=seconds(job.interval), lines=lines)


def _metrics(exposed: Iterable[Metric], expects: Mapping[str, int]) -> Iterator[SeriesCount]:
    for metric in exposed:
        count = metric_series(metric, expects)
        yield SeriesCount(metric.name, count.series, guess=count.bound)


def _of_exporter(job: Job, plan: Plan) -> CostItem:
    exporter: Exporter = EXPORTERS[job.name]
    if exporter.series is None:
        exposed = [replace(line, guess=True) for line in _metrics(exporter.metrics, {})]
    else:
        exposed = [SeriesCount("everything it exposes", exporter.series)]
    lines = [
        *exposed,
        SeriesCount("its own rule groups", exporter.series_per_group * len(plan.groups)),
        SeriesCount("its own scrape jobs", exporter.series_per_job * len(plan.jobs)),
        SeriesCount(_OWN, SCRAPE_SERIES),
    ]
    return scraped(
        job.name,
        targets=plan.environment.targets.get(job.name, 1),
        interval_s=seconds(job.interval),
        lines=[line for line in lines if line.series],
    )


def _of_group(group: RuleGroup, plan: Plan, counts: Mapping[str, Mapping[str, Count]]) -> CostItem:
    lines = []
    for rule in group.rules:
        labels = rule["labels"]
        if not isinstance(labels, Mapping):  # pragma: no cover - every rule of ours has labels
            raise TypeError(f"{group.name}: labels of a rule are a mapping")
        if "record" in rule:
            lines.append(_recorded(rule, labels, plan, counts))
        elif labels[SEVERITY] == _ALWAYS_FIRES:
            lines.append(SeriesCount(str(rule["alert"]), SERIES_PER_FIRING_ALERT))
    return evaluated(group.name, interval_s=seconds(group.interval), lines=lines)


def _recorded(
    rule: Mapping[str, object], fixed: Mapping[str, str], plan: Plan, counts: Mapping[str, Mapping[str, Count]]
) -> SeriesCount:
    """Series of one rule: a product over the labels that the rule does not set itself, or the limit that it names."""
    name, limit = str(rule["record"]), topk_limit(str(rule["expr"]))
    job = fixed.get(SERVICE, "")
    known = counts.get(job) or {
        JOB: Count(1, bound=False),
        **_set_for_all(plan.environment.targets.get(job, 1), plan),
    }
    known = {**counts.get(anomaly.EXPORTER, {}), **known}  # which speaks of series of others, under labels of its own
    count = _product(set(plan.vocabulary[name].labels) - set(fixed), known)
    if count is None:
        read = resolve(written(str(rule["expr"])), plan.vocabulary).readings
        count = Count(max(1, sum(_read(reading.name, plan, known) for reading in read)), bound=True)
    return SeriesCount(name, int(min(count.series, limit)), guess=count.bound and count.series < limit)


def _product(labels: Iterable[str], known: Mapping[str, Count]) -> Count | None:
    """Series of all values of some labels; None where an expression made one of the labels."""
    found = [known.get(label) for label in labels]
    counts = [count for count in found if count is not None]
    if len(counts) < len(found):
        return None
    return Count(math.prod(count.series for count in counts), bound=any(count.bound for count in counts))


def _read(name: str, plan: Plan, known: Mapping[str, Count]) -> int:
    """Series that a selector reads at most, which bounds how many values an expression can make of them.

    A label that a record made counts as one value: how often it differs is known only by counting.
    """
    if name.startswith("ALERTS"):
        return len(plan.alerts)
    labels = (label for label in plan.vocabulary[name].labels if label in known)
    return math.prod(known[label].series for label in labels)


def _described(part: CostItem) -> CostPart:
    return CostPart(
        name=part.name,
        targets=part.targets,
        interval_seconds=part.interval_s,
        series=part.series,
        samples_per_month=part.samples_per_month,
        guess=any(line.guess for line in part.lines),
        largest=tuple(CostLine(what=line.what, series=line.series) for line in part.largest(_LARGEST)),
    )
