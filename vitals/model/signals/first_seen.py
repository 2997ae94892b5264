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
from vitals.model.conventions import INSTANCE, JOB, SERVICE
from vitals.model.promql import Expr, call, count_by, select
from vitals.model.signals.native import carries, series

TARGET = (JOB, INSTANCE)
YOUNG_S = 300
"""Seconds for which a process is young: as long as an instant query looks back, so that a process that is not young
and has no sample in that time was not watched."""
_STARTED = "process_start_time_seconds"
SCRAPES = 4
"""In how many scrape intervals a counter must have been read to be there now: a rate needs as many to miss one."""


def appeared(counter: str, service: Service, of: Mapping[str, str], *, window: str, scrape: str) -> Expr:
    """Events per second of the series that did not exist a window ago, to be put before a rate by ``or``.

    Args:
        counter: Name of the counter, as the service has it.
        service: Whose it is.
        of: Which of its series count.
        window: How long their events are spread over, a duration.
        scrape: The interval of the scrape.
    """
    back_s = SCRAPES * seconds(scrape)
    now = call("last_over_time", select(counter, of, window=f"{back_s:g}s"))
    new = now.unless(select(counter, of, offset=window))
    # Where a window is shorter, a scrape may have been missed a window ago. So both are looked for in as many scrapes
    # as a rate is: the target, whose first burst is else lost, and the counter, which else appears again with days of
    # failures, as it also would after a restart that forgets them.
    back = f"{back_s:g}s" if back_s > seconds(window) else ""
    if back:
        new = new.unless(_seen("last", counter, of, window, back))
    return new.and_on(TARGET, _watched(service, window, back)) / seconds(window)


def _seen(operation: str, name: str, of: Mapping[str, str], ago: str, back: str) -> Expr:
    """The series of a name as they were some time ago, or in some time before that; both are durations."""
    if not back:
        return select(name, of, offset=ago)
    return call(f"{operation}_over_time", select(name, of, window=back, offset=ago))


def _watched(service: Service, window: str, back: str) -> Expr:
    """The targets that showed the API a window ago, and those whose process is younger than what can be missed."""
    of = {SERVICE: service.name}
    if not service.dialect.ours:
        return _scraped(service, window, back)
    before = count_by(TARGET, _seen("last", "api_calls_total", of, window, back))
    idle = count_by(TARGET, _seen("last", "api_requests_in_flight", of, window, back))
    age = call("time") - select("process_start_time_seconds", of)
    return before | idle | count_by(TARGET, age < YOUNG_S)


def _scraped(service: Service, window: str, back: str) -> Expr:
    """The same for a service that speaks otherwise, which may have nothing that is there before its first request.

    A scrape that worked a window ago would have shown the series, so one that is there now has appeared since.
    """
    before = count_by(TARGET, _seen("max", "up", {SERVICE: service.name}, window, back).equals(1))
    if not carries(service, _STARTED):
        return before
    age = series(service, _STARTED, {}, lambda name, of: call("time") - select(name, of))
    return before | count_by(TARGET, age < YOUNG_S)
