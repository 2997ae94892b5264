"""A service that has native histograms and no others is watched like any other, as far as its back end takes them."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from vitals.errors import VitalsError
from vitals.kit.scrape import cluster_pod_monitoring, jobs, prometheus_config, service_monitor
from vitals.local.tools import find
from vitals.model.catalog import Availability, Catalogue, Latency, Service, counter, grpc, histogram, otel
from vitals.model.dialects import Dialect
from vitals.model.metrics import vocabulary
from vitals.model.promql import PromqlError, resolve, written
from vitals.render import compose, files_of
from vitals.rendered import groups_in, write_plain_rule_files

SCRAPE_S = 5
FAST, SLOW = 6, 4
"""Requests between two scrapes: of 8 to 16 ms, and of 256 to 512 ms."""
_HTTP = 'http_route="/a", http_request_method="GET", http_response_status_code="200"'
SELECTED = {
    "seconds": f"http_server_request_duration_seconds{{{_HTTP}, ",
    "milliseconds": 'http_server_duration_milliseconds{http_route="/a", http_method="GET", http_status_code="200", ',
    "calls": 'grpc_server_handling_seconds{grpc_type="unary", grpc_service="shop.Stock", grpc_method="Get", ',
}
LOWEST = {"seconds": -6, "milliseconds": 4, "calls": -6}
"""The power of two at which the bucket of the fast requests ends, in the unit of the library."""


def _service(name: str, speaks: Dialect) -> Service:
    slos = (Availability(objective="99.9%"), Latency(within="250ms", objective="99%"))
    return Service(name=name, owner="platform", description="Shows what there is.", api=True, slos=slos, speaks=speaks)


SERVICES = (
    _service("seconds", otel(conventions="stable", buckets="native")),
    _service("milliseconds", otel(conventions="old", buckets="native")),
    _service("calls", grpc(buckets="native")),
)


def _growing(name: str) -> dict[str, str]:
    """A series that grows at each scrape of a minute and a half, and not any more after it."""
    buckets = f"schema:0 offset:{LOWEST[name]} buckets:[{{}} 0 0 0 0 {{}}]"
    step = f"{{{{{buckets.format(FAST, SLOW)} count:{FAST + SLOW} sum:1}}}}"
    all_of_them = f"{{{{{buckets.format(19 * FAST, 19 * SLOW)} count:{19 * (FAST + SLOW)} sum:19}}}}"
    target = f'service="{name}", job="{name}", instance="{name}:8000"}}'
    return {"series": SELECTED[name] + target, "values": f"{step}+{step}x18 {all_of_them}x30"}


def _asked(at: str, expr: str, value: float) -> dict[str, Any]:
    return {"expr": expr, "eval_time": at, "exp_samples": [{"labels": "{}", "value": value}]}


@pytest.mark.rules
def test_events_and_times_come_from_native_histograms(dialects: Catalogue, tmp_path: Path) -> None:
    """Events, bad events and the p95 are right in every unit; without requests none is bad, and all have a value."""
    plan = compose(replace(dialects, services=SERVICES, places={}), dialects.environments["local"])
    texts = [text for name, text in files_of(plan).items() if name.startswith("rules/")]
    rules = write_plain_rule_files([group for text in texts for group in groups_in(text)], tmp_path)
    names = [service.name for service in SERVICES]
    asked = []
    for name in names:
        of = f'{{service="{name}", slo="latency"}}'
        asked += [
            _asked("85s", f"sum(round(service_slo:events:rate1m{of}, 0.01))", (FAST + SLOW) / SCRAPE_S),
            _asked("85s", f"sum(round(service_slo:bad_events:rate1m{of}, 0.01))", SLOW / SCRAPE_S),
            _asked("85s", f'count(service:api_response_time_seconds:p95_5m{{service="{name}"}} > 0.256 < 0.512)', 1),
            _asked("200s", f"sum(service_slo:bad_events:rate1m{of} == 0) + 1", 1),
        ]
    assert asked
    document = tmp_path / "test.yaml"
    test = {"interval": f"{SCRAPE_S}s", "input_series": [_growing(name) for name in names], "promql_expr_test": asked}
    files = [str(rules[f"{name}.{group}"]) for name in names for group in ("api", "slo")]
    document.write_text(yaml.safe_dump({"rule_files": files, "evaluation_interval": "5s", "tests": [test]}))
    done = subprocess.run([find("promtool"), "test", "rules", document], capture_output=True, text=True, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]


def test_a_target_with_native_histograms_is_asked_for_them(
    dialects: Catalogue, services: Mapping[str, Service]
) -> None:
    """Prometheus takes them of that target and of no other, and asks it for the format that carries them."""
    environment = dialects.environments["local"]
    found = jobs((services["go-native"], services["go-shop"]), environment)
    native, classic = found[:2]
    local = {one["job_name"]: one for one in prometheus_config(found, environment)["scrape_configs"]}  # type: ignore[attr-defined]
    asked: Any = service_monitor(native, "monitoring")["spec"]
    relabelled = [one for one in asked["endpoints"][0]["relabelings"] if "native" in one.get("targetLabel", "")]

    assert (native.native_histograms, classic.native_histograms) == (True, False)
    assert local["go-native"]["scrape_native_histograms"] is True
    assert "scrape_native_histograms" not in local["go-shop"]
    assert (asked["scrapeProtocols"][0], relabelled[0]["replacement"]) == ("PrometheusProto", "true")
    assert "scrapeProtocols" not in service_monitor(classic, "monitoring")["spec"]  # type: ignore[operator]
    with pytest.raises(VitalsError, match="managed collection has no field"):
        cluster_pod_monitoring(native)


def test_it_is_rendered_for_an_operator(dialects: Catalogue, wellness: Catalogue) -> None:
    """Nothing takes the label by which Prometheus is asked for a placeholder that would not be filled."""
    (native,) = (one for one in dialects.services if one.name == "go-native")
    with_native = replace(wellness, services=(*wellness.services, native), places={})
    files = files_of(compose(with_native, wellness.environments["prod"]))

    assert "targetLabel: __scrape_native_histograms__" in files["monitors/go-native.yaml"]


@pytest.mark.parametrize(
    ("expr", "said"),
    [
        ("histogram_quantile(0.9, sum by (job) (rate(wait_seconds[5m])))", ""),
        ("histogram_fraction(0, 1, rate(wait_seconds[5m])) < 0.9", ""),
        ("histogram_count(rate(wait_seconds[5m])) > 1", ""),
        ("sum(rate(wait_seconds[5m]))", ""),
        ("rate(wait_seconds[5m]) > 1", "compares them with '>'"),
        ("max by (job) (rate(wait_seconds[5m]))", "takes their max"),
        ("histogram_sum(wait_seconds)", "is a histogram: its bare value"),
        ("histogram_quantile(0.9, rate(waits[5m]))", "needs buckets"),
        ("histogram_count(rate(waits[5m]))", "reads native histograms"),
        ("histogram_avg(count_over_time(wait_seconds[5m]))", "reads native histograms"),
        ("rate(wait_seconds_count[5m])", "Did you mean wait_seconds"),
    ],
)
def test_rules_of_native_histograms_ask_for_numbers(expr: str, said: str) -> None:
    """What Prometheus would leave out of the answer, without a word in any rule, is refused."""
    known = vocabulary([histogram("wait_seconds", "Wait.", buckets="native"), counter("waits", "Waits.")])
    if not said:
        assert resolve(written(expr), known).labels is not None
        return
    with pytest.raises(PromqlError, match=said):
        resolve(written(expr), known)
