"""The queries that panels draw: how a recorded signal is read for one service, or for all of them at once.

Boards ask for what is recorded already. The one exception is the exemplar query, because exemplars hang on the raw
buckets.
"""

from __future__ import annotations

from dataclasses import dataclass

from vitals.kit.dashboards.facts import BoardFacts
from vitals.kit.dashboards.theme import MOST_SERIES
from vitals.model.promql import Expr, call, count_by, select
from vitals.model.signals import Direction, Signal, trend

SERVICE = "$service"
"""The board's variable, as it stands in a matcher."""

MACHINE = "$instance"
"""The variable of the board of machines; a regular expression, because it may stand for all of them."""

PROMISED = "promised"
"""Name of the line that users were promised; panels draw it dashed."""
LAST_WEEK = "last week"
"""How the name of a line ends that is a week old; panels draw it dashed, too."""


@dataclass(frozen=True, slots=True)
class Query:
    """One query of a panel.

    Attributes:
        expr: The expression.
        legend: Name of its series, with ``{{label}}``.
        exemplar: Ask for exemplars only; its own result is not drawn.
    """

    expr: Expr
    legend: str
    exemplar: bool = False


def of_service(signal: Signal, legend: str) -> Query:
    """A signal of the chosen service."""
    return Query(signal.read(service=SERVICE), legend)


def worst_of_service(signal: Signal) -> Query:
    """A signal of the chosen service by its other labels: those that matter most, as many as can be told apart."""
    return Query(_most_telling(signal, signal.read(service=SERVICE)), _legend(signal))


def last_week(facts: BoardFacts, signal: Signal) -> tuple[Query, ...]:
    """The same hour of last week, as a line; nothing where no history of the signal is kept."""
    hour = facts.signal(trend.hourly(signal).id)
    if hour is None:
        return ()
    then = hour.ago(trend.WEEK, service=SERVICE)
    if signal.labels == ("service",):
        return (Query(then, LAST_WEEK),)
    return (Query(_most_telling(signal, then), f"{_legend(signal)} {LAST_WEEK}"),)


def worst_services(signal: Signal, legend: str = "{{service}}") -> Query:
    """A signal of every service: those that matter most. Signals that share a record are read together."""
    return Query(_most_telling(signal, select(signal.record)), legend)


def worst_machines(signal: Signal, legend: str = "{{instance}}") -> Query:
    """A signal of the chosen machines: those that matter most."""
    return Query(_most_telling(signal, signal.read(instance=f"~{MACHINE}")), legend)


def promise(facts: BoardFacts, kind: str) -> tuple[Query, ...]:
    """What the chosen service promises, as a line; nothing where no service promises that kind."""
    signal = facts.signal(f"slo.{kind}.promise")
    return (of_service(signal, PROMISED),) if signal else ()


def exemplars(histogram: str) -> Query:
    """The events in the buckets of a histogram, each with its trace id.

    Exemplars belong to the selector; the value is kept from view, so it is the one that touches fewest samples.
    """
    buckets = select(f"{histogram}_bucket", {"service": SERVICE})
    return Query(0 * count_by(("service",), buckets), "exemplars", exemplar=True)


def _legend(signal: Signal) -> str:
    """The labels that tell its series apart; method before endpoint, as people say it."""
    labels = [label for label in signal.labels if label != "service"]
    return " ".join(f"{{{{{label}}}}}" for label in sorted(labels, key=lambda label: label != "method"))


def _most_telling(signal: Signal, expr: Expr) -> Expr:
    return call("bottomk" if signal.worse is Direction.LOWER_IS_WORSE else "topk", MOST_SERIES, expr)
