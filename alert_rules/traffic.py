"""The number of requests: far fewer than a week ago, which is too slow, too little or too new for a page.

TrafficGone pages where a busy service gets hardly any request at once. What ebbs away over hours, a client of several
that is gone, and a service with few requests show only beside the same hour of last week.
"""

from __future__ import annotations

from vitals.kit.alerts.because import FEWER, FEWER_THEN, Because
from vitals.kit.alerts.trend import Trend
from vitals.kit.alerts.trend_shapes import WorseThanLastWeek
from vitals.model.signals import api

FAR_FEWER = WorseThanLastWeek(by="70%", usually="0.02")
"""Of requests as of tasks."""

traffic_week = Trend(
    id="api.traffic.week",
    signal=api.TRAFFIC,
    shape=FAR_FEWER,
    impact="Far fewer requests come than a week ago at this hour. A client is gone, or a way to the service is broken.",
    action="Compare endpoints with last week. If one has none, look at its client; else at DNS and gateway.",
    because=Because(change=FEWER, floor=FEWER_THEN),
)

RULES = (traffic_week,)
