"""A missed scrape does not hold an alert back: not for one alert of which anything is scraped.

Gauges have no window of their own as counters do, so a hole in one would make every ``for`` begin again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from tests.alert_rules import promtool_cases
from tests.alert_rules.all_scenarios import CASES
from tests.alert_rules.bounds import ExpectedFiring
from tests.alert_rules.conftest import ShippedEnvironment
from tests.alert_rules.missed_scrapes import is_recorded, with_holes
from tests.alert_rules.promtool_cases import PromtoolCase, expectations, together
from tests.alert_rules.scenario_run import expected_by_oracle, groups_of, own_samples, promtool_test
from tests.made_once import plan_of
from tests.oracle.scenario import Scenario
from vitals.kit.alerts.alert import Alert
from vitals.model.catalog import Catalogue
from vitals.model.catalog.fields import seconds
from vitals.model.promql import Expr, SeriesType, resolve
from vitals.model.signals import gauge
from vitals.render import Plan

WRITTEN_BY_PROMETHEUS = {"up", "ALERTS"}
"""Never missing because a target did not answer: ``up`` is written at a failed scrape, too."""
SEEN_A_SCRAPE_AGO = {"api_requests_in_flight", "process_start_time_seconds"}
"""Read at one moment by what counts first appearances, where a missed scrape must be seen as what it is: a target that
was not there a scrape ago shows nothing new."""
COUNTS_FIRST_APPEARANCES = re.compile(r"service(_slo)?:(api_\w+:irate|(bad_)?events:rate1m)")
FROM_FILES = ("handwritten.", "mixins.")
"""Groups whose rules others write as they like; the two that are shipped have scenarios of their own below."""
Windows = list[tuple[str, float]]


def _gauges(plan: Plan) -> Mapping[str, list[tuple[str, Windows]]]:
    """For each rule, by what it records or alerts, the service and the gauges that it reads, with their windows."""
    recorded = {str(rule["record"]) for group in plan.groups for rule in group.rules if "record" in rule}
    scraped = {
        name
        for name, series in plan.vocabulary.items()
        if series.type is SeriesType.GAUGE and name not in recorded | WRITTEN_BY_PROMETHEUS
    }
    found: dict[str, list[tuple[str, Windows]]] = {}
    for group in plan.groups:
        if group.name.startswith(FROM_FILES):
            continue
        for rule in group.rules:
            readings = resolve(Expr(" ".join(str(rule["expr"]).split())), plan.vocabulary).readings
            own = (
                scraped - SEEN_A_SCRAPE_AGO if COUNTS_FIRST_APPEARANCES.fullmatch(str(rule.get("record"))) else scraped
            )
            windows = [(one.name, one.window.total_seconds()) for one in readings if one.name in own]
            labels = rule["labels"]
            assert isinstance(labels, dict)
            if windows:
                found.setdefault(str(rule.get("record", rule.get("alert"))), []).append((labels["service"], windows))
    return found


@pytest.fixture(scope="module", params=["wellness", "sample"])
def plans(request: pytest.FixtureRequest) -> list[Plan]:
    """Each environment of one of the catalogues."""
    catalogue: Catalogue = request.getfixturevalue(request.param)
    return [plan_of(catalogue, environment) for environment in catalogue.environments.values()]


def test_every_gauge_is_read_over_four_scrapes_at_least(plans: list[Plan]) -> None:
    """In each environment, whatever its intervals: no rule of ours reads the present value of a scraped gauge."""
    assert plans
    for plan in plans:
        paces = {job.name: seconds(job.interval) for job in plan.jobs}
        read = [
            (rule, name, window, paces[service])
            for rule, services in _gauges(plan).items()
            for service, windows in services
            for name, window in windows
        ]

        assert read, plan.environment.name
        assert [one for one in read if one[2] < gauge.SCRAPES * one[3]] == []


def test_a_bad_sample_of_what_vanishes_has_left_the_window_before_the_alert_fires(plans: list[Plan]) -> None:
    """No alert on a gauge waits for less than the gauge is looked back for."""
    assert plans
    for plan in plans:
        gauges = _gauges(plan)
        waits = [
            (alert.name, name, window)
            for alert in plan.alerts
            for record in set(re.findall(r"\w+:\w+:\w+", alert.expr.text))
            for service, windows in gauges.get(record, [])
            for name, window in windows
            if service == alert.service and alert.for_ != "0s" and seconds(alert.for_) < window
        ]

        assert any(record in alert.expr.text for alert in plan.alerts for record in gauges), plan.environment.name
        assert waits == []


def test_the_pace_of_an_exporter_with_a_limit_of_its_own_is_its_own(wellness: Catalogue) -> None:
    """What answers slowly is asked slowly, so its gauges are looked back for longer."""
    plan = plan_of(wellness, wellness.environments["prod"])
    paces = {job.name: job.interval for job in plan.jobs}
    windows = {watched.name: gauge.window(watched, plan.environment.scrape) for watched in plan.watched}

    assert set(windows) == set(paces)
    assert {name: seconds(window) for name, window in windows.items()} == {
        name: gauge.SCRAPES * seconds(pace) for name, pace in paces.items()
    }
    assert len(set(windows.values())) > 1


# ---- every alert that waits


def _waiting(plan: Plan) -> Iterator[tuple[Alert, Scenario]]:
    """Each alert that must hold for some time, and the shortest scenario in which scraped samples make it fire."""
    by_length = sorted(CASES, key=lambda case: case.lasts / case.evaluated)
    for alert in plan.alerts:
        if alert.for_ == "0s":
            continue
        for case in by_length:
            named = alert.id in {fires.alert for fires in case.fires} and case.service == alert.service
            if named and not all(is_recorded(series) for series in own_samples(case, plan)):
                yield alert, case
                break


OF_RECORDS = {
    "api.latency.week",
    "api.latency.days",
    "api.traffic.week",
    "database.time.week",
    "database.time.days",
    "cache.hits.week",
    "tasks.done.week",
    "tasks.wait.week",
    "users.satisfaction.week",
}
"""Alerts whose scenarios begin at what is recorded, over days: means of an hour, which need 45 of its minutes."""


def test_every_alert_that_waits_is_tried(prod: ShippedEnvironment) -> None:
    """An alert to come is tried with the rest, as soon as it has a scenario in which it fires."""
    tried = {alert.id for alert, _ in _waiting(prod.plan)}
    waiting = {alert.id for alert in prod.plan.alerts if alert.for_ != "0s"}

    assert waiting - tried == OF_RECORDS


@pytest.mark.rules
def test_an_alert_fires_with_missed_scrapes_as_without(
    prod: ShippedEnvironment, ask_oracle: Callable[[Scenario], ExpectedFiring]
) -> None:
    """It begins and ends within a window of when it would, and does not let go between, however long it fires."""
    wrong = []
    for alert, case in _waiting(prod.plan):
        watched = next(one for one in prod.plan.watched if one.name == alert.service)
        late = seconds(gauge.window(watched, prod.plan.environment.scrape))
        said = ask_oracle(case)[alert.id, alert.service]
        seen = expected_by_oracle(with_holes(case), prod.plan)[alert.id, alert.service]
        assert said, case.name
        wrong += [
            (alert.id, group, stretches, seen.get(group, []))
            for group, stretches in said.items()
            if not _same(stretches, seen.get(group, []), late)
        ]

    assert wrong == []


def _same(said: list[tuple[int, int]], seen: list[tuple[int, int]], late: float) -> bool:
    return len(said) == len(seen) and all(
        abs(first - begins) <= late and abs(last - ends) <= late
        for (first, last), (begins, ends) in zip(said, seen, strict=True)
    )


@pytest.mark.rules
def test_the_rules_follow_the_spec_with_missed_scrapes(
    prod: ShippedEnvironment, promtool: Path, tmp_path: Path
) -> None:
    """By the real promtool, evaluation by evaluation."""
    cases = {case.name: with_holes(case) for _, case in _waiting(prod.plan)}
    tried_cases = [_case_with_holes(case, prod.plan) for case in cases.values()]

    assert tried_cases
    for batch in together(tried_cases):
        promtool_cases.run(batch, {file.stem: file for file in prod.rules}, promtool, tmp_path)


def _case_with_holes(case: Scenario, plan: Plan) -> PromtoolCase:
    """The scenario without its own bounds: they speak of the run without holes."""
    silent = replace(case, fires=(), quiet=())
    groups = groups_of(case, plan)
    alerts = frozenset(alert.id for alert in plan.alerts if alert.group in groups)
    return PromtoolCase(
        case.name,
        alerts,
        groups,
        case.evaluated,
        lambda: promtool_test(silent, plan, expectations(case, plan, expected_by_oracle(case, plan))),
    )
