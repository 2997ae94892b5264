"""NotificationsFailing: for a minute more than a twentieth of the notifications of a channel fails."""

from __future__ import annotations

from tests.oracle.idle import share_of_nothing
from tests.oracle.of_notifications import of_people
from vitals.verify.oracle.alert_case import AlertCase
from vitals.verify.oracle.conditions import Above
from vitals.verify.oracle.levels import counter
from vitals.verify.oracle.measures import RateOf, Share

SERIES = 'service="alertmanager", job="alertmanager", instance="a1", integration="slack"'
RELAY = (
    'service="alertmanager", job="alertmanager", instance="a1", integration="webhook", '
    'receiver_name="platform-critical-pictures"'
)
TRIED, FAILED = (f"alertmanager_notifications{what}_total" for what in ("", "_failed"))
QUARTER_OF_AN_HOUR, PER = 900, ("integration",)

CASES = (
    AlertCase(
        id="meta.notifications.failing",
        name="NotificationsFailing",
        severity="critical",
        service="alertmanager",
        condition=Above(Share(*(RateOf(one, QUARTER_OF_AN_HOUR, PER, of_people) for one in (FAILED, TRIED))), 0.05),
        for_=60,
        record="service_integration:notifications_failed:ratio_increase15m",
        scraped=(
            counter(f"{TRIED}{{{SERIES}}}", lambda _: 0.1),
            counter(f'{FAILED}{{{SERIES}, reason="clientError"}}', lambda share: 0.1 * share),
            # The relay of pictures is down all the time, and pages at no time.
            counter(f"{TRIED}{{{RELAY}}}", lambda _: 0.1),
            counter(f'{FAILED}{{{RELAY}, reason="other"}}', lambda _: 0.1),
        ),
        low=0,
        under=0.049,
        high=0.5,
        summary="alertmanager (slack): 50% of notifications failed (> 5%)",
        labels={"integration": "slack"},
    ),
)
SCENARIOS = (
    share_of_nothing(
        "meta.notifications.failing",
        "alertmanager",
        {
            'alertmanager_notifications_failed_total{integration="slack", reason="r"}': "0",
            'alertmanager_notifications_total{integration="slack"}': "0",
        },
    ),
)
