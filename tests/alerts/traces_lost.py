"""TracesLost: for ten minutes the collector drops more than a twentieth of the spans that it takes."""

from __future__ import annotations

from tests.oracle.idle import share_of_nothing
from vitals.verify.oracle.alert_case import AlertCase
from vitals.verify.oracle.conditions import Above
from vitals.verify.oracle.levels import counter
from vitals.verify.oracle.measures import RateOf, Share

SERIES = 'service="collector", job="collector", instance="c1"'
LOST, TAKEN = "otelcol_exporter_send_failed_spans", "otelcol_receiver_accepted_spans"

CASES = (
    AlertCase(
        id="meta.traces.lost_many",
        name="TracesLost",
        severity="warning",
        service="collector",
        condition=Above(Share(RateOf(LOST, 300), RateOf(TAKEN, 300)), 0.05),
        for_=600,
        record="service:spans_lost:ratio_rate5m",
        scraped=(
            counter(f'{TAKEN}{{{SERIES}, receiver="otlp"}}', lambda _: 100),
            counter(f'{LOST}{{{SERIES}, exporter="g"}}', lambda share: 100 * share),
        ),
        low=0,
        under=0.049,
        high=0.2,
        summary="collector: 20% of spans dropped (> 5%)",
    ),
)
SCENARIOS = (
    share_of_nothing(
        "meta.traces.lost_many",
        "collector",
        {'otelcol_exporter_send_failed_spans{exporter="g"}': "0", 'otelcol_receiver_accepted_spans{receiver="o"}': "0"},
    ),
)
