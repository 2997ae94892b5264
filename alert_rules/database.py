"""The database as a service sees it: slow, failing, out of connections, or on the way there."""

from __future__ import annotations

from vitals.kit.alerts.because import BRIEF, ENOUGH, Because
from vitals.kit.alerts.threshold import MinimumEvents, Threshold
from vitals.kit.alerts.trend import Trend
from vitals.kit.alerts.trend_shapes import LimitAhead, WorseEveryDay, WorseThanLastWeek
from vitals.model.conventions import Severity
from vitals.model.signals import database

_ENOUGH = MinimumEvents(database.QUERIES, more_than=25)

slow = Threshold(
    id="database.time.high",
    name="DatabaseSlow",
    signal=database.TIME_P95,
    above="500ms",
    for_="1m",
    severity=Severity.WARNING,
    minimum_events=_ENOUGH,
    impact="The database answers slowly; every page that reads it is slow.",
    action="Open the panel of the slowest queries; look for a missing index or a query that is new.",
    because=Because(
        bound="assumed: the bound of ApiLatencyHigh, because a page waits for one query at least",
        duration=BRIEF,
        events=ENOUGH,
    ),
)
failing = Threshold(
    id="database.errors.high",
    name="DatabaseFailing",
    signal=database.ERRORS,
    above="5%",
    for_="1m",
    severity=Severity.WARNING,
    minimum_events=_ENOUGH,
    impact="Queries fail; what is not retried ends as an error that users see.",
    action="Read the error in the newest warning of the log. It is refused, over quota, or out of time.",
    because=Because(
        bound="assumed: more than the single failures that a retry repairs, and well before most pages fail",
        duration=BRIEF,
        events=(
            "of 20 queries one is already 5%, and where scrapes fall may count it as 1.25: with more than 25 no single "
            "failure can break the bound"
        ),
    ),
    no_drill="the demo has no fault that makes its database refuse",
)
connections_high = Threshold(
    id="database.connections.high",
    name="DatabaseConnectionsHigh",
    signal=database.CONNECTIONS_USED,
    above="80%",
    for_="2m",
    severity=Severity.WARNING,
    impact="Most of the allowed connections are open; at the limit requests wait for one.",
    action="See whether connections follow the traffic or only grow; the second is a leak.",
    because=Because(
        bound="assumed: the last fifth is the time to find a leak; at 100% requests queue for a connection",
        duration="assumed: a burst of requests opens connections and gives them back within two minutes",
    ),
    no_drill="the demo has no fault that keeps connections open",
)
connections_ahead = Trend(
    id="database.connections.ahead",
    signal=database.CONNECTIONS_USED,
    shape=LimitAhead(within="2h", beyond="20%"),
    impact="Connections grow faster than they are closed, and the limit is near.",
    action="Find the deploy since which they grow; restart one replica to see whether it gives them back.",
    because=Because(
        bound=(
            "assumed: time to find the deploy and roll it back in working hours, before requests wait for a connection"
        ),
        floor="with few connections in use the first requests after a quiet hour are a steep slope and no danger",
    ),
)
time_week = Trend(
    id="database.time.week",
    signal=database.TIME_P95,
    shape=WorseThanLastWeek(by="50%", beyond="50ms"),
    impact="Queries take much longer than a week ago at this hour, though users may not have noticed yet.",
    action="Compare the slowest queries with those of last week. It is a new one, or more data behind an old one.",
    because=Because(
        change=(
            "assumed: ordinary weeks differ by less than half at the same hour; no history of a real service is behind "
            "it"
        ),
        floor="assumed: half of what a person notices (100ms), because a page waits for more than one query",
    ),
)
time_days = Trend(
    id="database.time.days",
    signal=database.TIME_P95,
    shape=WorseEveryDay(by="20%", beyond="50ms"),
    impact="Queries get slower day by day, usually a collection that grows without an index or an end.",
    action="Look which collection grows, and decide what may be deleted or needs an index.",
    because=Because(
        change="assumed: a rise that is a fifth in three days doubles within two weeks",
        floor="assumed: half of what a person notices (100ms), because a page waits for more than one query",
    ),
)

RULES = (slow, failing, connections_high, connections_ahead, time_week, time_days)
