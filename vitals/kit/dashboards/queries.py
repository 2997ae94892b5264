"""The queries that panels draw: how a recorded signal is read for one service, or for all of them at once.

Dashboards ask for what is recorded already. The one exception is the exemplar query, because exemplars hang on the raw
buckets.
"""

from __future__ import annotations

from dataclasses import dataclass

from vitals.kit.dashboards.context import DashboardContext
from vitals.kit.dashboards.theme import MOST_SERIES
from vitals.model import conventions
from vitals.model.catalog import Slo
from vitals.model.promql import Expr, call, count_by, max_by, select
from vitals.model.signals import PER_SERVICE, Direction, Signal, anomaly, slo, trend

SERVICE = f"${conventions.SERVICE}"
"""The dashboard's variable, as it stands in a matcher."""

MACHINE = f"${conventions.INSTANCE}"
"""The variable of the dashboard of machines; a regular expression, because it may stand for all of them."""

AUTOSCALER = "$autoscaler"
"""The variable of the dashboard of autoscalers, a regular expression as well."""

SLO_TARGET = "SLO target"
"""Name of the line that an objective draws; panels draw it dashed."""
LAST_WEEK = "last week"
"""How the name of a line ends that is a week old; panels draw it dashed, too."""
EXPECTED, LOWER_BOUND, UPPER_BOUND = "expected", "lower bound", "upper bound"
"""How the names of the foresight service's lines end; panels shade what lies between the two bounds of one line."""


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
    return Query(signal.select(service=SERVICE), legend)


def worst_of_service(signal: Signal) -> Query:
    """A signal of the chosen service by its other labels: those that matter most, as many as can be distinguished."""
    return Query(_most_telling(signal, signal.select(service=SERVICE)), _legend(signal))


def last_week(context: DashboardContext, signal: Signal) -> tuple[Query, ...]:
    """The same hour of last week, as a line; nothing where no history of the signal is kept."""
    hour = context.signal(trend.hourly(signal).id)
    if hour is None:
        return ()
    then = hour.ago(trend.WEEK, service=SERVICE)
    if signal.labels == PER_SERVICE:
        return (Query(then, LAST_WEEK),)
    return (Query(_most_telling(signal, then), f"{_legend(signal)} {LAST_WEEK}"),)


def worst_services(signal: Signal, legend: str = "{{service}}") -> Query:
    """A signal of every service: those that matter most. Signals that share a record are read together."""
    return Query(_most_telling(signal, select(signal.record)), legend)


def worst_used(signal: Signal, count: Signal, legend: str) -> Query:
    """A signal of every service, of what another one counts now: a server lists all that it could do, at zero."""
    counted = select(count.record) > 0
    used = counted if signal.id == count.id else select(signal.record).and_on(signal.labels, counted)
    return Query(_most_telling(signal, used), legend)


def worst_machines(signal: Signal, legend: str = "{{instance}}") -> Query:
    """A signal of the chosen machines: those that matter most."""
    return Query(_most_telling(signal, signal.select(instance=f"~{MACHINE}")), legend)


def of_autoscalers(signal: Signal, legend: str) -> Query:
    """A signal of the chosen autoscalers, as Kubernetes names them: those that matter most."""
    return Query(_most_telling(signal, signal.select(horizontalpodautoscaler=f"~{AUTOSCALER}")), legend)


def of_scaled_objects(signal: Signal, legend: str) -> Query:
    """A signal of the same, as KEDA names them; ours have one name in both places."""
    return Query(_most_telling(signal, signal.select(scaledObject=f"~{AUTOSCALER}")), legend)


def target(context: DashboardContext, kind: type[Slo]) -> tuple[Query, ...]:
    """What the chosen service promises, as a line; nothing where no service promises that kind."""
    objective = context.objective(kind)
    return (of_service(slo.target(objective), SLO_TARGET),) if objective else ()


def exemplars(histogram: str) -> Query:
    """The events in the buckets of a histogram, each with its trace id.

    Exemplars belong to the selector; the value is kept from view, so it is the one that touches fewest samples.
    """
    buckets = select(f"{histogram}_bucket", {conventions.SERVICE: SERVICE})
    return Query(0 * count_by(PER_SERVICE, buckets), "exemplars", exemplar=True)


def bounds(context: DashboardContext, signal: Signal) -> tuple[Query, ...]:
    """What a signal of the chosen service should be, and the bounds beyond which it is news.

    Nothing where no foresight service looks at the signal; while it says nothing of it, nothing is drawn. It is asked
    itself, because its metrics are as old as the panel's moment, whatever a rule does. A signal with several lines has
    the bounds of each and not what is expected: three lines for each line hide it.
    """
    if not context.signal(anomaly.SCORE.id) or all(one.signal.id != signal.id for one in anomaly.WATCHED):
        return ()
    said = (
        ("anomaly_expected", EXPECTED),
        ("anomaly_lower_bound", LOWER_BOUND),
        ("anomaly_upper_bound", UPPER_BOUND),
    )
    if signal.labels == PER_SERVICE:
        return tuple(Query(_of_foresight(metric, signal), name) for metric, name in said)
    return tuple(Query(_of_each_line(metric, signal), f"{{{{{anomaly.NAME}}}}} {name}") for metric, name in said[1:])


def forecast(signal: Signal, horizon: str) -> tuple[Query, ...]:
    """A signal of the chosen service, and what had been forecast for the moment a horizon before."""
    middle, most = (
        _of_foresight("forecast_value", signal, horizon, horizon=horizon, quantile=share) for share in ("0.5", "0.9")
    )
    return (
        of_service(signal, signal.title),
        Query(middle, f"forecast {horizon} before"),
        Query(most, "below this in 9 of 10"),
    )


def _of_foresight(metric: str, signal: Signal, offset: str = "", **matchers: str) -> Expr:
    found = {conventions.SERVICE: anomaly.EXPORTER, anomaly.OF_SERVICE: SERVICE, anomaly.NAME: signal.id}
    return max_by((anomaly.NAME,), select(metric, {**found, **matchers}, offset=offset))


def _of_each_line(metric: str, signal: Signal) -> Expr:
    """What is said of a signal's lines; the label that tells one from another stands behind the signal in the name."""
    return call("topk", MOST_SERIES, _of_foresight(metric, signal, **{anomaly.NAME: f"~{signal.id}/.+"}))


def _legend(signal: Signal) -> str:
    """The labels that distinguish its series; method before endpoint, as people say it."""
    labels = [label for label in signal.labels if label != conventions.SERVICE]
    return " ".join(f"{{{{{label}}}}}" for label in sorted(labels, key=lambda label: label != "method"))


def _most_telling(signal: Signal, expr: Expr) -> Expr:
    return call("bottomk" if signal.direction is Direction.LOWER_IS_WORSE else "topk", MOST_SERIES, expr)
