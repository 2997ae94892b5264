"""The experience of users: satisfaction as a whole, and the cohort that hides in it."""

from __future__ import annotations

from vitals.kit.alerts.because import BRIEF, ENOUGH, THOUGHT, Because
from vitals.kit.alerts.threshold import MinimumEvents, Threshold
from vitals.kit.alerts.trend import Trend
from vitals.kit.alerts.trend_shapes import WorseThanLastWeek
from vitals.model.conventions import Severity
from vitals.model.signals import users

unsatisfied = Threshold(
    id="users.satisfaction.low",
    name="UsersUnsatisfied",
    signal=users.SATISFACTION,
    below="85%",
    for_="1m",
    severity=Severity.WARNING,
    minimum_events=MinimumEvents(users.REQUESTS, more_than=25),
    impact="Users wait so often that the service feels slow to many of them.",
    action="See whether every cohort suffers; if so, follow the response time of the API, else that of the cohort.",
    because=Because(
        bound="the Apdex score calls 85% the least that is good (https://www.apdex.org/)",
        duration=BRIEF,
        events="one request of 25 is 4%, so it takes several unsatisfied users to fall from the best score below 85%",
    ),
)
cohort_slow = Threshold(
    id="users.time.high",
    name="CohortSlow",
    signal=users.TIME_P95_BY_COHORT,
    above="1s",
    for_="1m",
    severity=Severity.WARNING,
    minimum_events=MinimumEvents(users.REQUESTS_BY_COHORT, more_than=25),
    impact="One group of users waits long, even if the service as a whole looks well.",
    action="Ask what the cohort has in common, such as a version, much data, a region or an endpoint of its own.",
    because=Because(
        bound=THOUGHT,
        duration=BRIEF,
        events=ENOUGH,
    ),
    no_drill="it follows users-unsatisfied, which does not wait for it",
)
satisfaction_week = Trend(
    id="users.satisfaction.week",
    signal=users.SATISFACTION,
    shape=WorseThanLastWeek(by="5%", beyond="95%"),
    impact="Users are less satisfied than a week ago at this hour, though no bound is broken yet.",
    action="Compare cohorts and endpoints with last week, and list the deploys since.",
    because=Because(
        change="a step of the Apdex scale is nine points, so this is half of one",
        floor=(
            "the Apdex score calls 94% and more excellent (https://www.apdex.org/), so a fall that ends above 95% is "
            "not a loss"
        ),
    ),
)

RULES = (unsatisfied, cohort_slow, satisfaction_week)
