"""Every summary names service, what is the case, its value and its bound, so that a phone shows all of it at night."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import alert_rules
from tests.alert_rules.all_scenarios import CASES
from vitals.kit.alerts.alert import Alert
from vitals.kit.alerts.summary import written
from vitals.kit.dashboards.lint.titles import finite_verb
from vitals.model.catalog import Catalogue
from vitals.render import compose
from vitals_telemetry.contract import Unit

PATTERN = "`{service} ({labels that tell it apart}): {what} {value} (> {bound})`"
_QUANTITY = r"[\d.]+(?:%|[a-zA-Z]+)?"
_COMPARED = rf"[<>] {_QUANTITY}(?: of usual| over \d+[smhdw])?"
SHAPE = re.compile(
    r"(?P<service>[a-z0-9-]+)(?: \([^()]+\))?: (?P<what>[^:]+?)"
    rf" \((?:{_COMPARED}(?: or {_COMPARED})*|always firing)\)"
)


def _complaint(alert: str, service: str, summary: str, value: str) -> str:
    """What is wrong with a summary; empty where nothing is.

    Args:
        alert: Id of the alert.
        service: Value of its ``service`` label.
        summary: Its summary, as a template or filled in.
        value: How the current value looks in it, a regular expression.
    """
    shape = SHAPE.fullmatch(summary)
    if shape is None or shape["service"] != service:
        wrong = f"is not {PATTERN}"
    elif not re.search(value, shape["what"]):
        wrong = "does not say the current value"
    elif verb := finite_verb(re.sub(r"\{\{.*?\}\}", "", shape["what"])):
        wrong = f"is a sentence, for it has {verb!r}"
    else:
        return ""
    return (
        f"{_home(alert)}: the summary {summary!r} of {alert} {wrong}. Give its signal a phrase, such as "
        "phrase='{value} of requests failed', or write summary=summary(name, '{{ $value }} requests waiting', '> 0')."
    )


def _home(alert: str) -> str:
    """The file that declares an alert, as ``alert_rules/<file>``."""
    folder = Path(alert_rules.__file__).parent
    for file in sorted(folder.glob("*.py")):
        for declared in re.findall(r'\bid=f?"([^"]+)"', file.read_text(encoding="utf-8")):
            if re.fullmatch(re.sub(r"\\\{.*?\\\}", "[^.]+", re.escape(declared)), alert):
                return f"{folder.name}/{file.name}"
    return folder.name


def test_every_summary_has_the_pattern(any_catalogue: Catalogue) -> None:
    """Every alert of ours in every environment; a pasted one keeps the words that it came with."""
    alerts = [
        alert
        for environment in any_catalogue.environments.values()
        for alert in compose(any_catalogue, environment).alerts
        if not alert.where
    ]

    assert alerts
    assert [found for one in alerts if (found := _of(one))] == []


def _of(alert: Alert) -> str:
    return _complaint(alert.id, alert.service, alert.summary, r"\{\{ \$value\b.*\}\}")


def test_every_summary_with_a_real_value_has_the_pattern() -> None:
    """Filled in by promtool, as people read it; those of our own pasted rules too."""
    summaries = [
        (fires.alert, "vitals" if fires.alert == "meta.watchdog" else case.service, fires.summary)
        for case in CASES
        for fires in case.fires
        if fires.summary
    ]

    assert summaries
    assert [found for one in summaries if (found := _complaint(*one, r"\d"))] == []


@pytest.mark.parametrize(
    ("summary", "wrong"),
    [
        ("Alerts that no Alertmanager took of wellness-api is {{ $value }}, above 0", "is not `{service}"),
        ("wellness-worker: {{ $value }} alerts dropped (> 0)", "is not `{service}"),
        ("wellness-api: {{ $value }} alerts dropped", "is not `{service}"),
        ("wellness-api: {{ $value }} alerts dropped (too many)", "is not `{service}"),
        ("wellness-api: alerts dropped (> 0)", "does not say the current value"),
        ("wellness-api: requests fail {{ $value }} times (> 0)", "it has 'fail'"),
    ],
)
def test_another_summary_is_refused_with_its_file_and_what_to_write(summary: str, wrong: str) -> None:
    """The complaint names file, alert and fix."""
    complaint = _complaint("api.outage.failing", "wellness-api", summary, r"\{\{ \$value\b.*\}\}")

    assert complaint.startswith("alert_rules/outage.py: ")
    assert wrong in complaint
    assert "api.outage.failing" in complaint
    assert "Give its signal a phrase" in complaint


def test_the_file_of_an_alert_is_found_by_its_id() -> None:
    """Also where the id is made for each objective."""
    assert _home("cache.hits.low") == "alert_rules/cache.py"
    assert _home("slo.latency.fast") == "alert_rules/burn_rate.py"
    assert _home("no.such.alert") == "alert_rules"


@pytest.mark.parametrize(
    ("bound", "text", "unit", "shown"),
    [
        (0.05, "5%", Unit.RATIO, "5%"),
        (3, "3", Unit.COUNT, "3"),
        (0, "0", Unit.COUNT, "0"),
        (999, "999", Unit.COUNT, "999"),
        (12_500, "12500", Unit.COUNT, "12.5k"),
        (2e6, "2000000", Unit.COUNT, "2M"),
    ],
)
def test_a_bound_reads_like_the_value_beside_it(bound: float, text: str, unit: Unit, shown: str) -> None:
    """Prometheus writes 12500 series as 12.5k."""
    assert written(bound, text, unit) == shown
