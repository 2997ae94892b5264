"""Whoever is woken finds a page for the alert, complete, and with numbers that are those of the rule."""

from __future__ import annotations

import re

import pytest

from alert_rules import Alert, Severity
from tests.alert_rules.asked_of import without_proof
from vitals.model.catalog import Catalogue
from vitals.paths import RUNBOOKS
from vitals.render import Plan

from .numbers import OF_PAGE, told
from .pages import Page, read, unproved_numbers

SECTIONS = {"Meaning": 40, "Impact": 15, "Diagnosis": 60, "Mitigation": 50}
"""Sections in their order, with the fewest words that are content and not a heading's echo."""
PAGES = {file.stem: read(file) for file in sorted(RUNBOOKS.glob("*.md")) if file.stem != "README"}
INDEX = read(RUNBOOKS / "README.md")

every_page = pytest.mark.parametrize("page", PAGES.values(), ids=PAGES.keys())


def opening(page: Page) -> str:
    """The paragraph under the title."""
    return page.prose.splitlines()[1]


def test_every_alert_has_its_page_and_every_page_its_alert(alerts: list[Alert]) -> None:
    """No environment can page somebody into a missing page, and no page describes an alert that is gone."""
    names = {alert.name for alert in alerts}
    assert set(PAGES) <= names
    assert names - set(PAGES) <= without_proof(alerts)


def test_the_runbook_link_of_every_alert_leads_to_a_page(plans: list[Plan]) -> None:
    """The address in the message ends in the name of a page, in every environment."""
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
    """Title, opening, then the fixed sections; none is empty, and the whole can be read in two minutes."""
    assert page.headings == [(1, page.path.stem), *((2, title) for title in SECTIONS)]
    for title, fewest in SECTIONS.items():
        words = len(page.section(title).prose.split())
        assert words >= fewest, f"{title} says hardly anything: {words} words"
    assert 150 <= len(page.prose.split()) <= 350


@every_page
def test_diagnosis_and_mitigation_are_steps_with_an_end(page: Page) -> None:
    """Both are numbered; a query can be pasted; one knows when it worked and when to call somebody."""
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
def test_the_opening_says_how_urgent_it_is_and_who_hears_of_it(
    page: Page, alerts: list[Alert], plans: list[Plan], catalogue: Catalogue
) -> None:
    """Severity, channels and times are those of the rendered routes, in every environment."""
    severity, *others = sorted({alert.severity for alert in alerts if alert.name == page.path.stem})
    assert not others or page.path.stem in without_proof(alerts)
    if severity is Severity.NONE:
        assert opening(page).startswith("Severity none: it fires always, and nobody is told.")
        return
    for plan in plans:
        assert opening(page).startswith(told(severity, catalogue, plan.environment))


@every_page
def test_every_number_of_a_page_is_one_of_the_code(page: Page, catalogue: Catalogue, alerts: list[Alert]) -> None:
    """What the code proves stands on the page, and no other number does: none can go stale unseen.

    The numbers of a pasted rule are its own, and nothing here knows what they mean.
    """
    if page.path.stem in without_proof(alerts):
        return
    environment = catalogue.environments["local"]
    openings = [told(severity, catalogue, environment) for severity in Severity if severity is not Severity.NONE]
    for phrase in OF_PAGE[page.path.stem]:
        assert phrase in page.prose, f"the code says: {phrase!r}"
    panels = [text for text, link in page.links if link.startswith("/d/")]
    assert not unproved_numbers(page.prose, (*openings, *panels, *OF_PAGE[page.path.stem]))


def test_the_index_lists_every_alert_with_its_severity(alerts: list[Alert]) -> None:
    """One row for each page, most urgent first, with the severity of the rule and a line of its own."""
    cells = [token.content for token in INDEX.tokens if token.type == "inline" and token.level == 4]
    rows = [tuple(cells[start : start + 3]) for start in range(3, len(cells), 3)]
    wanted = {f"[{alert.name}]({alert.name}.md)": alert.severity.value for alert in alerts if alert.name in PAGES}
    assert {link: severity for link, severity, _ in rows} == wanted
    assert len(rows) == len(wanted)
    urgency = [list(Severity).index(Severity(severity)) for _, severity, _ in rows]
    assert urgency == sorted(urgency)
    assert len({line for *_, line in rows}) == len(rows)
    assert all(len(line.split()) >= 4 for *_, line in rows)


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
