"""Response time of the API: a warning long before the latency objective is in danger for all users."""

from __future__ import annotations

from vitals.kit.alerts.because import BRIEF, NOTICED, Because
from vitals.kit.alerts.threshold import Threshold
from vitals.kit.alerts.trend import Trend
from vitals.kit.alerts.trend_shapes import WorseEveryDay, WorseThanLastWeek
from vitals.model.conventions import Severity
from vitals.model.signals import api

api_latency_high = Threshold(
    id="api.latency.high",
    name="ApiLatencyHigh",
    signal=api.LATENCY_P95,
    above="500ms",
    for_="1m",
    severity=Severity.WARNING,
    impact="One request in twenty is slow enough for people to notice.",
    action="Compare endpoints on the dashboard; follow an exemplar of the slow one into its trace.",
    because=Because(
        bound=(
            "assumed: half of the second after which a user's train of thought breaks (J. Nielsen, Usability "
            "Engineering, 1993, chapter 5), so it warns while there is time to act"
        ),
        duration=BRIEF,
    ),
)
api_latency_week = Trend(
    id="api.latency.week",
    signal=api.LATENCY_P95,
    shape=WorseThanLastWeek(by="50%", beyond="100ms"),
    impact="Requests take much longer than a week ago at this hour, though no bound is broken yet.",
    action="List the deploys of the week and compare endpoints. Does one stand out, or all a little?",
    because=Because(
        change=(
            "assumed: ordinary weeks differ by less than half at the same hour; no history of a real service is behind "
            "it"
        ),
        floor=NOTICED,
    ),
)
api_latency_days = Trend(
    id="api.latency.days",
    signal=api.LATENCY_P95,
    shape=WorseEveryDay(by="20%", beyond="100ms"),
    impact="Requests get slower day by day. Something grows, such as data, a cache or a queue.",
    action="Look which endpoint carries it, and what it reads that has grown since.",
    because=Because(
        change="assumed: a rise that is a fifth in three days doubles within two weeks",
        floor=NOTICED,
    ),
)

RULES = (api_latency_high, api_latency_week, api_latency_days)
