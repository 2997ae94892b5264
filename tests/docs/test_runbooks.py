"""On-call finds a page for the alert, complete, and with the numbers of the rule in one place."""

from __future__ import annotations

import re

import pytest

from tests.alert_rules.proof_required import without_proof
from tests.made_once import plan_of
from vitals.kit.alerts.alert import Alert
from vitals.model.catalog import Catalogue
from vitals.paths import RUNBOOKS
from vitals.render import Plan
from vitals.render.pages import fires_when, heard, urgency

from .pages import Page, parsed, read, unproved_numbers

SECTIONS = {"Meaning": 40, "Impact": 15, "Diagnosis": 60, "Mitigation": 50}
"""Sections in their order, with the fewest words that are content and not a heading's echo."""
PAGES = {file.stem: read(file) for file in sorted(RUNBOOKS.glob("*.md")) if file.stem != "README"}

every_page = pytest.mark.parametrize("page", PAGES.values(), ids=PAGES.keys())


def by_hand(page: Page) -> Page:
    """What people wrote of a page: everything but the rendered part."""
    text = page.path.read_text(encoding="utf-8")
    before, _, rest = text.partition("<!-- rendered by")
    _, end, after = rest.partition("<!-- end of what is rendered -->\n")
    assert end, f"{page.path.name} has no rendered part"
    return parsed(page.path, before + after)


def test_every_alert_has_its_page_and_every_page_its_alert(alerts: list[Alert]) -> None:
    """No environment can page the on-call into a missing page, and no page describes an alert that is gone."""
    names = {alert.name for alert in alerts}
    assert set(PAGES) <= names
    assert names - set(PAGES) <= without_proof(alerts)


def test_the_runbook_link_of_every_alert_leads_to_a_page(plans: list[Plan]) -> None:
    """The address in the message ends in the name of a page, in every environment."""
    assert plans
    for plan in plans:
        rules = [rule for group in plan.groups for rule in group.rules if "alert" in rule]
        assert rules
        for rule in rules:
            annotations = rule["annotations"]
            assert isinstance(annotations, dict)
            base, name = annotations["runbook_url"].rsplit("/", 1)
            assert base == plan.environment.runbooks_url or rule["alert"] in without_proof(plan.alerts)
            assert name in PAGES or rule["alert"] in without_proof(plan.alerts)


@every_page
def test_a_page_has_its_sections_in_order_and_with_content(page: Page) -> None:
    """Title, one line, the rendered part, then the fixed sections; none is empty, and all is read in two minutes."""
    assert page.headings == [(1, page.path.stem), *((2, title) for title in SECTIONS)]
    for title, fewest in SECTIONS.items():
        words = len(page.section(title).prose.split())
        assert words >= fewest, f"{title} says hardly anything: {words} words"
    assert 150 <= len(by_hand(page).prose.split()) <= 350


@every_page
def test_diagnosis_and_mitigation_are_steps_with_an_end(page: Page) -> None:
    """Both are numbered; a query can be pasted; it says when it worked and when to escalate."""
    diagnosis, mitigation = page.section("Diagnosis"), page.section("Mitigation")
    for section in (diagnosis, mitigation):
        lists = [token for token in section.tokens if token.type == "ordered_list_open"]
        items = [token for token in section.tokens if token.type == "list_item_open"]
        assert len(lists) == 1, "a broken list starts to count again"
        assert len(items) >= 3
    assert len(diagnosis.fences("promql")) >= 2
    assert "vitals trace ID" in page.path.read_text(encoding="utf-8")
    assert re.search(r"\blogs?\b", page.prose, re.IGNORECASE)
    *_, worked, escalate = mitigation.prose.splitlines()
    assert worked.startswith("It worked when ")
    assert escalate.startswith("Escalate to ")


@every_page
def test_no_number_of_a_page_is_written_by_hand(page: Page) -> None:
    """Bounds, windows and times stand in the rendered part alone, so none can go stale in a sentence."""
    written = by_hand(page)
    panels = [text for text, link in written.links if link.startswith("/d/")]

    assert not unproved_numbers(written.prose, tuple(panels))


@every_page
def test_the_rendered_part_says_how_urgent_it_is_and_when_it_fires(page: Page, live: Catalogue) -> None:
    """Below the line for the index: the urgency, then each rule of that name with its words and its duration."""
    text = page.path.read_text(encoding="utf-8")
    plans = [plan_of(live, environment) for environment in live.environments.values()]
    found = [alert for plan in plans for alert in plan.alerts if alert.name == page.path.stem]
    assert found
    for alert in found:
        by_owner = heard(plans, alert.severity, (one.owner for one in found))
        assert f"\n{urgency(alert.severity, by_owner)}\n" in text
        rows = [line for line in text.splitlines() if line.startswith(f"| `{alert.id}`")]
        for_ = "" if alert.for_ == "0s" else alert.for_
        assert any(row.endswith(f"| {fires_when(alert)} | {for_} |") for row in rows), alert.id


@pytest.mark.parametrize(
    ("prose", "found"),
    [
        ("above 6 over 1h, p95 and twenty", []),
        ("above 6 over 2h", ["6", "2h"]),
        ("above 16 over 1h", ["16", "1h"]),
        ("for 10m", ["10m"]),
    ],
)
def test_a_number_that_nothing_proves_is_found(prose: str, found: list[str]) -> None:
    """The search itself works: a changed number is no longer covered by the phrase."""
    assert unproved_numbers(prose, ("above 6 over 1h",)) == found
