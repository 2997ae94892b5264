"""Every test case about services that speak another dialect than ours."""

from __future__ import annotations

from tests.alert_rules.promtool_cases import PromtoolCase
from tests.dialects.failures_apart_cases import failures_apart_cases
from tests.dialects.native_histogram_cases import native_histogram_cases
from tests.dialects.outage_cases import nothing_recorded_cases, outage_cases, restart_cases, unit_cases
from tests.dialects.recorded_value_cases import recorded_value_cases
from vitals.render import Plan


def every_case(plan: Plan) -> list[PromtoolCase]:
    """All of them.

    Args:
        plan: An environment that watches a service of each dialect.
    """
    return [
        *outage_cases(),
        *restart_cases(),
        *unit_cases(),
        *nothing_recorded_cases(plan.services),
        *native_histogram_cases(),
        *recorded_value_cases(plan),
        *failures_apart_cases(),
    ]
