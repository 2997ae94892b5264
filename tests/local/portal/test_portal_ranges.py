"""Ranges of time in a real browser: a range of one's own, drag, steps, pause, and the moment under the pointer."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.live


def _ends(page: Page) -> tuple[float, float]:
    """Both ends of the range in the address, in seconds."""
    query = parse_qs(urlsplit(page.url).query)
    return float(query["from"][0]) / 1000, float(query["to"][0]) / 1000


def _drawn(page: Page, path: str = "/d/overview/overview") -> Locator:
    page.goto(path)
    canvas = page.locator("[data-panel-id='2'] canvas")
    expect(canvas).to_be_visible(timeout=60_000)
    canvas.hover(trial=True)  # waits until what is drawn above it moves it no more
    return canvas


def test_a_drag_over_a_chart_shows_what_it_covers(page: Page) -> None:
    """The middle half of the picture is about the middle half of the range; a click alone changes nothing."""
    box = _drawn(page, "/d/overview/overview?from=now-15m&to=now").bounding_box()
    assert box
    middle = box["y"] + box["height"] / 3
    page.mouse.click(box["x"] + box["width"] / 2, middle)
    assert "from=now-15m" in page.url

    page.mouse.move(box["x"] + box["width"] * 0.3, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.8, middle, steps=5)
    expect(page.locator("[data-panel-id='2'] .selection")).to_be_visible()
    page.mouse.up()

    expect(page).to_have_url(re.compile(r"from=\d{13}&to=\d{13}"))
    first, last = _ends(page)
    assert 0.4 * 900 < last - first < 0.65 * 900
    expect(page.get_by_text("fixed range")).to_be_visible(timeout=20_000)


def test_the_pointer_s_moment_shows_on_every_chart(page: Page) -> None:
    """On charts with data over time, and on none when the pointer has left."""
    box = _drawn(page).bounding_box()
    assert box
    large = page.locator("[data-panel-id='2'] .cursor")
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 3)
    expect(large).to_be_visible()
    page.mouse.move(5, 5)
    expect(large).to_be_hidden()


def test_a_range_of_one_s_own_is_typed(page: Page) -> None:
    """With the keyboard alone; a start after the end is explained and changes nothing."""
    _drawn(page)
    page.get_by_text("Custom range").press("Enter")
    begin, end = page.get_by_label("From", exact=True), page.get_by_label(re.compile("^To"))
    expect(begin).to_be_focused()
    begin.fill("2026-01-02T10:00:00")
    end.fill("2026-01-02T09:00:00")
    page.get_by_role("button", name="Show", exact=True).press("Enter")
    expect(page.get_by_text("before the end")).to_be_visible()
    assert "from=" not in page.url

    end.fill("2026-01-02T12:00:00")
    page.get_by_role("button", name="Show", exact=True).press("Enter")

    expect(page).to_have_url(re.compile(r"from=\d{13}&to=\d{13}"))
    first, last = _ends(page)
    assert last - first == 7200
    expect(page.get_by_label("Time range", exact=True)).to_have_value("")
    expect(page.get_by_label("Time range", exact=True).locator("option:checked")).to_contain_text("Jan 2, 2026")


def test_steps_in_time_keep_the_length_and_zoom_changes_it(page: Page) -> None:
    """Earlier is half a range back; out is twice as long, in half; never into the future."""
    begin, end = 1_790_000_000, 1_790_003_600
    _drawn(page)
    page.goto(f"/d/overview/overview?from={begin}000&to={end}000")
    for name, first, last in (
        ("Earlier", begin - 1800, end - 1800),
        ("Later", begin, end),
        ("Zoom out", begin - 1800, end + 1800),
        ("Zoom in", begin, end),
    ):
        page.get_by_role("button", name=name).click()
        expect(page).to_have_url(re.compile(f"from={first}000&to={last}000"))


def test_a_pause_keeps_what_is_drawn(page: Page) -> None:
    """No panel is asked for until it is resumed."""
    _drawn(page)
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Resume")).to_have_attribute("aria-pressed", "true")
    page.wait_for_timeout(1500)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/api/panels" in request.url else None)
    page.wait_for_timeout(7000)
    assert asked == []

    with page.expect_request(re.compile("/api/panels"), timeout=20_000):
        page.get_by_role("button", name="Resume").click()
