"""The experience of users: satisfaction as a whole, and the cohort that hides in it."""

from __future__ import annotations

from vitals.kit.alerts.alert import Severity
from vitals.kit.alerts.threshold import Guard, Threshold
from vitals.kit.alerts.trend import Trend, WorseThanLastWeek
from vitals.model.signals import users

unsatisfied = Threshold(
    id="users.satisfaction.low",
    name="UsersUnsatisfied",
    signal=users.SATISFACTION,
    below="85%",
    lasting="1m",
    severity=Severity.WARNING,
    guard=Guard(users.REQUESTS, most_alone=25),
    means="Users wait so often that the service feels slow to many of them.",
    do="See whether every cohort suffers; if so, follow the response time of the API, else that of the cohort.",
)
cohort_slow = Threshold(
    id="users.time.high",
    name="CohortSlow",
    signal=users.TIME_P95_BY_COHORT,
    above="1s",
    lasting="1m",
    severity=Severity.WARNING,
    guard=Guard(users.REQUESTS_BY_COHORT, most_alone=25),
    means="One group of users waits long, even if the service as a whole looks well.",
    do="Ask what the cohort has in common, such as a version, much data, a region or an endpoint of its own.",
)
satisfaction_week = Trend(
    id="users.satisfaction.week",
    signal=users.SATISFACTION,
    shape=WorseThanLastWeek(by="5%", beyond="95%"),
    means="Users are less satisfied than a week ago at this hour, though no bound is broken yet.",
    do="Compare cohorts and endpoints with last week, and list the deploys since.",
)

RULES = (unsatisfied, cohort_slow, satisfaction_week)
