"""What is recorded of a service that counts its failures in a counter of their own, which begins with the first."""

from __future__ import annotations

from tests.alert_rules.promtool_cases import PromtoolCase
from tests.dialects.outage_cases import SCRAPE_S
from vitals.verify.oracle.traffic import MISSING, selector
from vitals.verify.project.promtool_test import one_test

SERVICE, ROUTE = "job-board", "/jobs"
REQUESTS, TIMEOUTS, CRASHES = 5, 2, 1
"""Requests between two scrapes, and how many of them failed in each of two ways."""
FAILS, LASTS = 24, 60
"""The scrape that brings the first failures, and how many there are."""


def failures_apart_cases() -> list[PromtoolCase]:
    """The one service of this kind; its failures are among its requests, so they are no more events."""
    name = f"failures apart of {SERVICE}"
    groups = frozenset(f"{SERVICE}.{group}" for group in ("api", "outage", "slo"))

    def test() -> dict[str, object]:
        return one_test(name, _series(), step=SCRAPE_S, checks=_checks())

    return [PromtoolCase(name, frozenset(), groups, SCRAPE_S, test)]


def _series() -> dict[str, list[str]]:
    target = {"service": SERVICE, "job": SERVICE, "instance": "j:9000"}
    requests = {"route": ROUTE, **target}
    failing = {
        selector("app_exceptions_total", {**requests, "type": kind}): [f"{MISSING}x{FAILS}", f"{many}+{many}x{LASTS}"]
        for kind, many in (("Timeout", TIMEOUTS), ("KeyError", CRASHES))
    }
    return {
        selector("up", target): [f"1x{FAILS + LASTS}"],
        selector("app_requests_total", requests): [f"0+{REQUESTS}x{FAILS + LASTS}"],
        **failing,
    }


def _checks() -> list[dict[str, object]]:
    failures = TIMEOUTS + CRASHES
    first_s, later_s = SCRAPE_S * FAILS, SCRAPE_S * (FAILS + LASTS // 2)
    endpoint = {"endpoint": ROUTE, "method": "all"}
    of_all = {"slo": "availability"}
    return [
        check
        for at_s in (first_s, later_s)
        for check in (
            _is("service:api_calls:irate", {}, at_s, REQUESTS / SCRAPE_S),
            _is("service:api_errors:irate", {}, at_s, failures / SCRAPE_S),
            _is("service_slo:events:rate1m", of_all, at_s, REQUESTS / SCRAPE_S),
        )
    ] + [
        _is("service_slo:bad_events:rate1m", of_all, first_s, failures / 60),
        _is("service_slo:bad_events:rate1m", of_all, later_s, failures / SCRAPE_S),
        _is("service_endpoint:api_calls:rate1m", endpoint, later_s, REQUESTS / SCRAPE_S),
        _is("service_endpoint:api_errors:ratio_rate1m", endpoint, later_s, failures / REQUESTS),
    ]


def _is(record: str, labels: dict[str, str], at_s: int, value: float) -> dict[str, object]:
    of = {"service": SERVICE, **{name: labels[name] for name in labels if name == "slo"}}
    samples = [{"labels": selector("", {**of, **labels}), "value": round(value, 2)}]
    return {"expr": f"round({selector(record, of)}, 0.01)", "eval_time": f"{at_s}s", "exp_samples": samples}
