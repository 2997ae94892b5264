"""Thresholds and trends as people write them: what is refused, and what all of them keep to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from alert_rules import Severity, cache, components, database, latency, tasks, users
from alert_rules.catalogue import RULES
from tests.alert_rules.asked_of import asked_of
from vitals.errors import VitalsError
from vitals.kit.alerts.threshold import Threshold
from vitals.kit.alerts.trend import LimitAhead, Trend, WorseEveryDay, WorseThanLastWeek
from vitals.model.catalog import Catalogue
from vitals.model.catalog.fields import seconds, share
from vitals.model.signals import api, measure, signals_of
from vitals.model.signals import cache as hits
from vitals.model.signals import database as queries
from vitals.render import compose

LATEST = 8 * 60
"""Within so many seconds whoever tries a rule out must hear of it."""
FAMILIES = (latency, database, cache, tasks, users, components)
THRESHOLDS = [rule for rule in RULES if isinstance(rule, Threshold)]

WRONG: list[tuple[Callable[[], Threshold | Trend], str]] = [
    (lambda: replace(database.slow, below="1s"), "give one bound, 'above' or 'below'"),
    (lambda: replace(database.slow, above=""), "give one bound, 'above' or 'below'"),
    (lambda: replace(database.slow, above="", below="1s"), "'below' would warn of good news"),
    (lambda: replace(cache.hits_low, below="", above="30%"), "'above' would warn of good news"),
    (lambda: replace(cache.hits_low, below="30"), "CacheHitsLow.*is not a share"),
    (lambda: replace(database.slow, guard=cache.slow.guard), "DatabaseSlow.*so no series would have both"),
    (lambda: replace(database.slow, lasting="soon"), "DatabaseSlow.*is not a duration"),
    (lambda: replace(database.time_week, signal=queries.TIME_MEAN), "no history of database.time.mean is kept"),
    (lambda: replace(database.time_week, shape=WorseThanLastWeek(by="half", beyond="1s")), "time.week.*not a share"),
    (lambda: replace(database.time_days, shape=WorseEveryDay(by="20%", beyond="5%")), "time.days.*not a duration"),
    (lambda: replace(database.connections_ahead, signal=queries.CONNECTIONS), "is no share of a limit"),
    (lambda: replace(database.connections_ahead, signal=hits.HITS), "is no share of a limit"),
    (lambda: replace(database.connections_ahead, shape=LimitAhead(within="soon", beyond="20%")), "is not a duration"),
]  # fmt: skip


@pytest.mark.parametrize(("make", "complaint"), WRONG)
def test_a_rule_that_cannot_work_is_refused(
    shipped: Catalogue, make: Callable[[], Threshold | Trend], complaint: str
) -> None:
    """The error names the alert and what is wrong with it, before anything is rendered."""
    with pytest.raises(VitalsError, match=complaint):
        make().of(shipped.services[0], shipped.environments["prod"])


def test_a_service_is_told_of_the_signals_that_it_has(any_catalogue: Catalogue) -> None:
    """Each rule whose signal a service has is one alert of it, and no other rule is."""
    told = set[str]()
    for environment in any_catalogue.environments.values():
        plan = compose(any_catalogue, environment)
        for service in any_catalogue.services:
            has = {signal.id for signal in signals_of(service)}
            wanted = {rule.id for rule in RULES if rule.signal.id in has}
            found = {alert.id for alert in plan.alerts if alert.service == service.name}
            told |= wanted

            assert found & {rule.id for rule in RULES} == wanted
    assert told


def test_every_family_has_a_threshold() -> None:
    """No family is recorded and drawn without anybody being told when it is bad."""
    for family in FAMILIES:
        assert any(isinstance(rule, Threshold) for rule in family.RULES), family.__name__
    assert {rule.signal.family for rule in RULES} == {"api", "database", "cache", "tasks", "users", "components"}


def test_a_threshold_is_heard_within_eight_minutes() -> None:
    """Even a fault that fills the window only just is told in time: the window, the patience and two minutes."""
    assert THRESHOLDS
    for rule in THRESHOLDS:
        assert seconds(measure.WINDOW) + seconds(rule.lasting) + 60 <= LATEST, rule.name


def test_only_objectives_and_outages_wake_people(any_catalogue: Catalogue) -> None:
    """What a signal tells waits for working hours: a threshold warns, a trend is a warning or a piece of news."""
    for environment in any_catalogue.environments.values():
        alerts = {alert.id: alert for alert in compose(any_catalogue, environment).alerts}
        found = [alerts[rule.id].severity for rule in RULES if rule.id in alerts]

        assert found
        assert set(found) <= {Severity.WARNING, Severity.INFO}


def test_one_bad_event_cannot_break_a_guarded_bound() -> None:
    """Among the fewest events that count, one is less than a share above, than the rest below, or than a p95 counts."""
    guarded = [(rule, rule.guard) for rule in THRESHOLDS if rule.guard]

    assert guarded
    for rule, guard in guarded:
        alone = 1.25 / guard.most_alone
        text = rule.above or rule.below
        bound = float(share(text)) if text.endswith("%") else 0.05
        assert alone <= (1 - bound if rule.below else bound), rule.name


def test_alerts_of_one_name_can_be_told_apart(any_catalogue: Catalogue) -> None:
    """No two alerts of a service have the same labels: Alertmanager would take them for one."""
    for environment in any_catalogue.environments.values():
        alerts = asked_of(compose(any_catalogue, environment).alerts)
        labels = [(alert.name, alert.service, *sorted(alert.labels.items())) for alert in alerts]

        assert labels
        assert len(set(labels)) == len(labels)


def test_an_hour_is_compared_with_the_same_hour(shipped: Catalogue) -> None:
    """A week is compared by recorded means, not by two hours of raw samples; a gap of last week is bridged."""
    alert = latency.api_latency_week.of(shipped.services[0], shipped.environments["prod"])
    hour = f'{api.LATENCY_P95.record}_mean1h{{service="{shipped.services[0].name}"}}'

    then = f"last_over_time({hour}[2h] offset 1w)"

    assert alert.expr.text == f"(({hour} / ({then} > 0)) > 1.5) and ({hour} > 0.1)"
