"""Is the monitoring itself well? Asked of its parts, and of the scrape of every target.

Whoever watches needs to be watched: a rule that fails is silent, a notification that fails reaches nobody, a scrape
that is missed hides a minute. That the whole chain is dead can only be seen from outside, by the Watchdog's absence.
"""

from __future__ import annotations

from vitals.model.catalog import Scrape, Service
from vitals.model.catalog.fields import seconds
from vitals.model.metrics import EXPORTERS
from vitals.model.promql import Expr, avg_by, call, max_by, min_by, over_time, select, sum_by
from vitals.model.signals import gauge
from vitals.model.signals.signal import Direction, Group, Signal
from vitals.model.signals.targets import UP
from vitals_telemetry.contract import Unit

OF_PART = ("service",)
CHANNEL = ("service", "integration")
SCALED = ("service", "namespace", "scaledObject")
SCRAPES_WINDOW = "5m"


def _increase(metric: str, exporter: Service, window: str) -> Expr:
    return call("increase", select(metric, {"service": exporter.name}, window=window))


def _missed(service: Service, scrape: Scrape) -> Expr:
    """How many of the samples that a window must hold are missing, for targets that were there all the time."""
    matchers = {"service": service.name}
    before = Expr(f"{select('up', matchers).text} offset {SCRAPES_WINDOW}")
    found = over_time("count", "up", matchers, SCRAPES_WINDOW) & select("up", matchers) & before
    return 1 - avg_by(OF_PART, found) / (seconds(SCRAPES_WINDOW) / seconds(scrape.of(service)))


def _limit(service: Service, scrape: Scrape) -> float:
    """How long a scrape may take, in seconds: an exporter may have a limit of its own."""
    exporter = EXPORTERS.get(service.name)
    return seconds((exporter and exporter.endpoint.timeout) or scrape.page_timeout)


EXPORTER_UP = Signal(
    id="meta.targets.up",
    title="Parts that answer",
    asks="What share of an exporter's targets answers the scrape? Below 100 %, its panels and alerts are going blind.",
    unit=Unit.RATIO,
    worse=Direction.LOWER_IS_WORSE,
    record="exporter:up:avg",
    labels=OF_PART,
    group=Group.META,
    query=UP.query,
)

SCRAPE_TIME = Signal(
    id="meta.scrape.time",
    title="Share of the time limit that scrapes take",
    asks="Which scrape is close to its time limit? Beyond it the target counts as down although it works.",
    unit=Unit.RATIO,
    worse=Direction.HIGHER_IS_WORSE,
    record="service:scrape_time_used:ratio_max",
    labels=OF_PART,
    group=Group.META,
    query=lambda service, scrape: (
        max_by(OF_PART, gauge.highest("scrape_duration_seconds", service, scrape)) / _limit(service, scrape)
    ),
)

SCRAPES_MISSED = Signal(
    id="meta.scrape.missed",
    title="Scrapes that were missed",
    asks="Does Prometheus find the time to scrape? A missed scrape leaves a hole in every panel and rule.",
    unit=Unit.RATIO,
    worse=Direction.HIGHER_IS_WORSE,
    record="service:scrapes_missed:ratio5m",
    labels=OF_PART,
    group=Group.META,
    query=_missed,
    without_history="no target has been there for five minutes yet",
)

RULES_FAILED = Signal(
    id="meta.rules.failed",
    title="Rule evaluations that failed",
    asks="Does every rule work? A rule that fails records nothing and alerts nobody; the log names it.",
    unit=Unit.COUNT,
    worse=Direction.HIGHER_IS_WORSE,
    record="service:rule_evaluation_failures:increase5m",
    labels=OF_PART,
    group=Group.META,
    query=lambda exporter, _: sum_by(OF_PART, _increase("prometheus_rule_evaluation_failures_total", exporter, "5m")),
)

RULES_TIME = Signal(
    id="meta.rules.time",
    title="Share of its interval that the slowest rule group takes",
    asks="Do rules keep up? At 100 % a group misses evaluations, and its alerts come late.",
    unit=Unit.RATIO,
    worse=Direction.HIGHER_IS_WORSE,
    record="service:rule_group_time_used:ratio_max",
    labels=OF_PART,
    group=Group.META,
    query=lambda exporter, scrape: max_by(
        OF_PART,
        gauge.last("prometheus_rule_group_last_duration_seconds", exporter, scrape)
        / gauge.last("prometheus_rule_group_interval_seconds", exporter, scrape),
    ),
)

SERIES = Signal(
    id="meta.series.held",
    title="Series in memory",
    asks="Does the number of series stay within what was planned? It decides memory and cost; a label multiplies it.",
    unit=Unit.COUNT,
    worse=Direction.HIGHER_IS_WORSE,
    record="service:tsdb_head_series:max",
    labels=OF_PART,
    group=Group.META,
    query=lambda exporter, scrape: max_by(OF_PART, gauge.last("prometheus_tsdb_head_series", exporter, scrape)),
)

SAMPLES = Signal(
    id="meta.series.samples",
    title="Samples stored",
    asks="How many samples come in per second? A fall without a reason is a job that is no longer scraped.",
    unit=Unit.PER_SECOND,
    worse=Direction.NEITHER,
    record="service:tsdb_samples_appended:rate5m",
    labels=OF_PART,
    group=Group.META,
    query=lambda exporter, _: sum_by(
        OF_PART,
        call("rate", select("prometheus_tsdb_head_samples_appended_total", {"service": exporter.name}, window="5m")),
    ),
)

ALERTS_DROPPED = Signal(
    id="meta.alerts.dropped",
    title="Alerts that no Alertmanager took",
    asks="Do alerts get from Prometheus to Alertmanager? What is dropped here reaches nobody.",
    unit=Unit.COUNT,
    worse=Direction.HIGHER_IS_WORSE,
    record="service:alerts_dropped:increase5m",
    labels=OF_PART,
    group=Group.META,
    query=lambda exporter, _: sum_by(OF_PART, _increase("prometheus_notifications_dropped_total", exporter, "5m")),
    may_be_empty="Prometheus counts nothing before it has found an Alertmanager",
)

CONFIG_IN_USE = Signal(
    id="meta.config.in_use",
    title="Newest configuration in use",
    asks="Does each part run with its newest configuration? 0 means that it refused it and runs with the old one.",
    unit=Unit.COUNT,
    worse=Direction.LOWER_IS_WORSE,
    record="service:config_last_reload_successful:min",
    labels=OF_PART,
    group=Group.META,
    query=lambda exporter, scrape: min_by(
        OF_PART, gauge.last(f"{exporter.name}_config_last_reload_successful", exporter, scrape)
    ),
)

NOTIFICATIONS = Signal(
    id="meta.notifications.tried",
    title="Notifications by channel",
    asks="On which channels are people told, and how often? A flood is as bad as silence.",
    unit=Unit.COUNT,
    worse=Direction.NEITHER,
    record="service_integration:notifications:increase15m",
    labels=CHANNEL,
    group=Group.META,
    query=lambda exporter, _: sum_by(CHANNEL, _increase("alertmanager_notifications_total", exporter, "15m")),
)

NOTIFICATIONS_FAILED = Signal(
    id="meta.notifications.failed",
    title="Notifications that failed, by channel",
    asks="Does every channel deliver? A wrong key or an expired webhook shows here and nowhere else.",
    unit=Unit.RATIO,
    worse=Direction.HIGHER_IS_WORSE,
    record="service_integration:notifications_failed:ratio_increase15m",
    labels=CHANNEL,
    group=Group.META,
    query=lambda exporter, _: (
        (
            sum_by(CHANNEL, _increase("alertmanager_notifications_failed_total", exporter, "15m"))
            / (NOTIFICATIONS.read(service=exporter.name) > 0)
        )
        | 0 * NOTIFICATIONS.read(service=exporter.name)
    ),
)

SCALER_ERRORS = Signal(
    id="meta.scaler.errors",
    title="Reads of the autoscaler that failed",
    asks="Can the autoscaler read what it scales by? While it cannot, replicas stay as they are.",
    unit=Unit.COUNT,
    worse=Direction.HIGHER_IS_WORSE,
    record="scaledobject:scaler_errors:increase5m",
    labels=SCALED,
    group=Group.META,
    query=lambda exporter, _: sum_by(SCALED, _increase("keda_scaler_detail_errors_total", exporter, "5m")),
    may_be_empty="KEDA counts nothing before its first failed read",
)

SPANS_TAKEN = Signal(
    id="meta.traces.taken",
    title="Spans that the collector takes",
    asks="How many spans come in? None at all means that the services send nowhere.",
    unit=Unit.PER_SECOND,
    worse=Direction.NEITHER,
    record="service:spans_taken:rate5m",
    labels=OF_PART,
    group=Group.META,
    query=lambda exporter, _: sum_by(
        OF_PART, call("rate", select("otelcol_receiver_accepted_spans", {"service": exporter.name}, window="5m"))
    ),
)

SPANS_LOST = Signal(
    id="meta.traces.lost",
    title="Spans that the collector lost",
    asks="Do traces arrive? A lost span leaves a hole in a trace that somebody will need.",
    unit=Unit.RATIO,
    worse=Direction.HIGHER_IS_WORSE,
    record="service:spans_lost:ratio_rate5m",
    labels=OF_PART,
    group=Group.META,
    query=lambda exporter, _: (
        sum_by(
            OF_PART, call("rate", select("otelcol_exporter_send_failed_spans", {"service": exporter.name}, window="5m"))
        )
        / (SPANS_TAKEN.read(service=exporter.name) > 0)
    ),
    may_be_empty="without a span there is no share of lost ones",
)

OF_TARGETS = (SCRAPE_TIME, SCRAPES_MISSED)
OF_PROMETHEUS = (RULES_FAILED, RULES_TIME, SERIES, SAMPLES, ALERTS_DROPPED, CONFIG_IN_USE)
OF_ALERTMANAGER = (NOTIFICATIONS, NOTIFICATIONS_FAILED, CONFIG_IN_USE)
OF_KEDA = (SCALER_ERRORS,)
OF_COLLECTOR = (SPANS_TAKEN, SPANS_LOST)
