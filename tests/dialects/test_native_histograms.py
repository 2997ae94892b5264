"""A service that has native histograms and no others is watched like any other, as far as its back end takes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.alert_rules import promtool_cases
from tests.dialects.native_histogram_cases import SERVICES, native_histogram_cases
from vitals.errors import VitalsError
from vitals.kit.scrape import cluster_pod_monitoring, jobs, prometheus_config, service_monitor
from vitals.local.tools import find
from vitals.model.catalog import Catalogue, Service, counter, histogram
from vitals.model.metrics import vocabulary
from vitals.model.promql import PromqlError, resolve, written
from vitals.render import compose, files_of


@pytest.mark.rules
def test_events_and_times_come_from_native_histograms(rules: Mapping[str, Path], tmp_path: Path) -> None:
    """Events, bad events, the mean and the p95 are right in every unit; without requests none is bad."""
    cases = native_histogram_cases()
    assert len(cases) == len(SERVICES)

    for case in cases:
        promtool_cases.run([case], rules, find("promtool"), tmp_path)


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
