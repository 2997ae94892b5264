"""Queries, silences, drills and messages in a real browser: what people read and press, on any window, in any theme."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from vitals.local.portal.interfaces import DeliveredAlert, Delivery

from .browser import opened
from .recorded_drills import RecordedDrills
from .recorded_interface import TRACE, RecordedInterface

pytestmark = pytest.mark.live

NARROW = {"width": 320, "height": 844}
"""A page of 1280 pixels at 400 %, and narrower than any phone of today."""
PAGES = (
    "/",
    "/d/overview/overview",
    "/d/overview/overview?viewPanel=2&var-service=api",
    "/query?expr=up",
    "/alerts",
    "/notifications",
    "/silences",
    "/drills",
    "/traces",
    f"/traces/{TRACE}",
    "/runbooks",
    "/runbooks/ApiOutage",
    "/rules/api.slo/ErrorsHigh",
)
HOSTILE = "<img src=x onerror=\"document.title='run'\"><script>document.title='run'</script>"


def test_a_query_is_typed_run_and_stands_in_the_address(page: Page) -> None:
    """With the keyboard; the answer is drawn and listed, and what Prometheus refuses is said in its words."""
    page.goto("/query")
    field = page.get_by_label("PromQL")
    field.fill("up")
    field.press("Control+Enter")
    expect(page.locator("#query canvas")).to_be_visible()
    expect(page.locator("#query tbody tr")).to_have_count(2)
    expect(page).to_have_url(re.compile(r"expr=up"))

    field.fill("sum by (")
    page.get_by_role("button", name="Run").click()

    expect(page.get_by_role("alert").filter(has_text="unclosed left parenthesis")).to_be_visible()


def test_the_variables_of_a_runbook_s_query_are_chosen(page: Page) -> None:
    """Until then nothing is asked: a literal `$service` has no series, and an empty answer would be a lie."""
    page.goto("/query?expr=" + 'up%7Bservice%3D"$service"%7D')
    expect(page.get_by_role("alert").filter(has_text="Choose a value for $service")).to_be_visible()
    page.get_by_label("$service").select_option("api")
    expect(page.locator("#query tbody tr")).to_have_count(1)
    expect(page).to_have_url(re.compile("var-service=api"))


def test_an_alert_is_silenced_from_the_status_page(whole_page: Page) -> None:
    """The form is filled in for it; it is listed with what it holds back, and ended at a button."""
    whole_page.goto("/")
    whole_page.locator("[data-alert=ApiOutage]").get_by_role("link", name="Silence").click()
    expect(whole_page.get_by_label(re.compile("^Alerts"))).to_have_value(
        'alertname="ApiOutage"\nservice="wellness-api"'
    )
    whole_page.get_by_label("For", exact=True).fill("30m")
    whole_page.get_by_label("Reason").fill("planned <b>work</b>")
    whole_page.get_by_label("Your name").fill("kim")
    whole_page.get_by_role("button", name="Silence", exact=True).press("Enter")
    expect(whole_page.locator("#silence-said")).to_contain_text("Held back now: ApiOutage")
    row = whole_page.locator("[data-silence=active]")
    expect(row).to_contain_text("planned <b>work</b>")
    row.get_by_role("button", name=re.compile("^End the silence")).click()
    expect(whole_page.locator("[data-silence=active]")).to_have_count(0)


def test_the_form_without_a_reason_is_not_sent(whole_page: Page) -> None:
    """The browser holds it back, and what only the server knows is said where it was typed."""
    asked: list[str] = []
    whole_page.on("request", lambda request: asked.append(request.method))
    whole_page.goto("/silences")
    whole_page.get_by_label(re.compile("^Alerts")).fill("alertname=~.+")
    whole_page.get_by_label("Your name").fill("kim")
    whole_page.get_by_role("button", name="Silence", exact=True).click()
    assert "POST" not in asked
    whole_page.get_by_label("Reason").fill("everything")
    whole_page.get_by_role("button", name="Silence", exact=True).click()
    expect(whole_page.locator("#silence-problem")).to_contain_text("Watchdog")


def test_a_drill_is_started_watched_and_stopped(whole_page: Page, drills: RecordedDrills) -> None:
    """While one runs, no other can be started."""
    whole_page.goto("/drills")
    whole_page.get_by_role("button", name="Start the drill api-outage").click()
    progress = whole_page.get_by_role("region", name="The drill that runs")
    expect(progress).to_contain_text("running")
    assert drills.asked == ["api-outage"]
    expect(whole_page.get_by_role("button", name="Start the drill quiet")).to_be_disabled()
    progress.get_by_role("button", name="Stop and clear the fault").click()
    expect(progress).to_contain_text("stopped")
    expect(whole_page.get_by_role("button", name="Start the drill quiet")).to_be_enabled()


def test_a_page_of_another_run_changes_nothing(whole_page: Page, drills: RecordedDrills) -> None:
    """Its token is another one; the reason is said, with what to do."""
    whole_page.route(re.compile("/drills$"), lambda route: route.fulfill(
        body=re.sub('(vitals-token" content=")[^"]+', r"\1other", httpx.get(route.request.url).text),
        content_type="text/html"))  # fmt: skip
    whole_page.goto("/drills")
    whole_page.unroute_all()
    whole_page.get_by_role("button", name="Start the drill quiet").click()
    expect(whole_page.locator("#drill-problem")).to_contain_text("Reload the page")
    assert drills.asked == []


def test_what_others_wrote_is_shown_and_never_run(page: Page, feeds: RecordedInterface) -> None:
    """In a message, its subject, its receiver and its alert; an address in it is a link, a script is text."""
    alert = DeliveredAlert(name=HOSTILE, service="x")
    text = f"{HOSTILE}\nRunbook: http://127.0.0.1:1/runbooks/X javascript:alert(1)"
    feeds.delivered.append(
        Delivery(channel="slack", receiver=HOSTILE, at=feeds.delivered[0].at, status="firing", alerts=(alert,),
                 summary=HOSTILE, text=text)
    )  # fmt: skip
    page.goto("/notifications")
    message = page.locator("[data-channel=slack]").first
    expect(message.locator("pre")).to_contain_text(HOSTILE)
    expect(message.locator("pre a")).to_have_count(1)
    expect(message.locator("img, script")).to_have_count(0)
    page.goto("/")
    expect(page.locator("#deliveries")).to_contain_text("onerror")
    expect(page).to_have_title("Status · Vitals")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_fits_a_narrow_window(browser: Browser, whole_portal: str, scheme: str) -> None:
    """Nothing is wider than the window, and the head leaves nine tenths of it to the page."""
    with opened(browser, whole_portal, viewport=NARROW, color_scheme=scheme) as page:
        for path in PAGES:
            page.goto(path)
            expect(page.locator("main").get_by_text("Loading …")).to_have_count(0)
            wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            box = page.locator(".top").bounding_box()
            assert box
            assert (path, wider) == (path, 0)
            for menu in page.locator("main details.menu").all():
                menu.locator("summary").press("Enter")
                inside = menu.locator(":scope > :not(summary)").bounding_box()
                assert inside
                assert 0 <= inside["x"] < inside["x"] + inside["width"] <= NARROW["width"]
            assert box["height"] < NARROW["height"] / 10


def test_the_theme_is_switched_and_kept(page: Page) -> None:
    """From the browser's own to light and dark, on every page from then on, pictures included."""
    page.goto("/d/overview/overview")
    button = page.get_by_role("button", name=re.compile("^Theme"))
    for name, background in (("light", "rgb(244, 245, 247)"), ("dark", "rgb(14, 17, 21)")):
        with page.expect_request(re.compile(f"/api/panels.*theme={name}")):
            button.press("Enter")
        expect(button).to_have_accessible_name(f"Theme: {name}")
        expect(page.locator("body")).to_have_css("background-color", background)
    page.goto("/runbooks")
    expect(page.locator("body")).to_have_css("background-color", "rgb(14, 17, 21)")
    expect(button).to_have_accessible_name("Theme: dark")


def test_a_menu_opens_and_closes_with_the_keyboard(page: Page) -> None:
    """Escape closes it and gives the focus back."""
    page.goto("/")
    menu = page.get_by_text("Dashboards", exact=True)
    menu.press("Enter")
    expect(page.get_by_role("link", name="API performance")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="API performance")).to_be_hidden()
    expect(menu).to_be_focused()


def test_the_history_leads_to_the_query(page: Page) -> None:
    """What fires is listed with its severity, and its name asks for its series around that time."""
    page.goto("/alerts")
    row = page.locator("tr[data-alert=ApiOutage]")
    expect(row).to_contain_text("critical")
    row.get_by_role("link", name="ApiOutage").click()
    expect(page).to_have_url(re.compile(r"/query\?.*from=\d+&to=now&expr=ALERTS"))
    expect(page.locator("#query tbody tr")).not_to_have_count(0)
