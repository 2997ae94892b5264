"""DatabaseConnectionsHigh: for two minutes a service holds more than four fifths of the connections that it may."""

from __future__ import annotations

from vitals.verify.oracle.alert_case import AlertCase
from vitals.verify.oracle.conditions import Above
from vitals.verify.oracle.lately import Lately
from vitals.verify.oracle.levels import gauge
from vitals.verify.oracle.measures import Derived

OPEN = "database_connections_open"


def _case(service: str, limit: int, every: int) -> AlertCase:
    replica = f'service="{service}", job="{service}", instance="a"'
    held = Lately(OPEN, 4 * every, ("database",), several=sum, targets=True)
    return AlertCase(
        id="database.connections.high",
        name="DatabaseConnectionsHigh",
        severity="warning",
        service=service,
        condition=Above(Derived(lambda held: held / limit, (held,)), 0.8),
        for_=120,
        record="service_database:database_connections:ratio",
        scraped=(
            gauge(f'{OPEN}{{{replica}, database="wellness"}}', lambda share: share * limit),
            gauge(f"up{{{replica}}}", lambda _: 1),
        ),
        low=0.1,
        under=0.8,
        high=0.85,
        summary=f"{service} (wellness): database connection use 85% (> 80%)",
        labels={"database": "wellness"},
        every=every,
    )


CASES = (_case("wellness-api", 100, 5), _case("wellness-worker", 20, 15))
