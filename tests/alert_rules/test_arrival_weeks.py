"""In nineteen days of opening hours, a holiday and changed clocks only the real faults page."""

from __future__ import annotations

from tests.alert_rules.arrival_weeks import API, CALLS, FAULTS, LASTS, STEP, weeks
from tests.oracle.of_arrival import arrival
from tests.oracle.specs import expected_firing
from vitals.verify.oracle.measures import Now


def test_only_real_faults_page() -> None:
    """Each fault within ten minutes and until it is over; no evening, holiday or morning after the clocks changed."""
    alerts = {(alert, API): statement for alert, statement in arrival(Now(CALLS)).items()}
    fires = expected_firing(weeks(), list(alerts), step=STEP, pace=STEP, lasts=LASTS - STEP, specs=alerts)

    assert len(FAULTS) == len(fires)
    for alert, faults in FAULTS.items():
        for (begin, end), (first, last) in zip(faults, fires[alert, API][()], strict=True):
            assert begin <= first <= begin + 600, alert
            assert end - STEP <= last < end + STEP, alert
