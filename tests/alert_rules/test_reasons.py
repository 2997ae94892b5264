"""Every number of an alert has a reason beside it, and a declaration without one is refused by name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from alert_rules.cache import hits_low
from alert_rules.capacity import disk_full_in_hours
from alert_rules.latency import api_latency_days
from vitals.errors import VitalsError
from vitals.kit.alerts.alert import Alert
from vitals.kit.alerts.because import Because, lines
from vitals.kit.alerts.threshold import Threshold
from vitals.model.catalog import Catalogue
from vitals.model.conventions import Severity
from vitals.model.promql import Expr
from vitals.model.signals import api
from vitals.render import compose


def _alert(expr: str, *, for_: str = "0s", because: dict[str, str] | None = None, where: str = "") -> Alert:
    return Alert(
        id="x", name="Busy", severity=Severity.INFO, service="node", owner="a", group="g", expr=Expr(expr),
        summary="{{ $value }}", impact="Busy.", action="Look.", for_=for_, because=because or {}, where=where,
    )  # fmt: skip


def test_every_alert_of_every_catalogue_says_why(any_catalogue: Catalogue) -> None:
    """Composition refuses one that does not; here the reasons are seen, and that they are sentences for people."""
    alerts = [a for one in any_catalogue.environments.values() for a in compose(any_catalogue, one).alerts]
    ours = [alert for alert in alerts if not alert.where]

    assert ours
    assert {alert.name for alert in ours if not alert.because} == {"Watchdog"}
    for alert in ours:
        for number, reason in alert.because.items():
            assert any(character.isdigit() for character in number), (alert.id, number)
            assert len(reason.split()) >= 5, (alert.id, number)
            assert not reason.endswith("."), (alert.id, number)


@pytest.mark.parametrize(
    ("expr", "for_", "number"),
    [
        ("load > 0.9", "0s", "0.9"),
        ("avg_over_time(load[5m]) > 1", "0s", "300s"),
        ("load > 1", "10m", "10m"),
        ("load / (load offset 1w > 0) > 1", "0s", "604800s"),
        ("max_over_time(load[2h:1m]) > 1", "0s", "7200s"),
        ("load < -7", "0s", "-7"),
    ],
)
def test_a_number_without_a_reason_is_refused(expr: str, for_: str, number: str) -> None:
    """Bounds, windows, offsets and durations: the message names file, alert, number and what to write."""
    with pytest.raises(VitalsError, match=rf"test_reasons\.py:\d+, .* Busy: .* number {number}, .*because=.*assumed"):
        _alert(expr, for_=for_)


@pytest.mark.parametrize(
    ("expr", "number"),
    [
        ("load > 0.9", "> 90%"),
        ("load > 0.5", "> 500ms"),
        ("load * 300 > 25", "more than 25 events in 5m"),
        ("load > 86.8055", "> 86.8 requests"),
        ("load offset 1d > 1", "each of 1d, 2d"),
        ("load > 0", ""),
    ],
)
def test_a_number_may_be_written_as_people_say_it(expr: str, number: str) -> None:
    """Percent, durations and rounded numbers speak of the same value; nothing and all need no reason."""
    alert = _alert(expr, because={number: "the number of this test is just that number"} if number else {})

    assert list(alert.because) == ([number] if number else [])


def test_another_number_is_no_reason() -> None:
    """A reason that was left behind when its number moved is found."""
    with pytest.raises(VitalsError, match=r"the number 0\.8,"):
        _alert("load > 0.8", because={"> 90%": "it was that once"})
    with pytest.raises(VitalsError, match="reason for '> 90%' is empty"):
        _alert("load > 0.9", because={"> 90%": " "})


def test_pasted_rules_keep_what_they_have() -> None:
    """Reasons are asked of what is declared here, not of rules that others wrote."""
    assert _alert("load > 0.9", for_="5m", where="handwritten/a.yaml:4").because == {}


@pytest.mark.parametrize(
    ("field", "number"), [("bound", "30%"), ("duration", "2m"), ("events", "more than 25 events in 5m")]
)
def test_a_threshold_gives_a_reason_for_each_of_its_numbers(field: str, number: str) -> None:
    """Bound, duration and guard: each is asked for under the name of its field."""
    with pytest.raises(VitalsError, match=rf"test_reasons\.py:\d+, .* CacheHitsLow: .* {number}, .*Because\({field}="):
        replace(hits_low, because=replace(hits_low.because, **{field: ""}))


def test_a_threshold_without_any_reason_is_refused() -> None:
    """Leaving the field out does not get around it."""
    with pytest.raises(VitalsError, match=r"test_reasons\.py:\d+, .* Slow: .*500ms"):
        Threshold(
            id="x.slow", name="Slow", signal=api.LATENCY_P95, above="500ms", for_="1m", severity=Severity.INFO,
            impact="Slow.", action="Look.",
        )  # fmt: skip


def test_trends_and_forecasts_are_held_to_it_too() -> None:
    """The size of a change, the value below which nothing is said, and the time to a limit."""
    with pytest.raises(VitalsError, match=r"WorseEveryDay \(api.latency.days\): .* 20% worse.*change="):
        replace(api_latency_days, because=Because(floor="some reason"))
    with pytest.raises(VitalsError, match=r"DiskFullInHours: .* > 80% in use.*floor="):
        replace(disk_full_in_hours, because=replace(disk_full_in_hours.because, floor=""))


def test_reasons_are_lines_of_a_runbook() -> None:
    """The number as people say it stands before its reason."""
    assert list(lines({"> 90%": "because"})) == ["- **> 90%**: because"]
