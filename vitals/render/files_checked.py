"""What the rules of files add to an environment: recorded series, and the names of alerts that others may ask for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import promql_parser as ast

from alert_rules import Alert, FileRules, Record, alerts_of_environment, alerts_of_service
from vitals.errors import VitalsError
from vitals.model.catalog import Catalogue
from vitals.model.promql import Series, SeriesType, Vocabulary, begins, every, made_labels, parse
from vitals.render.checked import check_expr

_OF_ALERTS = ("ALERTS", "ALERTS_FOR_STATE")
_TARGET = ("service", "job")


def records_of_files(
    records: Sequence[Record], known: Vocabulary, ours: frozenset[tuple[str, str]], intervals: Mapping[str, float]
) -> dict[str, Series]:
    """The series that files record, each with its labels; the order of the records does not matter.

    Args:
        records: The records.
        known: Every series that exists without them.
        ours: Recorded name and service of every signal.
        intervals: How often each target is scraped.

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
                labels = _labels(record, {**known, **found}, intervals.get(record.service))
            except VitalsError as error:
                first_error = first_error or error
                later.append(record)
                continue
            if record.name in known and record.name not in of_signals:
                raise VitalsError(
                    f"{record.where}: {record.name} is scraped already, and the record would write the same series. "
                    "Give it another name, such as level:metric:operation."
                )
            found[record.name] = _series(record, labels, {**known, **found}, ours)
        if first_error and len(later) == len(waiting):
            raise first_error
        waiting = later
    return found


def _labels(record: Record, known: Vocabulary, interval: float | None) -> frozenset[str]:
    """The labels of what a record's expression returns, which may read what the record was itself before."""
    if record.name in known or not begins(record.expr, record.name):
        return check_expr(record.where, record.expr, known, interval).labels or frozenset()
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
        own = dict.fromkeys(sorted({*labels, "service", *record.labels}), frozenset[str]())
        past = Series(record.name, SeriesType.GAUGE, own)
        labels = check_expr(record.where, record.expr, {**known, record.name: past}, interval).labels or frozenset()
    return labels


def _series(record: Record, labels: frozenset[str], known: Vocabulary, ours: frozenset[tuple[str, str]]) -> Series:
    names = {*labels, "service", *record.labels}
    series = Series(record.name, SeriesType.GAUGE, {name: frozenset[str]() for name in sorted(names)})
    if (record.name, record.service) in ours:
        raise VitalsError(
            f"{record.where}: {record.name} of {record.service} is recorded already by a signal, and both would write "
            "the same series. Give the record another name."
        )
    before = known.get(record.name, series)
    if before.labels.keys() != series.labels.keys():
        raise VitalsError(
            f"{record.where}: {record.name} exists already with other labels ({', '.join(sorted(before.labels))}), so "
            "two meanings would mix in every query. Give it another name."
        )
    return series


def rule_of(record: Record) -> dict[str, object]:
    """A record in the form of a rule file."""
    return {
        "record": record.name,
        "expr": record.expr.pretty(),
        "labels": {"service": record.service, **record.labels},
    }


def with_targets(known: Vocabulary, targets: frozenset[str]) -> dict[str, Series]:
    """The same series, with the targets that exist as values of ``service`` and ``job``.

    A pasted rule about ``service="nod"`` would stay empty for ever. Only what is scraped or recorded of a target is
    held to it: alerts are made by Prometheus.

    Args:
        known: Every series that exists.
        targets: The services and exporters of every environment, since one file serves them all.
    """
    found: dict[str, Series] = {}
    for name, series in known.items():
        closed = {label: targets for label in _TARGET if series.labels.get(label) == frozenset()}
        found[name] = series if name in _OF_ALERTS else replace(series, labels={**series.labels, **closed})
    return found


def names_of_alerts(catalogue: Catalogue, files: FileRules, here: Iterable[Alert]) -> frozenset[str]:
    """The names that a pasted rule may ask ``ALERTS`` for: those of every environment.

    Another environment's alert is not a mistake: the same file serves all of them.

    Returns:
        The names; none where no pasted rule asks, since nothing needs them then.
    """
    exprs = [*(record.expr for record in files.records), *(alert.expr for alert in files.alerts)]
    if not any(name in expr.text for expr in exprs for name in _OF_ALERTS):
        return frozenset()
    names = {alert.name for alert in here} | files.names
    for environment in catalogue.environments.values():
        names |= {alert.name for alert in alerts_of_environment(catalogue.services, environment)}
        for service in catalogue.services:
            names |= {alert.name for alert in alerts_of_service(service, environment)}
    return frozenset(names)


def with_alerts(known: Vocabulary, names: frozenset[str], files: FileRules) -> dict[str, Series]:
    """The series of alerts, with the names that exist and any label that a condition or a rule may bring."""
    exprs = [*(record.expr for record in files.records), *(alert.expr for alert in files.alerts)]
    written = files.labels.union(*(made_labels(expr) for expr in exprs))
    labels = {label: frozenset[str]() for series in known.values() for label in series.labels}
    labels |= {label: frozenset[str]() for label in written}
    return {
        name: replace(series, labels={**labels, **series.labels, "alertname": names})
        for name in _OF_ALERTS
        if (series := known.get(name)) is not None
    }
