"""A declaration that cannot be meant is refused at its own line: types, bounds, and what another alert has already."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import pytest

from alert_rules.cache import hits_low
from alert_rules.database import RULES
from vitals.errors import VitalsError
from vitals.kit.alerts.alert import Alert
from vitals.kit.alerts.trend import Trend
from vitals.model.catalog import Catalogue
from vitals.model.catalog.fields import quantity
from vitals.model.conventions import Severity
from vitals.model.promql import select
from vitals.render import compose, content
from vitals.render.distinct import require_distinct
from vitals_telemetry.contract import Unit

HERE = r"test_declarations\.py:\d+, alert"


def _busy(id_: str = "x.busy", name: str = "Busy", **labels: str) -> Alert:
    return Alert(
        id=id_, name=name, severity=Severity.INFO, service="shop", owner="platform", group="shop.x",
        expr=select("load") > 1, summary="shop: load {{ $value }} (> 1)", impact="Slow.", action="Look.", labels=labels,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("severity", "warning", "'warning' is not a Severity"),
        ("signal", "api.requests", "'api.requests' is not a Signal"),
        ("below", 0.3, r"0\.3 is not a text in quotes"),
        ("minimum_events", 25, "25 is not a MinimumEvents or None"),
    ],
)
def test_a_value_of_another_type_is_refused(field: str, value: Any, words: str) -> None:  # noqa: ANN401 - of whichever type
    """It would be a traceback of ours, far from the line that is wrong."""
    with pytest.raises(VitalsError, match=rf"{HERE} CacheHitsLow, field {field}: {words}\. Nothing was rendered"):
        replace(hits_low, **{field: value})


def test_a_trend_is_held_to_its_types_too() -> None:
    """Its shape may be one of three."""
    trend = next(rule for rule in RULES if isinstance(rule, Trend))

    with pytest.raises(VitalsError, match=rf"{HERE} .*, field shape: 'worse' is not a WorseThanLastWeek or"):
        replace(trend, shape=cast("Any", "worse"))


@pytest.mark.parametrize("text", ["-5", "nan", "inf", "-inf", "many", ""])
def test_a_bound_is_a_number_that_the_signal_can_cross(text: str) -> None:
    """Below zero it would always be exceeded, and what is not finite never is."""
    with pytest.raises(ValueError, match=r"is not a number of zero or more, which its unit \(count\) asks for"):
        quantity(text, Unit.COUNT)


def test_one_kind_of_alert_may_be_there_several_times() -> None:
    """Under one id for several services, and under one name with other values of the same labels."""
    require_distinct((_busy(), replace(_busy(), service="other"), _busy("x.a", "Gone", reason="a")))
    require_distinct((_busy("x.a", "Gone", reason="a"), _busy("x.b", "Gone", reason="b")))


@pytest.mark.parametrize(
    ("second", "words"),
    [
        (_busy(), "has an alert of this name with the same labels already"),
        (_busy("x.other"), "has an alert of this name with the same labels already"),
        (_busy("x.other", reason="a"), "that is the name of another alert of shop"),
        (_busy(name="Idle"), "its id 'x.busy' is that of Busy"),
    ],
    ids=["listed twice", "the same name", "a name of another kind", "the same id"],
)
def test_what_another_alert_has_is_refused(second: Alert, words: str) -> None:
    """The message names file and line of both."""
    with pytest.raises(VitalsError, match=rf"{HERE} {second.name}: .*{words}.*test_declarations\.py:\d+\)"):
        require_distinct((_busy(), second))


def test_the_alerts_of_a_catalogue_are_held_to_it(sample: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    """A family that is listed twice is refused before anything is rendered."""
    rules = content.alert_rules()
    twice = replace(rules, of_services=(*rules.of_services, rules.of_services[0]))
    monkeypatch.setattr(content, "alert_rules", lambda: twice)

    with pytest.raises(VitalsError, match="already"):
        compose(sample, sample.environments["lab"])
