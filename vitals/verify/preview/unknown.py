"""Series of metrics that nothing declares, made of the queries that read them: how a dashboard of others is drawn.

What such a metric measures is not known. Its name and the functions around it say whether it is a counter, a gauge or a
histogram; the selectors, groupings, legends and variables say its labels (:mod:`vitals.verify.preview.selections`).
There are few series of each metric, and their number grows with the queries and not with combinations of labels.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from vitals.model.conventions import BUCKET_BOUND, HISTOGRAM_PARTS
from vitals.model.promql import regex
from vitals.verify.preview.label_values import ENTITIES, LabelValues, is_marked, wanted_texts
from vitals.verify.preview.matched_text import matched_texts
from vitals.verify.preview.selections import NAME, Matched, Selection
from vitals.verify.preview.shapes import ShapedMetric
from vitals.verify.query_cost.synthetic import Key
from vitals_telemetry.contract import MetricType

MOST_VARIANTS = 48
"""Values of labels that the queries of one metric spell out, such as each status: an exporter of NFS has some forty."""
MOST_SERIES = 6000
"""Of all unknown metrics of a run; the largest public dashboards read some four hundred metrics."""
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_OTHERS = tuple(4.0**power for power in range(1, 11))
"""Bounds of what is not a time: sizes and counts."""
_SCRAPED_EVERY_S = 5.0
"""No window that is drawn is so short that it needs finer samples; those are made where a window needs them."""


@dataclass(frozen=True, slots=True)
class UnknownMetric:
    """A metric as queries read it.

    Attributes:
        name: Without the parts of a histogram.
        type: What it is taken for.
        buckets: The finite upper bounds of a histogram.
        bounds: How queries write some of them.
        level: The value for which comparisons keep it; None for any.
    """

    name: str
    type: MetricType
    buckets: tuple[float, ...] = ()
    bounds: Mapping[float, str] = field(default_factory=dict)
    level: float | None = None


@dataclass(frozen=True)
class UnknownSeries:
    """All of them, as a job of the synthetic Prometheus brings them home."""

    metrics: Sequence[UnknownMetric]
    keys: Mapping[str, Sequence[Key]] = field(default_factory=dict)
    interval_s: float = _SCRAPED_EVERY_S
    left_out: Sequence[str] = ()

    def metric_of(self, name: str) -> str:
        """The metric behind the name of a series: a part of a histogram, or the name itself."""
        return _base(name, {one.name for one in self.metrics if one.buckets})

    def series(self, wanted: Collection[str]) -> Iterator[Key]:
        """Every series whose name is wanted."""
        for name, keys in self.keys.items():
            if name in wanted:
                yield from keys


def unknown_series(
    selections: Iterable[Selection], values: LabelValues, declared: Mapping[str, ShapedMetric]
) -> UnknownSeries:
    """Make series of what is selected.

    Args:
        selections: What is read.
        values: Of the labels.
        declared: What is known of metrics, by the name of the series.
    """
    of_name: dict[str, list[Selection]] = {}
    for one in selections:
        for name in _names(one):
            of_name.setdefault(name, []).append(one)
    histograms = {name.removesuffix("_bucket") for name in of_name if name.endswith("_bucket")}
    histograms |= {one.name for one in declared.values() if one.type is MetricType.HISTOGRAM}
    of_metric: dict[str, list[Selection]] = {}
    for name, each in sorted(of_name.items()):
        of_metric.setdefault(_base(name, histograms), []).extend(each)
    metrics: list[UnknownMetric] = []
    keys: dict[str, list[Key]] = {}
    left_out: list[str] = []
    count = 0
    for name, each in of_metric.items():
        metric = _declared(name, declared) or _metric(name, each, histogram=name in histograms)
        found = list(_series(metric, _plain(each), values))
        if count + len(found) > MOST_SERIES:
            left_out.append(name)
            continue
        count += len(found)
        metrics.append(metric)
        for key in found:
            keys.setdefault(key[0], []).append(key)
    return UnknownSeries(metrics, keys, left_out=left_out)


def _names(one: Selection) -> tuple[str, ...]:
    if one.name:
        return (one.name,)
    named = next((matched for matched in one.matched if matched.label == NAME), None)
    return () if named is None or is_marked(named) else wanted_texts(named)


def _base(name: str, histograms: Collection[str]) -> str:
    base = next((name.removesuffix(part) for part in HISTOGRAM_PARTS if name.endswith(part)), name)
    return base if base in histograms else name


def _declared(name: str, declared: Mapping[str, ShapedMetric]) -> UnknownMetric | None:
    """What a contract says of the kind of a metric; its labels there are those of another platform."""
    one = declared.get(name) or declared.get(name + HISTOGRAM_PARTS[0])
    return None if one is None else UnknownMetric(name, one.type, tuple(one.buckets))


def _metric(name: str, each: Sequence[Selection], *, histogram: bool) -> UnknownMetric:
    if histogram:
        usual = _SECONDS if "second" in name or "duration" in name or "latency" in name else _OTHERS
        asked = {bound: text for one in each for matched in one.matched for bound, text in _bounds(matched)}
        return UnknownMetric(name, MetricType.HISTOGRAM, tuple(sorted({*usual, *asked})), asked)
    counted = name.endswith(("_total", "_count", "_sum")) or any(one.counted for one in each)
    if counted and not name.endswith("_info"):
        return UnknownMetric(name, MetricType.COUNTER)
    level = next((one.level for one in each if one.level is not None), None)
    return UnknownMetric(name, MetricType.GAUGE, level=level)


def _bounds(one: Matched) -> Iterator[tuple[float, str]]:
    for text in one.text.split("|") if one.label == BUCKET_BOUND and one.sign in ("=", "=~") else ():
        with contextlib.suppress(ValueError):
            bound = float(text)
            if math.isfinite(bound):
                yield bound, text


def _plain(each: Iterable[Selection]) -> list[Selection]:
    """The selections of a metric, without the bounds of its buckets and its name."""
    return [
        Selection(
            one.name,
            tuple(matched for matched in one.matched if matched.label not in (BUCKET_BOUND, NAME)),
            one.labels - {BUCKET_BOUND},
            one.unique_by,
        )
        for one in each
    ]


def _series(metric: UnknownMetric, each: Sequence[Selection], values: LabelValues) -> Iterator[Key]:
    seen: set[Key] = set()
    for labels in _labels(each, values):
        for key in _keys(metric, labels):
            if key not in seen:
                seen.add(key)
                yield key


def _keys(metric: UnknownMetric, labels: Mapping[str, str]) -> Iterator[Key]:
    if metric.type is not MetricType.HISTOGRAM:
        yield _key(metric.name, labels)
        return
    for part in HISTOGRAM_PARTS[1:]:
        yield _key(metric.name + part, labels)
    for bound in (*(metric.bounds.get(one, repr(one)) for one in metric.buckets), "+Inf"):
        yield _key(metric.name + HISTOGRAM_PARTS[0], {**labels, BUCKET_BOUND: bound})


def _key(name: str, labels: Mapping[str, str]) -> Key:
    return name, tuple(sorted(labels.items()))


def _labels(each: Sequence[Selection], values: LabelValues) -> Iterator[dict[str, str]]:
    """The labels of each series of a metric."""
    absent = {matched.label for one in each for matched in one.matched if not matched.text and matched.sign == "="}
    names = {name for one in each for name in (*one.labels, *(matched.label for matched in one.matched))}
    names -= absent | {NAME}
    variants = _variants(each)
    spelt = {name for one in variants for name in one}
    keys = {one.unique_by for one in each if one.unique_by is not None}
    seen: dict[frozenset[str], dict[tuple[str, ...], int]] = {key: {} for key in keys}
    for entity in range(ENTITIES):
        own = {name: _taken(name, each, values, entity) for name in sorted(names - spelt)}
        own_keys = {key: tuple(own.get(name, "") for name in sorted(key)) for key in keys}
        if any(seen[key].setdefault(text, entity) != entity for key, text in own_keys.items()):
            continue
        for variant in variants:
            yield {**own, **variant}


def _taken(name: str, each: Sequence[Selection], values: LabelValues, entity: int) -> str:
    """A value that no selection leaves out, if there is one."""
    out = [matched for one in each for matched in one.matched if matched.label == name and not is_marked(matched)]
    out = [one for one in out if one.sign in ("!=", "!~")]
    usual = values.of(name, entity)
    return next((text for text in (usual, f"{name}-{entity + 1}") if all(takes(one, text) for one in out)), usual)


def takes(one: Matched, text: str) -> bool:
    """Whether a matcher without variables takes a text."""
    if one.sign in ("=", "!="):
        return (one.text == text) == (one.sign == "=")
    return regex.matches(one.text, text) == (one.sign == "=~")


def _variants(each: Sequence[Selection]) -> list[dict[str, str]]:
    """What queries spell out, so that each of them finds something: sets of values by label."""
    wanted = [
        {matched.label: texts for matched in one.matched if not is_marked(matched) and (texts := wanted_texts(matched))}
        for one in each
    ]
    first: dict[str, str] = {}
    for texts_of in wanted:
        for label, texts in sorted(texts_of.items()):
            first.setdefault(label, texts[0])
    found: list[dict[str, str]] = []
    ordered = sorted(zip(wanted, each, strict=True), key=lambda pair: (-len(pair[0]), str(sorted(pair[0].items()))))
    for texts_of, selection in ordered:
        matched = [one for one in selection.matched if one.label in first and not is_marked(one)]
        for number in range(max(map(len, texts_of.values()), default=1)):
            asked = {label: texts[number % len(texts)] for label, texts in texts_of.items()}
            if not any(asked.items() <= one.items() and _finds(matched, one) for one in found):
                found.append(_taken_by(matched, {**first, **asked}))
    return found[:MOST_VARIANTS] or [{}]


def _finds(matched: Iterable[Matched], values: Mapping[str, str]) -> bool:
    return all(takes(one, values[one.label]) for one in matched)


def _taken_by(matched: Iterable[Matched], values: Mapping[str, str]) -> dict[str, str]:
    """Values, with others where a matcher leaves them out."""
    other = {one.label: next(_others(one), values[one.label]) for one in matched if not takes(one, values[one.label])}
    return {**values, **other}


def _others(matched: Matched) -> Iterator[str]:
    """Texts that a matcher takes which leaves some out."""
    usual = (f"{matched.label}-1", *matched_texts(matched.text))
    return (text for text in usual if takes(matched, text))
