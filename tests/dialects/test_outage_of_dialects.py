"""Each dialect is paged within a minute of total failure, on the series that its real library exposes."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import yaml

from tests.dialects.conftest import RECORDED
from tests.dialects.recorded import ExposedSeries, after, before
from vitals.local.tools import find
from vitals.model.catalog import Service

pytestmark = pytest.mark.rules
SCRAPE_S = 5
QUIET_S = 120
PAGED_WITHIN_S = 60
WITHIN_MINUTES = 15


def _series(service: str, values: Mapping[ExposedSeries, str]) -> Iterator[dict[str, str]]:
    target = {"job": service, "instance": f"{service}:8000", "service": service}
    for sample, text in values.items():
        labels = ", ".join(f'{name}="{value}"' for name, value in ({**dict(sample.labels), **target}).items())
        yield {"series": f"{sample.name}{{{labels}}}", "values": text}


def _failing(service: str) -> Iterator[dict[str, str]]:
    """Two quiet minutes, then at each scrape the requests that failed between the two recorded ones."""
    recorded = RECORDED[service]
    first, second = before(recorded), after(recorded)
    quiet = QUIET_S // SCRAPE_S
    values = {}
    for sample, value in second.items():
        grown = value - first.get(sample, 0.0)
        begins = f"{first[sample]!r}x{quiet}" if sample in first else f"_x{quiet}"
        values[sample] = f"{begins} {value!r}{grown:+}x{quiet}"
    yield from _series(service, values)
    yield from _series(service, {ExposedSeries("up", ()): f"1x{3 * quiet}"})


def _expected(service: str, reason: str, at_s: int) -> dict[str, object]:
    firing = f'count(ALERTS{{alertname="ServiceOutage", service="{service}", reason="{reason}", alertstate="firing"}})'
    samples = [{"labels": "{}", "value": 1}] if at_s > QUIET_S else []
    return {"expr": firing, "eval_time": f"{at_s}s", "exp_samples": samples}


def _run(rules: list[Path], tests: list[dict[str, object]], folder: Path) -> None:
    document = folder / "test.yaml"
    document.write_text(
        yaml.safe_dump({"rule_files": [str(one) for one in rules], "evaluation_interval": "5s", "tests": tests})
    )
    done = subprocess.run([find("promtool"), "test", "rules", document], capture_output=True, text=True, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]


def test_total_failure_pages_within_a_minute(rules: Mapping[str, Path], tmp_path: Path) -> None:
    """Nothing pages while nothing fails; a minute after every request began to fail, the outage is firing."""
    series = [one for service in RECORDED for one in _failing(service)]
    moments = (QUIET_S, QUIET_S + PAGED_WITHIN_S)
    expected = [_expected(service, "failing", at_s) for service in RECORDED for at_s in moments]
    assert series

    _run(
        [rules[f"{service}.outage"] for service in RECORDED],
        [{"name": "outage", "interval": f"{SCRAPE_S}s", "input_series": series, "promql_expr_test": expected}],
        tmp_path,
    )


def test_a_restart_that_forgets_its_failures_is_no_outage(rules: Mapping[str, Path], tmp_path: Path) -> None:
    """A hundred failures of the past are gone with the process, and the new one answers a request every ten seconds."""
    counter = "http_requests_total"
    target = 'job="go-shop", instance="go-shop:8000", service="go-shop", handler="/", method="get"'
    quiet, after_restart = QUIET_S // SCRAPE_S, 3 * QUIET_S // SCRAPE_S
    values = {
        f'{counter}{{{target}, code="500"}}': f"100x{quiet} stale",
        f'{counter}{{{target}, code="200"}}': f"9000+0.5x{quiet} 0+0.5x{after_restart}",
        'up{job="go-shop", instance="go-shop:8000", service="go-shop"}': f"1x{quiet + after_restart}",
    }
    series = [{"series": name, "values": text} for name, text in values.items()]
    moments = range(QUIET_S, QUIET_S + PAGED_WITHIN_S, SCRAPE_S)
    answered = {
        "expr": 'count(service:api_calls:irate{service="go-shop"} > 0)',
        "eval_time": f"{QUIET_S}s",
        "exp_samples": [{"labels": "{}", "value": 1}],
    }
    silent = [{**_expected("go-shop", "failing", at_s), "exp_samples": []} for at_s in moments]

    _run(
        [rules["go-shop.outage"]],
        [
            {
                "name": "restart",
                "interval": f"{SCRAPE_S}s",
                "input_series": series,
                "promql_expr_test": [answered, *silent],
            }
        ],
        tmp_path,
    )


def test_response_times_are_seconds_in_every_unit(rules: Mapping[str, Path], tmp_path: Path) -> None:
    """Milliseconds become seconds, and seconds stay: the recorded requests took milliseconds, no microseconds."""
    timed = [name for name in RECORDED if name not in {"spring-orders", "mails", "thumbnails"}]
    p95 = [
        {
            "expr": f'count(service:api_response_time_seconds:p95_5m{{service="{name}"}} > 0.0001 < 0.1)',
            "eval_time": "180s",
            "exp_samples": [{"labels": "{}", "value": 1}],
        }
        for name in timed
    ]
    series = [one for name in timed for one in _failing(name)]
    assert len(timed) == len(RECORDED) - 3

    _run(
        [rules[f"{name}.api"] for name in timed],
        [{"name": "p95", "interval": f"{SCRAPE_S}s", "input_series": series, "promql_expr_test": p95}],
        tmp_path,
    )


def test_a_service_whose_metrics_have_other_names_is_reported(
    rules: Mapping[str, Path], services: Mapping[str, Service], tmp_path: Path
) -> None:
    """Its targets are up and none of its events is recorded: that is reported within a quarter of an hour."""
    up = [one for name in services for one in _series(name, {ExposedSeries("up", ()): "1x180"})]
    reported = [
        {
            "expr": f'count(ALERTS{{alertname="NothingRecorded", service="{name}", alertstate="firing"}})',
            "eval_time": f"{minutes}m",
            "exp_samples": [{"labels": "{}", "value": len(service.slos)}] if minutes == WITHIN_MINUTES else [],
        }
        for name, service in services.items()
        for minutes in (4, WITHIN_MINUTES)
    ]
    assert services

    counted = {"service_slo:events:rate1m", "service_slo:bad_events:rate1m", "service_slo:events_recorded:bool"}
    _run(
        [_only(rules[f"{name}.slo"], {*counted, "NothingRecorded"}) for name in services],
        [{"name": "other names", "interval": f"{SCRAPE_S}s", "input_series": up, "promql_expr_test": reported}],
        tmp_path,
    )


def _only(file: Path, names: set[str]) -> Path:
    """The rules of a file that are needed, in a file beside it: burn rates over days take long to evaluate."""
    document = yaml.safe_load(file.read_text())
    for group in document["groups"]:
        group["rules"] = [rule for rule in group["rules"] if (rule.get("record") or rule["alert"]) in names]
    written = file.with_suffix(".only.yaml")
    written.write_text(yaml.safe_dump(document))
    return written
