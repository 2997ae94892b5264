"""What becomes of each dialect when all of its requests fail, as test cases of promtool.

The series are those that its real library exposes: two recorded scrapes say which there are, and by how much each grew
between them, while every request failed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tests.alert_rules.promtool_cases import PromtoolCase
from tests.dialects.recorded import RECORDED, ExposedSeries, after, before
from vitals.model.catalog import Service
from vitals.verify.oracle.traffic import MISSING, STALE
from vitals.verify.project.promtool_test import one_test

SCRAPE_S = 5
QUIET_S = 120
PAGED_WITHIN_S = 60
REPORTED_WITHIN_MINUTES = 15
UNTIMED = frozenset({"spring-orders", "mails", "thumbnails"})
"""Services whose library has no buckets of response times."""
_QUIET = QUIET_S // SCRAPE_S


def outage_cases() -> list[PromtoolCase]:
    """Each dialect is paged within a minute of total failure, and not before it."""
    return [_case(f"outage of {service}", f"{service}.outage", _outage(service)) for service in RECORDED]


def restart_cases() -> list[PromtoolCase]:
    """A restart that forgets a hundred failures pages no one, where a request is answered every ten seconds."""
    service = "go-shop"
    target = f'job="{service}", instance="{service}:8000", service="{service}", handler="/", method="get"'
    after_restart = 3 * _QUIET
    series = {
        f'http_requests_total{{{target}, code="500"}}': [f"100x{_QUIET}", STALE],
        f'http_requests_total{{{target}, code="200"}}': [f"9000+0.5x{_QUIET}", f"0+0.5x{after_restart}"],
        **dict([_up(service, _QUIET + after_restart)]),
    }
    answered = _asked(f'count(service:api_calls:irate{{service="{service}"}} > 0)', QUIET_S, 1)
    moments = range(QUIET_S, QUIET_S + PAGED_WITHIN_S, SCRAPE_S)
    silent = [_failing(service, at_s, 0) for at_s in moments]
    return [_case(f"restart of {service}", f"{service}.outage", (series, [answered, *silent]))]


def unit_cases() -> list[PromtoolCase]:
    """The p95 of recorded requests, which took milliseconds, lies there in seconds, whatever the library's unit."""
    found = []
    for service in sorted(RECORDED.keys() - UNTIMED):
        p95 = f'service:api_response_time_seconds:p95_5m{{service="{service}"}}'
        check = _asked(f"count({p95} > 0.0001 < 0.1)", QUIET_S + PAGED_WITHIN_S, 1)
        found.append(_case(f"unit of {service}", f"{service}.api", (_all_fail(service), [check])))
    return found


def nothing_recorded_cases(services: Iterable[Service]) -> list[PromtoolCase]:
    """A service whose targets are up, and whose metrics all have other names."""
    found = []
    for service in services:
        firing = f'count(ALERTS{{alertname="NothingRecorded", service="{service.name}", alertstate="firing"}})'
        checks = [_asked(firing, 240, 0), _asked(firing, 60 * REPORTED_WITHIN_MINUTES, len(service.slos))]
        series = dict([_up(service.name, 180)])
        found.append(_case(f"other names than those of {service.name}", f"{service.name}.slo", (series, checks)))
    return found


Content = tuple[Mapping[str, list[str]], list[dict[str, object]]]
"""Tokens of promtool's notation by series, and what is expected."""


def _case(name: str, group: str, content: Content) -> PromtoolCase:
    series, checks = content
    return PromtoolCase(
        name, frozenset(), frozenset({group}), SCRAPE_S, lambda: one_test(name, series, step=SCRAPE_S, checks=checks)
    )


def _outage(service: str) -> Content:
    return _all_fail(service), [_failing(service, QUIET_S, 0), _failing(service, QUIET_S + PAGED_WITHIN_S, 1)]


def _all_fail(service: str) -> dict[str, list[str]]:
    """Two quiet minutes, then at each scrape the requests that failed between the two recorded ones."""
    first, second = before(RECORDED[service]), after(RECORDED[service])
    found = dict([_up(service, 3 * _QUIET)])
    for sample, value in second.items():
        begins = f"{first[sample]!r}x{_QUIET}" if sample in first else f"{MISSING}x{_QUIET}"
        found[_series(service, sample)] = [begins, f"{value!r}{value - first.get(sample, 0.0):+}x{_QUIET}"]
    return found


def _up(service: str, scrapes: int) -> tuple[str, list[str]]:
    return _series(service, ExposedSeries("up", ())), [f"1x{scrapes}"]


def _series(service: str, sample: ExposedSeries) -> str:
    target = {"job": service, "instance": f"{service}:8000", "service": service}
    labels = ", ".join(f'{name}="{value}"' for name, value in {**dict(sample.labels), **target}.items())
    return f"{sample.name}{{{labels}}}"


def _failing(service: str, at_s: int, alerts: int) -> dict[str, object]:
    of = f'alertname="ServiceOutage", service="{service}", reason="failing", alertstate="firing"'
    return _asked(f"count(ALERTS{{{of}}})", at_s, alerts)


def _asked(expr: str, at_s: int, count: int) -> dict[str, object]:
    samples = [{"labels": "{}", "value": count}] if count else []
    return {"expr": expr, "eval_time": f"{at_s}s", "exp_samples": samples}
