"""What is known to exist: metrics with their labels, from a contract, an exposition, records or a live server."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from vitals.model.conventions import CLUSTER, HISTOGRAM_PARTS, INSTANCE, JOB, SERVICE
from vitals.model.metrics import EXPORTERS, OF_EVERY_PROGRAM, SYNTHETIC, series_of, vocabulary
from vitals.model.metrics.families import families_of
from vitals.model.promql import Series, SeriesType, Variant
from vitals.rendered import RecordEntry, RenderedModel
from vitals.verify.review.promql import result_labels
from vitals.verify.review.rules import ReviewedRule
from vitals_telemetry.metrics import METRICS, PROCESS_METRICS

MADE_BY_PROMETHEUS = frozenset(
    {
        *("up", "ALERTS", "ALERTS_FOR_STATE", "scrape_duration_seconds", "scrape_samples_scraped"),
        *("scrape_samples_post_metric_relabeling", "scrape_series_added", "scrape_timeout_seconds"),
        *("scrape_sample_limit", "scrape_body_size_bytes"),
    }
)
"""Series that no target exposes."""
_TARGET_LABELS = frozenset({"job", "instance"})
_SAMPLE = re.compile(r"^(?P<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(?P<labels>.*)\})?\s+\S+(?:\s+-?\d+)?(?:\s+#.*)?$")
_LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)\s*=\s*"(?:[^"\\]|\\.)*"')
_TYPE = re.compile(r"^# TYPE (\S+) (\w+)$")


@dataclass(frozen=True, slots=True)
class KnownMetric:
    """A metric that exists.

    Attributes:
        labels: Its labels with their closed sets of values, an empty set for an open one; None where any may come.
        type: Counter or gauge; None where that is not known.
        variants: Which values occur together; none where that is not known.
    """

    labels: Mapping[str, frozenset[str]] | None
    type: SeriesType | None
    variants: tuple[Variant, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """Everything that exists.

    Attributes:
        metrics: By name.
        source: Where that is said, in words.
    """

    metrics: Mapping[str, KnownMetric]
    source: str

    def nearest(self, name: str) -> str:
        """The name that may be meant, as a sentence; empty where none is alike."""
        close = difflib.get_close_matches(name, list(self.metrics), n=1, cutoff=0.75)
        return f" Did you mean {close[0]}?" if close else ""


def of_model(model: RenderedModel, rules: Iterable[ReviewedRule]) -> Known:
    """What the jobs of a rendered environment expose by contract, and what its rules record."""
    exporters = [EXPORTERS[job.name] for job in model.jobs if job.name in EXPORTERS]
    metrics = dict.fromkeys(
        (*SYNTHETIC, *METRICS, *PROCESS_METRICS, *(metric for one in exporters for metric in one.metrics))
    )
    found = {name: _known(series) for name, series in vocabulary(metrics).items()}
    for one in (declared for job in model.jobs for declared in job.declared):
        labels = {label: frozenset(values) for label, values in one.labels.items()}
        found[one.name] = _widened(found.get(one.name), KnownMetric(labels, SeriesType(one.type)))
    for name, targets in _targets(model).items():
        if name in found and not name.startswith(OF_EVERY_PROGRAM):
            found[name] = replace(found[name], variants=(_of_targets(targets),))
    found = _with_records(found, rules, model.records, whole=True)
    if model.environment.clusters:
        found = {name: _of_clusters(metric) for name, metric in found.items()}
    return Known(found, "the contract and the recording rules")


def _of_clusters(metric: KnownMetric) -> KnownMetric:
    """A metric whose series come from several clusters, which give them the label as they send them."""
    labels = None if metric.labels is None else {**metric.labels, CLUSTER: frozenset[str]()}
    return replace(metric, labels=labels)


def _targets(model: RenderedModel) -> dict[str, set[str]]:
    """Who exposes a name, an exporter in any environment, for one rule file serves all of them."""
    found: dict[str, set[str]] = {}
    declared = {job.name: job.declared for job in model.jobs}
    for service in model.services:
        for series in (one for metric in families_of(service) for one in series_of(metric)):
            found.setdefault(series.name, set()).add(service.name)
        for own in declared.get(service.name, ()):
            found.setdefault(own.name, set()).add(service.name)
    for exporter in EXPORTERS.values():
        for series in (one for metric in exporter.metrics for one in series_of(metric)):
            found.setdefault(series.name, set()).add(exporter.name)
    return found


def _of_targets(targets: Iterable[str]) -> Variant:
    """What is scraped of some targets."""
    names = frozenset(targets)
    return Variant({SERVICE: names, JOB: names}, frozenset({SERVICE, JOB}), frozenset({INSTANCE}), others=True)


def _widened(before: KnownMetric | None, more: KnownMetric) -> KnownMetric:
    """What either of two services means by one name: the labels of both, open where one of them is."""
    if before is None or before.labels is None or more.labels is None:
        return more if before is None else before
    labels = {**before.labels, **more.labels}
    for label in before.labels.keys() & more.labels.keys():
        closed = bool(before.labels[label] and more.labels[label])
        labels[label] = before.labels[label] | more.labels[label] if closed else frozenset()
    return KnownMetric(labels, more.type)


def _known(series: Series) -> KnownMetric:
    open_ended = series.name in ("ALERTS", "ALERTS_FOR_STATE")  # they carry whatever their alerts have
    return KnownMetric(None if open_ended else series.labels, series.type)


def _with_records(
    found: dict[str, KnownMetric],
    rules: Iterable[ReviewedRule],
    entries: Iterable[RecordEntry] = (),
    *,
    whole: bool = False,
) -> dict[str, KnownMetric]:
    """Add what rules record.

    Args:
        found: What is known without them.
        rules: The rules.
        entries: The signals that some of them record.
        whole: Whether these are all the rules that there are, so that no other one sets other values of a label.
    """
    fixed: dict[str, set[str]] = {}
    for entry in entries:
        fixed.setdefault(entry.name, set()).update(entry.labels)
    labels: dict[str, frozenset[str] | None] = {}
    variants: dict[str, list[Variant]] = {}
    for rule in rules:
        if not rule.record or rule.node is None:
            continue
        result = result_labels(rule.node)
        before = labels.get(rule.record, frozenset())
        own = frozenset({*rule.labels, *fixed.get(rule.record, ())})
        labels[rule.record] = None if result is None or before is None else before | result | own
        set_by_rule = {label: frozenset({value}) for label, value in rule.labels.items()}
        variants.setdefault(rule.record, []).append(Variant(set_by_rule, others=True))
    for name, known in labels.items():
        found[name] = KnownMetric(
            None if known is None else {label: frozenset() for label in sorted(known)},
            found.get(name, _UNTYPED).type,
            tuple(variants[name]) if whole else (),
        )
    return found


_UNTYPED = KnownMetric(None, None)


def of_expositions(texts: Iterable[str], rules: Iterable[ReviewedRule]) -> Known:
    """What programs expose in their own words, and what rules record of it.

    A value of a label that is not among the samples may come tomorrow, so values are left open.
    """
    labels: dict[str, set[str]] = {}
    types: dict[str, SeriesType] = {}
    for text in texts:
        for line in text.splitlines():
            if typed := _TYPE.match(line):
                _typed(typed[1], typed[2], types)
            elif sample := _SAMPLE.match(line):
                labels.setdefault(sample["name"], set()).update(_LABEL.findall(sample["labels"] or ""))
    found = {
        name: KnownMetric({label: frozenset() for label in sorted(own | _TARGET_LABELS)}, types.get(name))
        for name, own in labels.items()
    }
    found |= dict.fromkeys(MADE_BY_PROMETHEUS, _UNTYPED)
    return Known(_with_records(found, rules), "the exposed metrics that were given")


def _typed(name: str, kind: str, types: dict[str, SeriesType]) -> None:
    if kind == "counter":
        types[name] = types[f"{name}_total"] = SeriesType.COUNTER
    elif kind == "gauge":
        types[name] = SeriesType.GAUGE
    elif kind in ("histogram", "summary"):
        for suffix in HISTOGRAM_PARTS:
            types[name + suffix] = SeriesType.COUNTER
        types[name] = SeriesType.GAUGE


def with_rules(known: Known, rules: Iterable[ReviewedRule]) -> Known:
    """The same, with what rules record; a server that does not run these rules yet lacks their records."""
    return Known(_with_records(dict(known.metrics), rules), known.source)
