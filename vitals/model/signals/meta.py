"""Is the monitoring itself well? Asked of its parts, and of the scrape of every target.

Monitoring needs to be monitored: a rule that fails is silent, a notification that fails reaches no receiver, a scrape
that is missed hides a minute. That the whole chain is dead can only be seen from outside, by the Watchdog's absence.
"""

from __future__ import annotations

from vitals.model.catalog import Scrape, Service
from vitals.model.catalog.fields import seconds
from vitals.model.conventions import SERVICE
from vitals.model.metrics import EXPORTERS
from vitals.model.promql import Expr, avg_by, over_time, select
from vitals.model.signals import gauge
from vitals.model.signals.idioms import or_zero, where_positive
from vitals.model.signals.query import SignalQuery, increase_of, rate_of
from vitals.model.signals.signal import PER_SERVICE, Direction, Group, Signal
from vitals.model.signals.targets import UP
from vitals_telemetry.contract import Unit

CHANNEL = (SERVICE, "integration")
PICTURE_CHANNEL = (SERVICE, "channel")
SCALED = (SERVICE, "namespace", "scaledObject")
SCRAPES_WINDOW = "5m"


def _missed(service: Service, scrape: Scrape) -> Expr:
    """How many of the samples that a window must hold are missing, for targets that were there all the time."""
    matchers = {SERVICE: service.name}
    before = select("up", matchers, offset=SCRAPES_WINDOW)
    found = over_time("count", "up", matchers, SCRAPES_WINDOW) & select("up", matchers) & before
    return 1 - avg_by(PER_SERVICE, found) / (seconds(SCRAPES_WINDOW) / seconds(scrape.of(service)))


def _time_used(service: Service, scrape: Scrape) -> Expr:
    """The slowest scrape over how long one may take; an exporter may have a limit of its own."""
    exporter = EXPORTERS.get(service.name)
    limit = seconds((exporter and exporter.endpoint.timeout) or scrape.timeout_of(service))
    return gauge.highest("scrape_duration_seconds").max_by(PER_SERVICE)(service, scrape) / limit


def _config_in_use(exporter: Service, scrape: Scrape) -> Expr:
    """Each part names its own metric alike."""
    return gauge.last(f"{exporter.name}_config_last_reload_successful").min_by(PER_SERVICE)(exporter, scrape)


EXPORTER_UP = Signal(
    id="meta.targets.up",
    title="Exporters up",
    question=(
        "What share of an exporter's targets answers the scrape? Below 100 %, its panels and alerts are going blind."
    ),
    unit=Unit.RATIO,
    direction=Direction.LOWER_IS_WORSE,
    record="exporter:up:avg",
    labels=PER_SERVICE,
    group=Group.META,
    query=UP.query,
)

SCRAPE_TIME = Signal(
    id="meta.scrape.time",
    title="Scrape duration / timeout (max)",
    question="Which scrape is close to its time limit? Beyond it the target counts as down although it works.",
    unit=Unit.RATIO,
    direction=Direction.HIGHER_IS_WORSE,
    record="service:scrape_time_used:ratio_max",
    labels=PER_SERVICE,
    group=Group.META,
    query=SignalQuery(_time_used),
    phrase="scrape duration at {value} of its timeout",
)

SCRAPES_MISSED = Signal(
    id="meta.scrape.missed",
    title="Missed scrapes",
    question="Does Prometheus find the time to scrape? A missed scrape leaves a hole in every panel and rule.",
    unit=Unit.RATIO,
    direction=Direction.HIGHER_IS_WORSE,
    record="service:scrapes_missed:ratio5m",
    labels=PER_SERVICE,
    group=Group.META,
    query=SignalQuery(_missed),
    without_history="no target has been there for five minutes yet",
    phrase="{value} of scrapes missed",
)

RULES_FAILED = Signal(
    id="meta.rules.failed",
    title="Rule evaluation failures",
    question="Does every rule work? A rule that fails records nothing and cannot alert; the log names it.",
    unit=Unit.COUNT,
    direction=Direction.HIGHER_IS_WORSE,
    record="service:rule_evaluation_failures:increase5m",
    labels=PER_SERVICE,
    group=Group.META,
    query=increase_of("prometheus_rule_evaluation_failures_total", "5m").sum_by(PER_SERVICE),
    phrase="{value} rule evaluation{s} failed",
)

RULES_TIME = Signal(
    id="meta.rules.time",
    title="Rule group duration / interval (max)",
    question="Do rules keep up? At 100 % a group misses evaluations, and its alerts come late.",
    unit=Unit.RATIO,
    direction=Direction.HIGHER_IS_WORSE,
    record="service:rule_group_time_used:ratio_max",
    labels=PER_SERVICE,
    group=Group.META,
    query=(
        gauge.last("prometheus_rule_group_last_duration_seconds") / gauge.last("prometheus_rule_group_interval_seconds")
    ).max_by(PER_SERVICE),
)

SERIES = Signal(
    id="meta.series.held",
    title="Series in memory",
    question=(
        "Does the number of series stay within what was planned? It decides memory and cost; a label multiplies it."
    ),
    unit=Unit.COUNT,
    direction=Direction.HIGHER_IS_WORSE,
    record="service:tsdb_head_series:max",
    labels=PER_SERVICE,
    group=Group.META,
    query=gauge.last("prometheus_tsdb_head_series").max_by(PER_SERVICE),
    phrase="{value} series in memory",
)

SAMPLES = Signal(
    id="meta.series.samples",
    title="Samples ingested",
    question="How many samples come in per second? A fall without a reason is a job that is not scraped any more.",
    unit=Unit.SAMPLES_PER_SECOND,
    direction=Direction.NEITHER,
    record="service:tsdb_samples_appended:rate5m",
    labels=PER_SERVICE,
    group=Group.META,
    query=rate_of("prometheus_tsdb_head_samples_appended_total", "5m").sum_by(PER_SERVICE),
)

ALERTS_DROPPED = Signal(
    id="meta.alerts.dropped",
    title="Dropped alerts",
    question="Do alerts get from Prometheus to Alertmanager? What is dropped here is never notified.",
    unit=Unit.COUNT,
    direction=Direction.HIGHER_IS_WORSE,
    record="service:alerts_dropped:increase5m",
    labels=PER_SERVICE,
    group=Group.META,
    query=increase_of("prometheus_notifications_dropped_total", "5m").sum_by(PER_SERVICE),
    may_be_empty="Prometheus counts nothing before it has found an Alertmanager",
    phrase="{value} alert{s} dropped",
)

CONFIG_IN_USE = Signal(
    id="meta.config.in_use",
    title="Config reload OK",
    question=(
        "Does each component run with its newest configuration? 0 means that it refused it and runs with the old one."
    ),
    unit=Unit.COUNT,
    direction=Direction.LOWER_IS_WORSE,
    record="service:config_last_reload_successful:min",
    labels=PER_SERVICE,
    group=Group.META,
    query=SignalQuery(_config_in_use),
    phrase="config reload failed, success {value}",
)

_OF_PEOPLE = "!~.+-pictures"
"""A relay that is down takes no notification from anyone: what follows a text must not page. Where Alertmanager is not
asked to name receivers, no series has the label, and all of them count."""

NOTIFICATIONS = Signal(
    id="meta.notifications.tried",
    title="Notifications by channel",
    question="On which channels are notifications sent, and how often? A flood is as bad as silence.",
    unit=Unit.COUNT,
    direction=Direction.NEITHER,
    record="service_integration:notifications:increase15m",
    labels=CHANNEL,
    group=Group.META,
    query=increase_of("alertmanager_notifications_total", "15m", receiver_name=_OF_PEOPLE).sum_by(CHANNEL),
)

NOTIFICATIONS_FAILED = Signal(
    id="meta.notifications.failed",
    title="Notification failure ratio by channel",
    question="Does every channel deliver? A wrong key or an expired webhook shows here and nowhere else.",
    unit=Unit.RATIO,
    direction=Direction.HIGHER_IS_WORSE,
    record="service_integration:notifications_failed:ratio_increase15m",
    labels=CHANNEL,
    group=Group.META,
    query=or_zero(
        # Not a share: where nothing was sent for a while nothing failed, and zero ends an alert that a hole would end
        # too, but says so on its panel.
        increase_of("alertmanager_notifications_failed_total", "15m", receiver_name=_OF_PEOPLE).sum_by(CHANNEL)
        / where_positive(NOTIFICATIONS.recorded()),
        NOTIFICATIONS.recorded(),
    ),
    phrase="{value} of notifications failed",
)

_EXPECTED = "!~no_panel"
"""An alert that links to no panel has no picture to follow, and nothing is wrong."""

PICTURES = Signal(
    id="meta.pictures.tried",
    title="Pictures by channel",
    question="To which channels do pictures follow notifications, delivered or not? None where nothing was notified.",
    unit=Unit.COUNT,
    direction=Direction.NEITHER,
    record="service_channel:pictures:increase1h",
    labels=PICTURE_CHANNEL,
    group=Group.META,
    query=(
        increase_of("pictures_sent_total", "1h") | increase_of("pictures_failed_total", "1h", reason=_EXPECTED)
    ).sum_by(PICTURE_CHANNEL),
)

PICTURES_FAILED = Signal(
    id="meta.pictures.failed",
    title="Picture failure ratio by channel",
    question=(
        "Do pictures follow notifications? The texts are out either way; a token that ended or a bot that left its "
        "channel shows here."
    ),
    unit=Unit.RATIO,
    direction=Direction.HIGHER_IS_WORSE,
    record="service_channel:pictures_failed:ratio_increase1h",
    labels=PICTURE_CHANNEL,
    group=Group.META,
    query=or_zero(
        # As with notifications: where none was tried for a while none failed.
        increase_of("pictures_failed_total", "1h", reason=_EXPECTED).sum_by(PICTURE_CHANNEL)
        / where_positive(PICTURES.recorded()),
        PICTURES.recorded(),
    ),
    phrase="{value} of pictures failed",
)

SCALER_ERRORS = Signal(
    id="meta.scaler.errors",
    title="Scaler errors",
    question="Can the autoscaler read what it scales by? While it cannot, replicas stay as they are.",
    unit=Unit.COUNT,
    direction=Direction.HIGHER_IS_WORSE,
    record="scaledobject:scaler_errors:increase5m",
    labels=SCALED,
    group=Group.META,
    query=increase_of("keda_scaler_detail_errors_total", "5m").sum_by(SCALED),
    may_be_empty="KEDA counts nothing before its first failed read",
    phrase="{value} scaler error{s}",
)

SPANS_TAKEN = Signal(
    id="meta.traces.taken",
    title="Spans received",
    question="How many spans come in? None at all means that the services send nowhere.",
    unit=Unit.SPANS_PER_SECOND,
    direction=Direction.NEITHER,
    record="service:spans_taken:rate5m",
    labels=PER_SERVICE,
    group=Group.META,
    query=rate_of("otelcol_receiver_accepted_spans", "5m").sum_by(PER_SERVICE),
)

SPANS_LOST = Signal(
    id="meta.traces.lost",
    title="Dropped span ratio",
    question="Do traces arrive? A dropped span leaves a hole in a trace.",
    unit=Unit.RATIO,
    direction=Direction.HIGHER_IS_WORSE,
    record="service:spans_lost:ratio_rate5m",
    labels=PER_SERVICE,
    group=Group.META,
    query=(
        rate_of("otelcol_exporter_send_failed_spans", "5m").sum_by(PER_SERVICE) / where_positive(SPANS_TAKEN.recorded())
    ),
    may_be_empty="without a span there is no share of lost ones",
    phrase="{value} of spans dropped",
)

OF_TARGETS = (SCRAPE_TIME, SCRAPES_MISSED)
OF_PROMETHEUS = (RULES_FAILED, RULES_TIME, SERIES, SAMPLES, ALERTS_DROPPED, CONFIG_IN_USE)
OF_ALERTMANAGER = (NOTIFICATIONS, NOTIFICATIONS_FAILED, CONFIG_IN_USE)
OF_PICTURES = (PICTURES, PICTURES_FAILED)
OF_KEDA = (SCALER_ERRORS,)
OF_COLLECTOR = (SPANS_TAKEN, SPANS_LOST)
