"""The computed time to a page: inside what is promised, read from what is rendered, and true in every phase."""

from __future__ import annotations

import itertools
import json
import math
import statistics
from pathlib import Path

import pytest
import yaml

from tests.alert_rules import latency_budget
from tests.alert_rules.conftest import ShippedEnvironment
from tests.alert_rules.promtool_cases import bounded_case, run
from tests.oracle.scenario import Fires, Scenario
from vitals.model.catalog import Catalogue
from vitals.model.catalog.fields import seconds
from vitals.verify.oracle.traffic import Replica, TrafficPhase, dead, serving

PROMISED_MEAN, PROMISED_WORST = 15.0, 20.0
HEALTHY = 240


def test_the_promise_is_kept_in_every_environment(wellness: Catalogue) -> None:
    """On average 15 s, at worst 20 s, from the fault to the notification."""
    assert wellness.environments
    for environment in wellness.environments.values():
        for service in wellness.services:
            budget = latency_budget.outage(environment, replicas=service.replicas)

            assert budget.mean <= PROMISED_MEAN
            assert budget.worst <= PROMISED_WORST


def test_the_formula_reads_what_is_shipped(local: ShippedEnvironment) -> None:
    """The rendered scrape interval, rule group and page route give the same worst case as the formula."""
    prometheus = yaml.safe_load(local.files["prometheus.yml"])
    routes = yaml.safe_load(local.files["alertmanager.yml"])["route"]["routes"]
    (job,) = [job for job in prometheus["scrape_configs"] if job["job_name"] == "wellness-api"]
    (group,) = yaml.safe_load(local.files["rules/wellness-api.outage.yaml"])["groups"]
    (page,) = [r for team in routes for r in team.get("routes", []) if r["matchers"] == ['severity="critical"']]
    alerts = [rule for rule in group["rules"] if rule.get("alert") == "ServiceOutage"]
    parts = [seconds(job["scrape_interval"]), seconds(group["interval"]), seconds(page["group_wait"])]

    assert latency_budget.outage(local.plan.environment, replicas=2).worst == 2 * parts[0] + parts[1] + parts[2]
    assert ["for" in rule for rule in alerts if rule["labels"]["reason"] != "absent"] == [False, False, False]


def _timing_of(rendered: ShippedEnvironment, alert: str) -> dict[str, float]:
    alerts = json.loads(rendered.files["model.json"])["alerts"]
    (found,) = [one["timing"] for one in alerts if (one["id"], one["service"]) == (alert, "wellness-api")]
    return dict(found)


def test_the_times_of_an_alert_are_read_through_what_is_recorded(local: ShippedEnvironment) -> None:
    """The window lies in the record, not in the alert; the rest are intervals of job, group and route."""
    assert _timing_of(local, "database.time.high") == {
        "window_s": 300, "short_s": 300, "least_share": 1, "settles_s": 0, "scrape_s": 5, "takes_s": 2,
        "evaluation_s": 15, "for_s": 60, "group_wait_s": 10, "group_interval_s": 60,
    }  # fmt: skip


def test_the_times_of_a_burn_page_are_those_of_its_first_pair(
    local: ShippedEnvironment, prod: ShippedEnvironment
) -> None:
    """14.4 times a budget of 0.1 % is the share of the hour; the short window and the rates of a minute follow."""
    found = _timing_of(local, "slo.availability.fast")

    assert found == _timing_of(prod, "slo.availability.fast")
    assert [found[part] for part in ("window_s", "short_s", "settles_s")] == [3600, 300, 60]
    assert found["least_share"] == pytest.approx(0.0144)


def test_the_times_of_an_outage_give_its_budget(local: ShippedEnvironment) -> None:
    """The parts come to the worst case of the formula."""
    found = _timing_of(local, "api.outage.failing")
    parts = ("window_s", "scrape_s", "evaluation_s", "for_s", "group_wait_s")

    assert sum(found[part] for part in parts) == latency_budget.outage(local.plan.environment, replicas=2).worst


def test_what_no_failure_shows_fires_within_minutes(local: ShippedEnvironment) -> None:
    """A first burst, a hang and vanished traffic: the parts of each alert's way come to the worst of its formula."""
    environment = local.plan.environment
    parts = ("window_s", "scrape_s", "evaluation_s", "for_s", "group_wait_s")
    hang, gone = (_timing_of(local, f"api.arrival.{what}") for what in ("hanging", "gone"))

    assert latency_budget.first_burst(environment).worst == pytest.approx(11)
    assert latency_budget.hang(environment).worst == pytest.approx(sum(hang[part] for part in parts)) == 81
    recorded_by_another_group, seen = 5, gone["window_s"] * gone["least_share"]
    rest = sum(gone[part] for part in parts[1:])
    assert latency_budget.vanished(environment).worst == pytest.approx(seen + rest + recorded_by_another_group) == 296
    for what in (latency_budget.first_burst, latency_budget.hang, latency_budget.vanished):
        assert what(environment).mean < what(environment).worst


@pytest.mark.parametrize("replicas", [1, 2, 3])
def test_the_mean_is_the_mean_over_all_phases(local: ShippedEnvironment, replicas: int) -> None:
    """Counting every phase of fault, scrapes and evaluation on a grid gives the mean and the worst of the formula."""
    interval, wait, steps = 5.0, 1.0, 12
    phases = [interval * (step + 0.5) / steps for step in range(steps)]
    waits = []
    for *scrapes, evaluation in itertools.product(phases, repeat=replicas + 1):
        proof = max(scrapes) + interval
        evaluated = evaluation + interval * math.ceil((proof - evaluation) / interval)
        waits.append(evaluated + wait)
    budget = latency_budget.outage(local.plan.environment, replicas=replicas)

    assert statistics.mean(waits) == pytest.approx(budget.mean, abs=interval / steps)
    assert max(waits) <= budget.worst


def _in_every_phase(service: str, interval: int, alert: str, broken: TrafficPhase) -> list[Scenario]:
    """The same fault in five phases of a scrape interval, with the two replicas scraped together and apart."""
    found = []
    for second, apart in itertools.product(range(0, interval, interval // 5), (0, interval // 2)):
        fault = HEALTHY + second
        spans = [serving(fault, 20), broken]
        found.append(
            Scenario(
                f"{alert} of {service}, fault at {fault} s, replicas {apart} s apart",
                [Replica("a", spans), Replica("b", spans, offset=apart, errors_known=False)],
                lasts=fault + 3 * interval + 10,
                fires=[Fires(alert, quiet_until=fault, by=fault + 3 * interval)],
                evaluated=interval,
                step=1,
                service=service,
            )
        )
    return found


@pytest.mark.rules
@pytest.mark.parametrize(
    ("alert", "broken"), [("api.outage.failing", serving(60, 20, failing=1)), ("api.outage.gone", dead(60))]
)
@pytest.mark.parametrize(("rendered", "service", "interval"), [("prod", "wellness-api", 5), ("lab", "checkout", 10)])
def test_the_rule_fires_inside_the_budget_in_every_phase(
    *,
    rendered: str,
    service: str,
    interval: int,
    alert: str,
    broken: TrafficPhase,
    promtool: Path,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    """Whatever the phase of fault and scrapes, two scrapes and one evaluation are enough; also at other intervals."""
    environment: ShippedEnvironment = request.getfixturevalue(rendered)
    cases = [bounded_case(one, environment.plan) for one in _in_every_phase(service, interval, alert, broken)]
    assert latency_budget.outage(environment.plan.environment, replicas=2).worst == 3 * interval + 1

    run(cases, {file.stem: file for file in environment.rules}, promtool, tmp_path)
