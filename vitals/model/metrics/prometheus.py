"""Prometheus about itself: rules, notifications, configuration and series.

Source: https://github.com/prometheus/prometheus.
"""

from __future__ import annotations

from vitals.model.metrics.exporter import MOST_FILES, OPEN_FILES, Exporter, build_info, counter, gauge
from vitals_telemetry.contract import Label, Unit

_RULE_GROUP = Label("rule_group", "File and name of the rule group.", most=2000)
_SAMPLE = Label("type", "Kind of sample.", most=2, expected=2, values=("float", "histogram"))
_ALERTMANAGER = Label("alertmanager", "Address that alerts are sent to.", most=10, expected=1)

PROMETHEUS = Exporter(
    name="prometheus",
    description="The Prometheus server itself.",
    metrics=(
        build_info("prometheus"),
        counter("prometheus_rule_evaluations_total", "Rule evaluations.", _RULE_GROUP),
        counter("prometheus_rule_evaluation_failures_total", "Rule evaluations that failed.", _RULE_GROUP),
        counter("prometheus_rule_group_iterations_missed_total", "Evaluations left out for lack of time.", _RULE_GROUP),
        gauge(
            "prometheus_rule_group_last_duration_seconds",
            "Time of the last evaluation.",
            _RULE_GROUP,
            unit=Unit.SECONDS,
        ),
        gauge("prometheus_rule_group_interval_seconds", "Time between evaluations.", _RULE_GROUP, unit=Unit.SECONDS),
        gauge("prometheus_config_last_reload_successful", "1 when the newest configuration is in use."),
        gauge("prometheus_tsdb_head_series", "Series held in memory."),
        counter("prometheus_tsdb_head_samples_appended_total", "Samples stored.", _SAMPLE),
        gauge("prometheus_notifications_alertmanagers_discovered", "Alertmanagers found."),
        counter("prometheus_notifications_sent_total", "Alerts sent.", _ALERTMANAGER),
        counter("prometheus_notifications_errors_total", "Alerts that an Alertmanager did not take.", _ALERTMANAGER),
        counter("prometheus_notifications_dropped_total", "Alerts given up.", _ALERTMANAGER),
        OPEN_FILES,
        MOST_FILES,
    ),
    series=800,
    series_per_group=11,
    series_per_job=30,
)
