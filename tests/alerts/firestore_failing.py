"""FirestoreFailing: for five minutes more than a twentieth of the requests to Firestore fails."""

from __future__ import annotations

from collections.abc import Mapping

from tests.oracle.idle import share_of_nothing
from vitals.verify.oracle.alert_case import AlertCase
from vitals.verify.oracle.conditions import Above
from vitals.verify.oracle.levels import counter
from vitals.verify.oracle.measures import OrNone, RateOf, Share

REQUESTS = "stackdriver_firestore_googleapis_com_database_firestore_googleapis_com_api_request_count"
SERIES = 'service="stackdriver", job="stackdriver", instance="s1", database_id="wellness", api_method="Commit"'
PER = ("database_id",)


def _failed(labels: Mapping[str, str]) -> bool:
    return labels["response_code"] not in ("OK", "NOT_FOUND", "ALREADY_EXISTS")


EVERY = RateOf(REQUESTS, 600, PER)

CASES = (
    AlertCase(
        id="system.firestore.failing_high",
        name="FirestoreFailing",
        severity="warning",
        service="stackdriver",
        condition=Above(Share(OrNone(RateOf(REQUESTS, 600, PER, _failed), EVERY), EVERY), 0.05),
        for_=300,
        record="database:firestore_failures:ratio_rate10m",
        scraped=(
            counter(f'{REQUESTS}{{{SERIES}, response_code="OK"}}', lambda share: 9 * (1 - share)),
            counter(f'{REQUESTS}{{{SERIES}, response_code="NOT_FOUND"}}', lambda share: 1 - share),
            counter(f'{REQUESTS}{{{SERIES}, response_code="UNAVAILABLE"}}', lambda share: 10 * share),
        ),
        low=0.01,
        under=0.049,
        high=0.5,
        summary="stackdriver (wellness): 50% of Firestore requests failed (> 5%)",
        labels={"database_id": "wellness"},
    ),
)
SCENARIOS = (
    share_of_nothing(
        "system.firestore.failing_high",
        "stackdriver",
        {f'{REQUESTS}{{database_id="wellness", response_code="UNAVAILABLE"}}': "0"},
    ),
)
