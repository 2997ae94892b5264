"""The visible list of all checks, in the order in which they are listed."""

from __future__ import annotations

from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.checks.active_content import ACTIVE_CONTENT
from vitals.verify.review.checks.alert_summary import ALERT_SUMMARY
from vitals.verify.review.checks.always_firing import ALWAYS_FIRING
from vitals.verify.review.checks.annotations import ANNOTATIONS
from vitals.verify.review.checks.bare_counter import BARE_COUNTER
from vitals.verify.review.checks.clear_secret import CLEAR_SECRET
from vitals.verify.review.checks.dashboard_identity import DASHBOARD_IDENTITY
from vitals.verify.review.checks.dashboard_settings import DASHBOARD_SETTINGS
from vitals.verify.review.checks.datasource_variable import DATASOURCE_VARIABLE
from vitals.verify.review.checks.dead_label import DEAD_LABEL
from vitals.verify.review.checks.dead_link import DEAD_LINK
from vitals.verify.review.checks.dead_metric import DEAD_METRIC
from vitals.verify.review.checks.duplicate_ids import DUPLICATE_IDS
from vitals.verify.review.checks.duplicate_rule import DUPLICATE_RULE
from vitals.verify.review.checks.evaluable_rule import EVALUABLE_RULE
from vitals.verify.review.checks.evaluation_gap import EVALUATION_GAP
from vitals.verify.review.checks.exemplars import EXEMPLARS
from vitals.verify.review.checks.hidden_panel import HIDDEN_PANEL
from vitals.verify.review.checks.histogram_buckets import HISTOGRAM_BUCKETS
from vitals.verify.review.checks.impossible_alert import IMPOSSIBLE_ALERT
from vitals.verify.review.checks.inhibited_page import INHIBITED_PAGE
from vitals.verify.review.checks.legend_sum import LEGEND_SUM
from vitals.verify.review.checks.literal_pattern import LITERAL_PATTERN
from vitals.verify.review.checks.loki_window import LOKI_WINDOW
from vitals.verify.review.checks.many_series import MANY_SERIES
from vitals.verify.review.checks.minimum_events import MINIMUM_EVENTS
from vitals.verify.review.checks.missed_scrape import MISSED_SCRAPE
from vitals.verify.review.checks.no_value import NO_VALUE
from vitals.verify.review.checks.panel_description import PANEL_DESCRIPTION
from vitals.verify.review.checks.panel_grid import PANEL_GRID
from vitals.verify.review.checks.panel_query import PANEL_QUERY
from vitals.verify.review.checks.panel_unit import PANEL_UNIT
from vitals.verify.review.checks.rate_interval import RATE_INTERVAL
from vitals.verify.review.checks.rate_of_gauge import RATE_OF_GAUGE
from vitals.verify.review.checks.rate_of_sum import RATE_OF_SUM
from vitals.verify.review.checks.rate_window import RATE_WINDOW
from vitals.verify.review.checks.readable import READABLE
from vitals.verify.review.checks.refresh_rate import REFRESH_RATE
from vitals.verify.review.checks.repeated_record import REPEATED_RECORD
from vitals.verify.review.checks.rule_cost import RULE_COST
from vitals.verify.review.checks.runbook import RUNBOOK
from vitals.verify.review.checks.scaler_capacity import SCALER_CAPACITY
from vitals.verify.review.checks.scaler_conflict import SCALER_CONFLICT
from vitals.verify.review.checks.scaler_divided_twice import SCALER_DIVIDED_TWICE
from vitals.verify.review.checks.scaler_fallback import SCALER_FALLBACK
from vitals.verify.review.checks.scaler_idle import SCALER_IDLE
from vitals.verify.review.checks.scaler_nulls import SCALER_NULLS
from vitals.verify.review.checks.scaler_on_latency import SCALER_ON_LATENCY
from vitals.verify.review.checks.scaler_one_element import SCALER_ONE_ELEMENT
from vitals.verify.review.checks.scaler_shape import SCALER_SHAPE
from vitals.verify.review.checks.template_label import TEMPLATE_LABEL
from vitals.verify.review.checks.undeclared_variable import UNDECLARED_VARIABLE
from vitals.verify.review.checks.unrouted_alert import UNROUTED_ALERT
from vitals.verify.review.checks.unscoped_query import UNSCOPED_QUERY
from vitals.verify.review.checks.unshown_alert import UNSHOWN_ALERT
from vitals.verify.review.checks.unused_variable import UNUSED_VARIABLE
from vitals.verify.review.checks.valid_promql import VALID_PROMQL
from vitals.verify.review.checks.variable_refresh import VARIABLE_REFRESH

CHECKS: tuple[ReviewCheck, ...] = (
    READABLE,
    VALID_PROMQL,
    EVALUABLE_RULE,
    DEAD_METRIC,
    DEAD_LABEL,
    DATASOURCE_VARIABLE,
    UNDECLARED_VARIABLE,
    UNUSED_VARIABLE,
    VARIABLE_REFRESH,
    PANEL_DESCRIPTION,
    PANEL_UNIT,
    PANEL_QUERY,
    RATE_INTERVAL,
    PANEL_GRID,
    DASHBOARD_IDENTITY,
    DUPLICATE_IDS,
    DEAD_LINK,
    LEGEND_SUM,
    MANY_SERIES,
    REFRESH_RATE,
    DASHBOARD_SETTINGS,
    NO_VALUE,
    EXEMPLARS,
    ANNOTATIONS,
    UNSCOPED_QUERY,
    LOKI_WINDOW,
    ACTIVE_CONTENT,
    BARE_COUNTER,
    RATE_OF_GAUGE,
    RATE_OF_SUM,
    HISTOGRAM_BUCKETS,
    LITERAL_PATTERN,
    REPEATED_RECORD,
    IMPOSSIBLE_ALERT,
    ALWAYS_FIRING,
    MINIMUM_EVENTS,
    RATE_WINDOW,
    EVALUATION_GAP,
    MISSED_SCRAPE,
    RULE_COST,
    DUPLICATE_RULE,
    ALERT_SUMMARY,
    TEMPLATE_LABEL,
    RUNBOOK,
    HIDDEN_PANEL,
    UNSHOWN_ALERT,
    UNROUTED_ALERT,
    INHIBITED_PAGE,
    CLEAR_SECRET,
    SCALER_SHAPE,
    SCALER_DIVIDED_TWICE,
    SCALER_ONE_ELEMENT,
    SCALER_ON_LATENCY,
    SCALER_FALLBACK,
    SCALER_NULLS,
    SCALER_IDLE,
    SCALER_CONFLICT,
    SCALER_CAPACITY,
)
"""Files first, then expressions, dashboards, rules and routes, and scalers."""
