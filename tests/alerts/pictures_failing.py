"""PicturesFailing: for five minutes more than half of the pictures that were to follow on a channel failed."""

from __future__ import annotations

from tests.oracle.of_notifications import followable
from vitals.verify.oracle.alert_case import AlertCase
from vitals.verify.oracle.conditions import Above
from vitals.verify.oracle.levels import counter
from vitals.verify.oracle.measures import Derived, RateOf, Share

OF = 'service="pictures", job="pictures", instance="p1"'
HOUR, PER = 3600, ("channel",)
SENT, FAILED = (RateOf(f"pictures_{what}_total", HOUR, PER, followable) for what in ("sent", "failed"))

CASES = (
    AlertCase(
        id="meta.pictures.failing",
        name="PicturesFailing",
        severity="warning",
        service="pictures",
        condition=Above(Share(FAILED, Derived(lambda sent, failed: sent + failed, (SENT, FAILED))), 0.5),
        for_=300,
        record="service_channel:pictures_failed:ratio_increase1h",
        scraped=(
            counter(f'pictures_sent_total{{{OF}, channel="slack"}}', lambda share: 0.1 * (1 - share)),
            counter(f'pictures_failed_total{{{OF}, channel="slack", reason="refused"}}', lambda share: 0.1 * share),
            # Alerts that link to no panel, as many as there are: no picture was to follow.
            counter(f'pictures_failed_total{{{OF}, channel="slack", reason="no_panel"}}', lambda _: 0.3),
        ),
        low=0,
        under=0.49,
        high=0.8,
        summary="pictures (slack): 80% of pictures failed (> 50%)",
        labels={"channel": "slack"},
        # What happened an hour ago must be out of the window before the ratio is that of the level.
        holds=4500,
        after=4500,
    ),
)
