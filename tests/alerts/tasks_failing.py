"""TasksFailing: for a minute more than a quarter of the tasks that ended was given up, of more than 5."""

from __future__ import annotations

from collections.abc import Mapping

from tests.oracle.of_tasks import WORKER, doing
from tests.oracle.samples import Process
from tests.oracle.scenario import Fires, Scenario
from vitals.verify.oracle.alert_case import AlertCase
from vitals.verify.oracle.conditions import Above, both, busy
from vitals.verify.oracle.levels import Following, counter
from vitals.verify.oracle.measures import RateOf, Share

ENDS, PER = "tasks_processed_total", ("queue",)
TASK = 'service="wellness-worker", job="wellness-worker", instance="worker-a", queue="reports", task="report"'


def _ended(labels: Mapping[str, str]) -> bool:
    return labels["outcome"] != "retried"


def _given_up(labels: Mapping[str, str]) -> bool:
    return labels["outcome"] in ("failed", "rejected")


ENDED = RateOf(ENDS, 300, PER, _ended)


def _working(per_second: float) -> tuple[Following, ...]:
    """A retried task has not ended."""
    return (
        counter(f'{ENDS}{{{TASK}, outcome="failed"}}', lambda share: per_second * share),
        counter(f'{ENDS}{{{TASK}, outcome="succeeded"}}', lambda share: per_second * (1 - share)),
        counter(f'{ENDS}{{{TASK}, outcome="retried"}}', lambda _: per_second),
    )


CASES = (
    AlertCase(
        id="tasks.failures.high",
        name="TasksFailing",
        severity="warning",
        service="wellness-worker",
        condition=both(Above(Share(RateOf(ENDS, 300, PER, _given_up), ENDED), 0.25), busy(ENDED, 5)),
        for_=60,
        record="service_queue:tasks_failed:ratio_rate5m",
        events="service_queue:tasks_ended:rate5m",
        more_than=5,
        scraped=_working(2),
        few=_working(5 / 300),
        low=0,
        under=0.24,
        high=0.27,
        summary="wellness-worker (reports): 27% of tasks failed (> 25%)",
        labels={"queue": "reports"},
    ),
)
FAILING = "tasks.failures.high"
SCENARIOS = (
    Scenario(
        "every task is given up: known within three minutes",
        [Process("worker-a", [doing(600, 2), doing(300, 2, failing=1.0), doing(600, 2)])],
        service=WORKER,
        lasts=1485,
        fires=[Fires(FAILING, quiet_until=660, by=600 + 165, over_by=900 + 255)],
    ),
    Scenario(
        "half of all attempts is retried, and then it works",
        [Process("worker-a", [doing(1500, 2, retried=0.5)])],
        service=WORKER,
        lasts=1485,
        quiet=[FAILING],
    ),
    Scenario(
        "seven tasks in five minutes, all of them failing",
        [Process("worker-a", [doing(1500, 7 / 300, failing=1.0)])],
        service=WORKER,
        lasts=1485,
        fires=[Fires(FAILING, by=480)],
    ),
)
