"""The page in a real browser: what a person sees, follows and changes."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from .recorded_interface import TRACE, RecordedInterface
from .small_prometheus import SmallPrometheus

pytestmark = pytest.mark.live


def test_the_status_page_shows_alert_notifications_parts_and_dashboard(page: Page) -> None:
    """One page shows the alert, its notifications, the components, and the first dashboard drawn."""
    page.goto("/")
    alert = page.locator("[data-alert=ApiOutage]")
    expect(alert).to_contain_text("Half of all requests fail.")
    expect(alert).to_contain_text("Notified: Slack #alerts at ")
    expect(page.locator("[data-alert=Watchdog]")).to_contain_text("Heartbeat: notified only when it is missing.")
    expect(page.get_by_role("region", name="Notifications", exact=True)).to_contain_text("ApiOutage")
    expect(page.get_by_role("region", name="Components")).to_contain_text("wellness-api-1")
    expect(page.locator("#alert-count")).to_have_text("1 critical")
    expect(page.locator("#deliveries")).to_contain_text("ApiOutage")
    expect(page.locator("[data-part=wellness-api-1]")).to_contain_text("it ended with code 1")
    expect(page.locator("[data-panel-id='2'] canvas")).to_be_visible(timeout=20_000)
    expect(page.locator("footer")).to_contain_text("not Grafana")


def test_an_alert_has_its_whole_place_whatever_its_severity(page: Page) -> None:
    """A critical one and one for information are as wide as the list, and neither covers the other."""
    page.goto("/")
    outage, information = (page.locator(f"[data-alert={name}]") for name in ("ApiOutage", "RatioWithoutWhole"))
    expect(outage.locator(".badge.critical")).to_have_text("critical")
    expect(information.locator(".badge.info")).to_have_text("info")
    above, below = outage.bounding_box(), information.bounding_box()
    assert above
    assert below
    assert below["width"] == above["width"]
    assert below["y"] >= above["y"] + above["height"]
    badge = information.locator(".badge").bounding_box()
    assert badge
    assert badge["y"] + badge["height"] <= below["y"] + below["height"]


def test_the_status_page_says_from_when_on_data_are_real(page: Page, feeds: RecordedInterface) -> None:
    """Only where the past is synthetic; the moment is there for a script as well."""
    page.goto("/")
    expect(page.locator("#health")).to_contain_text("wellness-api-1")
    expect(page.locator("#real-since")).to_have_count(0)

    feeds.since = 1_795_608_000.0
    page.goto("/")

    expect(page.locator("#real-since")).to_contain_text("what is older is synthetic")
    expect(page.locator("#real-since time")).to_have_attribute("datetime", "2026-11-25T12:00:00.000Z")


def test_a_silent_prometheus_is_never_shown_as_no_alert(page: Page, portal_alone: str) -> None:
    """When it is unknown what fires, the page says so, on the badge and on every panel."""
    page.goto(f"{portal_alone}/")
    expect(page.locator("#alert-count")).to_have_text("Alerts unknown")
    expect(page.locator("#alerts")).to_contain_text("Prometheus does not answer")
    expect(page.locator("[data-panel-id='2']")).to_contain_text("Prometheus does not answer")


def test_a_new_delivery_appears_by_itself(page: Page, feeds: RecordedInterface) -> None:
    """Without a reload, the page shows a message that arrived after it was opened."""
    page.goto("/")
    expect(page.locator("#deliveries tbody tr")).to_have_count(1)
    first = feeds.delivered[0]
    feeds.delivered.append(
        type(first)(channel="pagerduty", receiver="platform", at=first.at, status="firing", alerts=first.alerts)
    )
    expect(page.locator("#deliveries [data-channel=pagerduty]")).to_be_visible(timeout=15_000)


def test_panels_stand_on_the_grid_and_say_what_is_wrong(page: Page) -> None:
    """Places follow gridPos, a broken query shows Prometheus' words, an empty panel is said to be empty."""
    page.goto("/d/overview/overview")
    boxes = {number: page.locator(f"[data-panel-id='{number}']") for number in (1, 2, 3, 4)}
    expect(boxes[4]).to_contain_text("unclosed left parenthesis")
    expect(boxes[3].locator("p.hidden")).to_have_text("No data")
    small, wide, below = (boxes[number].bounding_box() for number in (1, 2, 3))
    assert small
    assert wide
    assert below
    assert small["y"] == wide["y"]
    assert small["width"] * 3 == pytest.approx(wide["width"], rel=0.03)
    assert below["y"] >= wide["y"] + wide["height"]


def test_a_deep_link_opens_one_panel_large_and_an_exemplar_leads_to_its_trace(page: Page) -> None:
    """The address that alerts carry shows that panel alone; its slow requests lead to the waterfall."""
    page.goto("/d/overview/overview?viewPanel=2&var-service=api&from=now-15m&to=now")
    expect(page.locator("[data-panel-id]")).to_have_count(1)
    expect(page.locator("[data-panel-id='2'] canvas")).to_be_visible(timeout=20_000)
    box = page.locator("[data-panel-id='2']").bounding_box()
    assert box
    assert box["width"] > 1200
    page.locator(f"a[href='/traces/{TRACE}']").first.click()
    expect(page.locator(".waterfall li")).to_have_count(2)
    expect(page.locator("[data-span='firestore.query'] .span-bar.error")).to_be_visible()


def test_range_and_service_stay_in_the_address_across_dashboards(page: Page) -> None:
    """Choosing a range and a service changes the address, and the link to the next dashboard carries both on."""
    page.goto("/d/overview/overview")
    page.get_by_label("Time range", exact=True).select_option("now-6h")
    page.get_by_label("service", exact=True).select_option("prometheus")
    expect(page).to_have_url(re.compile(r"from=now-6h&to=now&var-service=prometheus"))
    expect(page.locator("[data-panel-id='1'] h3")).to_be_visible()
    page.get_by_text("Dashboards", exact=True).click()
    page.get_by_role("link", name="API performance").click()
    expect(page).to_have_url(re.compile(r"/d/api/api-performance\?.*from=now-6h.*var-service=prometheus"))
    expect(page.get_by_label("Time range", exact=True)).to_have_value("now-6h")
    expect(page.get_by_label("service", exact=True)).to_have_value("prometheus")


def test_a_refresh_keeps_the_drawing(page: Page, small_prometheus: SmallPrometheus) -> None:
    """New samples are pushed into the canvas that is there: the element is not replaced, so nothing flickers."""
    page.goto("/d/overview/overview?viewPanel=2&var-service=api")
    canvas = page.locator("[data-panel-id='2'] canvas")
    expect(canvas).to_be_visible(timeout=20_000)
    with page.expect_response(re.compile("/api/panels"), timeout=20_000):
        pass
    canvas.evaluate("node => { node.dataset.first = 'yes'; }")
    for _ in range(2):
        small_prometheus.latency.observe(0.4)
        with page.expect_response(re.compile("/api/panels"), timeout=20_000):
            pass
    expect(canvas).to_have_attribute("data-first", "yes")


def test_the_page_works_with_the_keyboard_and_has_landmarks(page: Page) -> None:
    """The first tab stop skips to the content; landmarks, labels and the page's language are there."""
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    for role in ("banner", "navigation", "main", "contentinfo"):
        expect(page.get_by_role(role)).to_have_count(1)
    expect(page.locator("html")).to_have_attribute("lang", "en")
    about = page.get_by_role("button", name="About Latency")
    about.focus()
    expect(page.get_by_text("What is Latency?")).to_be_visible()
