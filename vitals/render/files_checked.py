"""What the rules of files add to an environment: recorded series, and the names of alerts that others may ask for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

import promql_parser as ast

from vitals.errors import VitalsError
from vitals.kit.alerts.alert import Alert
from vitals.kit.alerts.rule_file import FileRules, Record
from vitals.model.catalog import Catalogue
from vitals.model.conventions import ALERTNAME, OWNER, SERVICE, SEVERITY
from vitals.model.promql import (
    ResolvedForms,
    Series,
    SeriesType,
    Variant,
    Vocabulary,
    begins,
    every,
    joined,
    made_labels,
    parse,
)
from vitals.render import content
from vitals.render.checked import check_expr
from vitals.render.emitters import OF_ALERTS


def records_of_files(
    records: Sequence[Record],
    known: Vocabulary,
    ours: frozenset[tuple[str, str]],
    intervals: Mapping[str, float],
    elsewhere: Mapping[str, frozenset[str]] = MappingProxyType({}),
) -> dict[str, Series]:
    """The series that files record, each with its labels; the order of the records does not matter.

    Args:
        records: The records.
        known: Every series that exists without them.
        ours: Recorded name and service of every signal.
        intervals: How often each target is scraped.
        elsewhere: The targets of which a name is recorded in any environment.

    Raises:
        VitalsError: A record reads what does not exist, or would write a series that is written already.
    """
    found: dict[str, Series] = {}
    of_signals = {name for name, _ in ours}
    waiting = list(records)
    while waiting:
        later: list[Record] = []
        first_error: VitalsError | None = None
        for record in waiting:
            try:
                labels = _labels(record, joined(found, known), intervals.get(record.service))
            except VitalsError as error:
                first_error = first_error or error
                later.append(record)
                continue
            if record.name in known and record.name not in of_signals:
                raise VitalsError(
                    f"{record.where}: {record.name} is scraped already, and the record would write the same series. "
                    "Give it another name, such as level:metric:operation."
                )
            targets = elsewhere.get(record.name, frozenset()) | {record.service}
            found[record.name] = _series(record, labels, targets, joined(found, known), ours)
        if first_error and len(later) == len(waiting):
            raise first_error
        waiting = later
    return found


def _labels(record: Record, known: Vocabulary, interval: float | None) -> frozenset[str]:
    """The labels of what a record's expression returns, which may read what the record was itself before."""
    if record.name in known or not begins(record.expr, record.name):
        return check_expr(record.where, record.expr, ResolvedForms(known), interval).labels or frozenset()
    # What it returned before has the labels of what it reads otherwise, or fewer: which, says one of the two.
    read = {node.name or "" for node in every(parse(record.expr.text)) if isinstance(node, ast.VectorSelector)}
    wide = frozenset(label for name in read if name in known for label in known[name].labels)
    try:
        return _settled(record, frozenset(), known, interval)
    except VitalsError as error:
        try:
            return _settled(record, wide, known, interval)
        except VitalsError:
            raise error from None


def _settled(record: Record, labels: frozenset[str], known: Vocabulary, interval: float | None) -> frozenset[str]:
    """The labels that a record has when it reads itself, from a guess on, as evaluations follow each other."""
    seen: set[frozenset[str]] = set()
    while labels not in seen:
        seen.add(labels)
        own = dict.fromkeys(sorted({*labels, SERVICE, *record.labels}), frozenset[str]())
        past = Series(record.name, SeriesType.GAUGE, own)
        also = ResolvedForms(joined({record.name: past}, known))
        labels = check_expr(record.where, record.expr, also, interval).labels or frozenset()
    return labels


def _series(
    record: Record,
    labels: frozenset[str],
    targets: frozenset[str],
    known: Vocabulary,
    ours: frozenset[tuple[str, str]],
) -> Series:
    values = {name: frozenset[str]() for name in sorted({*labels, SERVICE, *record.labels})}
    values |= {name: frozenset({value}) for name, value in record.labels.items()} | {SERVICE: targets}
    series = Series(record.name, SeriesType.GAUGE, values, (Variant(values),))
    if (record.name, record.service) in ours:
        raise VitalsError(
            f"{record.where}: {record.name} of {record.service} is recorded already by a signal, and both would write "
            "the same series. Give the record another name."
        )
    before = known.get(record.name)
    if before is None:
        return series
    if before.labels.keys() != series.labels.keys():
        raise VitalsError(
            f"{record.where}: {record.name} exists already with other labels ({', '.join(sorted(before.labels))}), so "
            "two meanings would mix in every query. Give it another name."
        )
    closed = {name for name in values if values[name] and before.labels[name]}
    either = {name: values[name] | before.labels[name] if name in closed else frozenset[str]() for name in values}
    return Series(record.name, before.type, either, (*before.variants, *series.variants) if before.variants else ())


def rule_of(record: Record) -> dict[str, object]:
    """A record in the form of a rule file."""
    return {
        "record": record.name,
        "expr": record.expr.pretty(),
        "labels": {SERVICE: record.service, **record.labels},
    }


def alerts_known(catalogue: Catalogue, files: FileRules, here: Iterable[Alert]) -> dict[str, tuple[Variant, ...]]:
    """The alerts that a pasted rule may ask ``ALERTS`` for: those of every environment.

    Another environment's alert is not a mistake: the same file serves all of them.

    Returns:
        By name, the labels that rules of it set; nothing where no pasted rule asks, since nothing needs them then.
    """
    exprs = [*(record.expr for record in files.records), *(alert.expr for alert in files.alerts)]
    if not any(name in expr.text for expr in exprs for name in OF_ALERTS):
        return {}
    rules = content.alert_rules()
    alerts = list(here)
    for environment in catalogue.environments.values():
        alerts += rules.alerts_of_environment(catalogue.services, environment)
        for service in catalogue.services:
            alerts += rules.alerts_of_service(service, environment)
    alike: dict[tuple[str, frozenset[tuple[str, str]]], list[Alert]] = {}
    for alert in alerts:
        set_by_rule = {SEVERITY: alert.severity.value, **alert.labels}
        alike.setdefault((alert.name, frozenset(set_by_rule.items())), []).append(alert)
    found: dict[str, list[Variant]] = {}
    for (name, labels), several in alike.items():
        # A template becomes what is not known yet.
        values = {label: frozenset[str]() if "{{" in value else frozenset({value}) for label, value in labels}
        values |= {SERVICE: frozenset(one.service for one in several), OWNER: frozenset(one.owner for one in several)}
        found.setdefault(name, []).append(Variant(values, others=True))
    elsewhere = {name: (Variant(others=True),) for name in files.names - found.keys()}
    return {**elsewhere, **{name: tuple(variants) for name, variants in found.items()}}


def with_alerts(known: Vocabulary, names: Mapping[str, tuple[Variant, ...]], files: FileRules) -> dict[str, Series]:
    """The series of alerts, with the names that exist and any label that a condition or a rule may bring."""
    exprs = [*(record.expr for record in files.records), *(alert.expr for alert in files.alerts)]
    written = files.labels.union(*(made_labels(expr) for expr in exprs))
    labels = {label: frozenset[str]() for series in known.values() for label in series.labels}
    labels |= {label: frozenset[str]() for label in written}
    found: dict[str, Series] = {}
    for of_alerts in OF_ALERTS:
        if (series := known.get(of_alerts)) is None:
            continue
        closed = {label: values for label, values in series.labels.items() if values}
        variants = tuple(
            replace(one, labels={**closed, **one.labels, ALERTNAME: frozenset({name})})
            for name, several in names.items()
            for one in several
        )
        any_label = {**labels, **series.labels, ALERTNAME: frozenset(names)}
        found[of_alerts] = replace(series, labels=any_label, variants=variants)
    return found
