"""``vitals explain`` without a Prometheus: what is watched, what is left out and why, and who is notified."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from tests.catalogues import DIALECTS
from vitals.cli.explain import explain
from vitals.errors import VitalsError
from vitals.model.catalog import Catalogue
from vitals.render import compose
from vitals.render.explained import Series, explained


def _explained(service: str, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    explain(service, catalogue=DIALECTS, as_json=True)
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_each_signal_has_its_query(capsys: pytest.CaptureFixture[str]) -> None:
    """It is asked of the library's own metrics; what the library lacks is listed with the reason."""
    found = _explained("spring-orders", capsys)
    signals = {one["id"]: one for one in found["signals"]}

    assert (found["speaks"], found["service"]) == ("micrometer", "spring-orders")
    assert "path /actuator/prometheus" in found["scraped"]
    assert "http_server_requests_seconds_count{" in signals["api.traffic.endpoint"]["query"]
    assert signals["api.latency.p95"]["record"] == ""
    assert signals["api.latency.p95"]["missing"].startswith("left out: a timer has no buckets")


def test_each_alert_has_its_receivers(capsys: pytest.CaptureFixture[str]) -> None:
    """A page of a worker's tasks reaches its owner."""
    alerts = {one["name"]: one for one in _explained("mails", capsys)["alerts"]}

    assert alerts["ServiceOutage"]["owner"] == "platform"
    assert "pagerduty" in alerts["ServiceOutage"]["channels"]
    assert "TasksFailing" in alerts


def test_the_answer_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    """The same as tables."""
    explain("go-shop", catalogue=DIALECTS)

    said = capsys.readouterr().out
    assert said.startswith("go-shop speaks promhttp; scraped by http, port metrics, path /metrics, every 5s")
    assert "ServiceOutage" in said


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        (
            {"service_slo:burn_rate:1d": []},
            "its query has an answer since a moment ago, and its rule records it within",
        ),
        ({"service_slo:burn_rate:1d": [({}, math.nan)]}, "recorded is not a number"),
        ({"service_slo:burn_rate:1d": [({}, 2.0)]}, ""),
        ({"up": [({}, 0.0)], "service_slo:burn_rate:1d": []}, "none of its 1 targets answers the scrape"),
    ],
)
def test_why_a_signal_has_no_value(dialects: Catalogue, answers: dict[str, list[Series]], said: str) -> None:
    """Of a Prometheus that has something of everything else, by the start of a query."""

    def ask(query: str) -> list[Series]:
        found = [series for name, series in answers.items() if query.startswith(name)]
        return found[0] if found else [({}, 1.0)]

    plan = compose(dialects, dialects.environments["local"])
    (shop,) = [one for one in dialects.services if one.name == "go-shop"]
    (burn,) = [one for one in explained(plan, shop, ask).signals if one.id == "slo.availability.burn_1d"]

    assert burn.missing.startswith(said)
    assert bool(burn.missing) == bool(said)
    assert burn.record.startswith("service_slo:burn_rate:1d")


@pytest.mark.parametrize(
    ("service", "env", "prometheus", "said"),
    [
        ("go-shp", "local", "", "Did you mean 'go-shop'"),
        ("go-shop", "moon", "", "There is no environment moon"),
        ("go-shop", "local", "http://127.0.0.1:1", "does not answer as a Prometheus does"),
    ],
)
def test_what_cannot_be_explained(service: str, env: str, prometheus: str, said: str) -> None:
    """One sentence on what is wrong, and what to give instead."""
    with pytest.raises(VitalsError, match=said):
        explain(service, env=env, prometheus=prometheus, catalogue=DIALECTS)
