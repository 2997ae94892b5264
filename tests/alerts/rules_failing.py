"""RulesFailing: for five minutes rules of Prometheus have failed within the last five minutes."""

from __future__ import annotations

from vitals.verify.oracle.alert_case import AlertCase
from vitals.verify.oracle.conditions import Above
from vitals.verify.oracle.levels import counter
from vitals.verify.oracle.measures import Derived, RateOf

FAILURES = "prometheus_rule_evaluation_failures_total"
FIVE_MINUTES = 300

CASES = (
    AlertCase(
        id="meta.rules.failing",
        name="RulesFailing",
        severity="warning",
        service="prometheus",
        condition=Above(Derived(lambda pace: pace * FIVE_MINUTES, (RateOf(FAILURES, FIVE_MINUTES),)), 0),
        for_=300,
        record="service:rule_evaluation_failures:increase5m",
        scraped=(counter(f'{FAILURES}{{service="prometheus", job="prometheus", instance="p1", rule_group="g"}}'),),
        low=0,
        under=0,
        high=0.02,
        summary="prometheus: 6 rule evaluations failed (> 0)",
    ),
)
