"""The database as a service sees it: slow, failing, out of connections, or on the way there."""

from __future__ import annotations

from vitals.kit.alerts.alert import Severity
from vitals.kit.alerts.threshold import Guard, Threshold
from vitals.kit.alerts.trend import LimitAhead, Trend, WorseEveryDay, WorseThanLastWeek
from vitals.model.signals import database

_ENOUGH = Guard(database.QUERIES, most_alone=25)

slow = Threshold(
    id="database.time.high",
    name="DatabaseSlow",
    signal=database.TIME_P95,
    above="500ms",
    lasting="1m",
    severity=Severity.WARNING,
    guard=_ENOUGH,
    means="The database answers slowly; every page that reads it is slow.",
    do="Open the panel of the slowest queries; look for a missing index or a query that is new.",
)
failing = Threshold(
    id="database.errors.high",
    name="DatabaseFailing",
    signal=database.ERRORS,
    above="5%",
    lasting="1m",
    severity=Severity.WARNING,
    guard=_ENOUGH,
    means="Queries fail; what is not retried ends as an error that users see.",
    do="Read the error in the newest warning of the log. It is refused, over quota, or out of time.",
)
connections_high = Threshold(
    id="database.connections.high",
    name="DatabaseConnectionsHigh",
    signal=database.CONNECTIONS_USED,
    above="80%",
    lasting="2m",
    severity=Severity.WARNING,
    means="Most of the allowed connections are open; at the limit requests wait for one.",
    do="See whether connections follow the traffic or only grow; the second is a leak.",
)
connections_ahead = Trend(
    id="database.connections.ahead",
    signal=database.CONNECTIONS_USED,
    shape=LimitAhead(within="2h", beyond="20%"),
    means="Connections grow faster than they are closed, and the limit is near.",
    do="Find the deploy since which they grow; restart one replica to see whether it gives them back.",
)
time_week = Trend(
    id="database.time.week",
    signal=database.TIME_P95,
    shape=WorseThanLastWeek(by="50%", beyond="50ms"),
    means="Queries take much longer than a week ago at this hour, though nobody may have noticed yet.",
    do="Compare the slowest queries with those of last week. It is a new one, or more data behind an old one.",
)
time_days = Trend(
    id="database.time.days",
    signal=database.TIME_P95,
    shape=WorseEveryDay(by="20%", beyond="50ms"),
    means="Queries get slower day by day, usually a collection that grows without an index or an end.",
    do="Look which collection grows, and decide what may be deleted or needs an index.",
)

RULES = (slow, failing, connections_high, connections_ahead, time_week, time_days)
