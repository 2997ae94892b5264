"""Response time of the API: a warning long before the latency objective is in danger for everybody."""

from __future__ import annotations

from vitals.kit.alerts.alert import Severity
from vitals.kit.alerts.threshold import Threshold
from vitals.kit.alerts.trend import Trend, WorseEveryDay, WorseThanLastWeek
from vitals.model.signals import api

api_latency_high = Threshold(
    id="api.latency.high",
    name="ApiLatencyHigh",
    signal=api.LATENCY_P95,
    above="500ms",
    lasting="1m",
    severity=Severity.WARNING,
    means="One request in twenty is slow enough for people to notice.",
    do="Compare endpoints on the board; follow an exemplar of the slow one into its trace.",
)
api_latency_week = Trend(
    id="api.latency.week",
    signal=api.LATENCY_P95,
    shape=WorseThanLastWeek(by="50%", beyond="100ms"),
    means="Requests take much longer than a week ago at this hour, though no bound is broken yet.",
    do="List the deploys of the week and compare endpoints. Does one stand out, or all a little?",
)
api_latency_days = Trend(
    id="api.latency.days",
    signal=api.LATENCY_P95,
    shape=WorseEveryDay(by="20%", beyond="100ms"),
    means="Requests get slower day by day. Something grows, such as data, a cache or a queue.",
    do="Look which endpoint carries it, and what it reads that has grown since.",
)

RULES = (api_latency_high, api_latency_week, api_latency_days)
