"""What the rules of files add to an environment: recorded series, and the names of alerts that others may ask for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from alert_rules import Alert, FileRules, Record, alerts_of_environment, alerts_of_service
from vitals.catalog import Catalogue
from vitals.errors import VitalsError
from vitals.promql import Series, SeriesType, Vocabulary
from vitals.render.checked import check_expr

_OF_ALERTS = ("ALERTS", "ALERTS_FOR_STATE")


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
                labels = check_expr(record.where, record.expr, {**known, **found}, intervals.get(record.service)).labels
            except VitalsError as error:
                first_error = first_error or error
                later.append(record)
                continue
            if record.name in known and record.name not in of_signals:
                raise VitalsError(
                    f"{record.where}: {record.name} is scraped already, and the record would write the same series. "
                    "Give it another name, such as level:metric:operation."
                )
            found[record.name] = _series(record, labels or frozenset(), {**known, **found}, ours)
        if first_error and len(later) == len(waiting):
            raise first_error
        waiting = later
    return found


def _series(record: Record, labels: frozenset[str], known: Vocabulary, ours: frozenset[tuple[str, str]]) -> Series:
    names = {*labels, "service", *record.labels}
    series = Series(record.name, SeriesType.GAUGE, {name: frozenset[str]() for name in sorted(names)})
    if (record.name, record.service) in ours:
        raise VitalsError(
            f"{record.where}: {record.name} of {record.service} is recorded already by a signal, and both would write "
            "the same series. Give the record another name."
        )
    before = known.get(record.name, series)
    if before != series:
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


def with_alerts(known: Vocabulary, names: frozenset[str]) -> dict[str, Series]:
    """The series of alerts, with the names that exist and any label that a condition may bring."""
    labels = {label: frozenset[str]() for series in known.values() for label in series.labels}
    return {
        name: replace(series, labels={**labels, **series.labels, "alertname": names})
        for name in _OF_ALERTS
        if (series := known.get(name)) is not None
    }
