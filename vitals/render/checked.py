"""The checks of one rule against what exists: its expression, its windows, and what its texts name."""

from __future__ import annotations

import logging
from functools import lru_cache

from vitals.errors import VitalsError
from vitals.kit.alerts import template as templates
from vitals.kit.alerts.alert import Alert
from vitals.model.conventions import INSTANCE, JOB, SERVICE
from vitals.model.metrics import EXPORTERS
from vitals.model.promql import (
    Expr,
    PromqlError,
    ResolvedForms,
    ResolvedQuery,
    SeriesType,
    UnknownSeriesError,
    Vocabulary,
)
from vitals.render.asked import problem_of

DECLARE = (
    "A metric that a service exposes is declared in the field metrics of its entry (docs/how-to/add-a-metric.md), "
    "one of an exporter in vitals/model/metrics/."
)
"""Where a metric is declared that nothing is known of."""
LEAST_SCRAPES = 4
"""Scrapes that a rate window must hold, so that one missed scrape does not change the answer much."""
_NAME = "__name__"
_NAMES = {_NAME: "up", JOB: "node", SERVICE: "node", INSTANCE: "host:9100"}
"""Labels whose values are names and addresses, whatever they are, each with what it can be."""
_LOG = logging.getLogger(__name__)
_read = lru_cache(maxsize=4096)(templates.read)
"""Most texts of a kind of alert are the same for every service."""


def check_expr(what: str, expr: Expr, forms: ResolvedForms, interval: float | None, service: str = "") -> ResolvedQuery:
    """Resolve an expression, and hold its windows against the scrape interval.

    Args:
        what: Whose expression it is, as a message says it.
        expr: The expression.
        forms: What it may read, and what is known of others like it.
        interval: How often what it reads is scraped, in seconds; None where that is not known.
        service: The service that it is of; empty where people wrote it.

    Raises:
        VitalsError: It reads what does not exist, or a window holds too few scrapes.
    """
    try:
        resolved = forms.resolve(expr, service)
    except UnknownSeriesError as error:
        raise VitalsError(f"{what}: {error} {_declared_where(error.name)}") from None
    except PromqlError as error:
        raise VitalsError(f"{what}: {error}") from None
    for name, window, _ in resolved.readings:
        seconds, counter = window.total_seconds(), forms.vocabulary[name].type is SeriesType.COUNTER
        if interval and counter and 0 < seconds < LEAST_SCRAPES * interval:
            raise VitalsError(
                f"{what}: a window of {seconds:g} s holds fewer than {LEAST_SCRAPES} scrapes of {interval:g} s, so a "
                f"single missed scrape falsifies the rate of {name}. Widen the window or scrape more often."
            )
        if interval and 0 < seconds < interval:
            raise VitalsError(
                f"{what}: a window of {seconds:g} s is shorter than the {interval:g} s between two scrapes of {name}, "
                "so at most evaluations it holds no sample. Widen the window."
            )
    return resolved


def _declared_where(name: str) -> str:
    """Where a metric is declared that nothing is known of; of a port that is not scraped, that it is not."""
    reasons = {start: why for exporter in EXPORTERS.values() for start, why in exporter.not_scraped.items()}
    return next((why for start, why in reasons.items() if name.startswith(start)), DECLARE)


def check_texts(alert: Alert, resolved: ResolvedQuery, known: Vocabulary) -> None:
    """Hold what the texts of an alert name against its condition and against what exists.

    A template sees the labels of the condition only: not those that the rule sets, not the alert's name. Where the
    condition writes labels itself, a label that other series have is named in a warning instead: which labels such a
    condition is meant to end with is its author's business, and the rule works.

    Raises:
        VitalsError: A text names a label that the condition does not return, or asks for a series that does not exist.
    """
    has = (resolved.labels or frozenset()) | {_NAME}
    texts = {"summary": alert.summary, "description": alert.impact, **alert.annotations, **alert.labels}
    for place, text in texts.items():
        what = alert.where or f"Alert {alert.name} of {alert.service} ({alert.group})"
        read = _read(text)
        if missing := sorted(read.labels - has):
            known_labels = ", ".join(sorted(has - {_NAME})) or "no label"
            if resolved.made and missing[0] in _everywhere(known):
                _LOG.warning(
                    "%s: %s names the label %r, and the condition returns %s.", what, place, missing[0], known_labels
                )
                continue
            fix = "Name one of these" if has - {_NAME} else "Take it out of the text"
            raise VitalsError(
                f"{what}: {place} names the label {missing[0]!r}, which the condition does not return, so the text "
                f"would have a gap. It returns {known_labels}. {fix}, or keep {missing[0]} there."
            )
        for label in sorted(read.numbers & has):
            if worded := _not_a_number(label, resolved, known):
                raise VitalsError(
                    f"{what}: {place} reads the label {label!r} as a number, and it can be {worded!r}, so on-call "
                    f"would read an error instead of the text. Write {{{{ $labels.{label} }}}} alone."
                )
        for query in read.queries:
            if problem := problem_of(query, known):
                raise VitalsError(f"{what}: {place} {problem}")


def _not_a_number(label: str, resolved: ResolvedQuery, known: Vocabulary) -> str:
    """A value of a label that does not read as a number; empty where all may."""
    if label in resolved.made:
        return ""
    if label in _NAMES:
        return _NAMES[label]
    for reading in resolved.readings:
        for value in sorted(known[reading.name].labels.get(label, ())):
            try:
                float(value)
            except ValueError:
                return value
    return ""


def _everywhere(known: Vocabulary) -> set[str]:
    return {label for series in known.values() for label in series.labels}
