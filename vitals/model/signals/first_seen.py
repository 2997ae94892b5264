"""Events per second of counters that may begin to exist with their first event.

A rate needs two samples, so whatever a counter shows at its first scrape is lost to it: forty failures in a row of a
status that a replica never answered before would count as none. A series that was not there at the beginning of the
window counts with its whole value instead, if its target was watched before or its process is young: then the value
was counted since. A series that comes back after a gap of Prometheus, or under another target, holds the events of
days and is left to the rate, which sees only what is added from now on.
"""

from __future__ import annotations

from collections.abc import Mapping

from vitals.model.catalog import Service
from vitals.model.catalog.fields import seconds
from vitals.model.promql import Expr, call, count_by, select

TARGET = ("job", "instance")
YOUNG_S = 300
"""Seconds for which a process is young: as long as an instant query looks back, so that a process that is not young
and has no sample in that time was not watched."""
SCRAPES = 4
"""In how many scrape intervals a counter must have been read to be there now: a rate needs as many to miss one."""


def appeared(counter: str, service: Service, matchers: Mapping[str, str], *, window: str, scrape: str) -> Expr:
    """Events per second of the series that did not exist a window ago, to be put before a rate by ``or``.

    Args:
        counter: Name of the counter.
        service: Whose it is.
        matchers: Which of its series count.
        window: How long their events are spread over, a duration.
        scrape: The interval of the scrape.
    """
    of = {"service": service.name, **matchers}
    now = call("last_over_time", select(counter, of, window=f"{SCRAPES * seconds(scrape):g}s"))
    new = now.unless(select(counter, of, offset=window))
    return new.and_on(TARGET, _watched(service, window)) / seconds(window)


def _watched(service: Service, window: str) -> Expr:
    """The targets that showed the API a window ago, and those whose process is younger than what can be missed."""
    of = {"service": service.name}
    before = count_by(TARGET, select("api_calls_total", of, offset=window))
    idle = count_by(TARGET, select("api_requests_in_flight", of, offset=window))
    age = call("time") - select("process_start_time_seconds", of)
    return before | idle | count_by(TARGET, age < YOUNG_S)
