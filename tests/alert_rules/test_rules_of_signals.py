"""Thresholds and trends as people write them: what is refused, and what all of them keep to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from alert_rules import RULES, cache, components, database, latency, tasks, users
from tests.alert_rules.proof_required import needs_proof
from tests.made_once import plan_of
from vitals.errors import VitalsError
from vitals.kit.alerts.threshold import Threshold
from vitals.kit.alerts.trend import Trend
from vitals.kit.alerts.trend_shapes import LimitAhead, WorseEveryDay, WorseThanLastWeek
from vitals.model.catalog import Catalogue
from vitals.model.catalog.fields import seconds, share
from vitals.model.conventions import Severity
from vitals.model.signals import api, measure, signals_of
from vitals.model.signals import cache as hits
from vitals.model.signals import database as queries

LATEST = 8 * 60
"""Within so many seconds the author who tries a rule out must be notified."""
FAMILIES = (latency, database, cache, tasks, users, components)
THRESHOLDS = [rule for rule in RULES if isinstance(rule, Threshold)]

WRONG: list[tuple[Callable[[], Threshold | Trend], str]] = [
    (lambda: replace(database.slow, below="1s"), "give one bound, 'above' or 'below'"),
    (lambda: replace(database.slow, above=""), "give one bound, 'above' or 'below'"),
    (lambda: replace(database.slow, above="", below="1s"), "'below' would warn of an improvement"),
    (lambda: replace(cache.hits_low, below="", above="30%"), "'above' would warn of an improvement"),
    (lambda: replace(cache.hits_low, below="30"), "CacheHitsLow.*is not a share"),
    (lambda: replace(database.slow, minimum_events=cache.slow.minimum_events), "Slow.*no series would have both"),
    (lambda: replace(database.slow, for_="soon"), "DatabaseSlow.*is not a duration"),
    (lambda: replace(database.time_week, signal=queries.TIME_MEAN), "no history of database.time.mean is kept"),
    (lambda: replace(database.time_week, shape=WorseThanLastWeek(by="half", beyond="1s")), "time.week.*not a share"),
    (lambda: replace(database.time_days, shape=WorseEveryDay(by="20%", beyond="5%")), "time.days.*not a duration"),
    (lambda: replace(database.connections_ahead, signal=queries.CONNECTIONS), "is not a share of a limit"),
    (lambda: replace(database.connections_ahead, signal=hits.HITS), "is not a share of a limit"),
    (lambda: replace(database.connections_ahead, signal=queries.ERRORS), "of queries failed' .* goes on behind"),
    (lambda: replace(database.connections_ahead, shape=LimitAhead(within="soon", beyond="20%")), "is not a duration"),
]  # fmt: skip


@pytest.mark.parametrize(("make", "complaint"), WRONG)
def test_a_rule_that_cannot_work_is_refused(
    wellness: Catalogue, make: Callable[[], Threshold | Trend], complaint: str
) -> None:
    """The error names the alert and what is wrong with it, before anything is rendered."""
    with pytest.raises(VitalsError, match=complaint):
        make().of(wellness.services[0], wellness.environments["prod"])


def test_a_service_has_alerts_for_the_signals_that_it_has(any_catalogue: Catalogue) -> None:
    """Each rule whose signal a service has is one alert of it, and no other rule is."""
    names_of_signals = set[str]()
    for environment in any_catalogue.environments.values():
        plan = plan_of(any_catalogue, environment)
        for service in any_catalogue.services:
            has = {signal.id for signal in signals_of(service)}
            wanted = {rule.id for rule in RULES if rule.signal.id in has}
            found = {alert.id for alert in plan.alerts if alert.service == service.name}
            names_of_signals |= wanted

            assert found & {rule.id for rule in RULES} == wanted
    assert names_of_signals


def test_every_family_has_a_threshold() -> None:
    """No family is recorded and shown without an alert for when it is bad."""
    for family in FAMILIES:
        assert any(isinstance(rule, Threshold) for rule in family.RULES), family.__name__
    assert {rule.signal.family for rule in RULES} == {"api", "database", "cache", "tasks", "users", "components"}


def test_a_threshold_is_heard_within_eight_minutes() -> None:
    """Even a fault that only just fills the window is notified in time: the window, the patience and two minutes."""
    assert THRESHOLDS
    for rule in THRESHOLDS:
        assert seconds(measure.WINDOW) + seconds(rule.for_) + 60 <= LATEST, rule.name


def test_only_objectives_and_outages_wake_people(any_catalogue: Catalogue) -> None:
    """An alert of a signal waits for working hours: a threshold warns, a trend is a warning or for information."""
    assert any_catalogue.environments
    for environment in any_catalogue.environments.values():
        alerts = {alert.id: alert for alert in plan_of(any_catalogue, environment).alerts}
        found = [alerts[rule.id].severity for rule in RULES if rule.id in alerts]

        assert found
        assert set(found) <= {Severity.WARNING, Severity.INFO}


def test_one_bad_event_cannot_break_a_guarded_bound() -> None:
    """Among the fewest events that count, one is less than a share above, than the rest below, or than a p95 counts."""
    guarded = [(rule, rule.minimum_events) for rule in THRESHOLDS if rule.minimum_events]

    assert guarded
    for rule, guard in guarded:
        alone = 1.25 / guard.more_than
        text = rule.above or rule.below
        bound = float(share(text)) if text.endswith("%") else 0.05
        assert alone <= (1 - bound if rule.below else bound), rule.name


def test_alerts_of_one_name_can_be_distinguished(any_catalogue: Catalogue) -> None:
    """No two alerts of a service have the same labels: Alertmanager would take them for one."""
    assert any_catalogue.environments
    for environment in any_catalogue.environments.values():
        alerts = needs_proof(plan_of(any_catalogue, environment).alerts)
        labels = [(alert.name, alert.service, *sorted(alert.labels.items())) for alert in alerts]

        assert labels
        assert len(set(labels)) == len(labels)


def test_an_hour_is_compared_with_the_same_hour(wellness: Catalogue) -> None:
    """A week is compared by recorded means, not by two hours of raw samples; a gap of last week is bridged."""
    alert = latency.api_latency_week.of(wellness.services[0], wellness.environments["prod"])
    hour = f'{api.LATENCY_P95.record}_mean1h{{service="{wellness.services[0].name}"}}'

    then = f"last_over_time({hour}[2h] offset 1w)"

    assert alert.expr.text == f"(({hour} / ({then} > 0)) > 1.5) and ({hour} > 0.1)"
