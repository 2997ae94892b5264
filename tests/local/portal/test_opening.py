"""The range on which a dashboard opens, by the age of the data."""

from __future__ import annotations

import time
from pathlib import Path

import httpx
import pytest

from vitals.local.portal.opening import SHORTEST_S, opens_at

from .recorded_interface import RecordedInterface
from .small_prometheus import SmallPrometheus

NOW = 1_800_000_000.0
HOUR_S = 3600.0


def test_a_young_stack_opens_from_its_first_sample() -> None:
    """In milliseconds, as addresses have it; the empty rest of the hour is not shown."""
    assert opens_at("now-1h", NOW - 200, NOW) == "1799999800000"


def test_a_stack_of_a_few_seconds_opens_on_a_minute() -> None:
    """A range of no length has no line in it."""
    assert float(opens_at("now-1h", NOW - 5, NOW)) == (NOW - SHORTEST_S) * 1000


@pytest.mark.parametrize(("usual", "first"), [("now-1h", NOW - HOUR_S), ("now-5m", NOW - 301), ("now-1h", None)])
def test_a_stack_whose_data_fill_the_range_opens_on_it(usual: str, first: float | None) -> None:
    """Each dashboard by its own range; so does one without data, because when they will begin is unknown."""
    assert opens_at(usual, first, NOW) == usual


@pytest.mark.live
def test_the_portal_opens_where_the_data_of_the_real_server_begin(
    portal: str, small_prometheus: SmallPrometheus, dashboards: Path
) -> None:
    """Dashboard and panel agree on it, and a range that is asked for is the one that is shown."""
    dashboard = dashboards / "overview.json"
    dashboard.write_text(dashboard.read_text(encoding="utf-8").replace("now-5m", "now-24h"), encoding="utf-8")
    query = {"query": "min(min_over_time(timestamp(up)[1d:1s]))"}
    answer = httpx.get(f"{small_prometheus.url}/api/v1/query", params=query).json()["data"]["result"]
    first = float(answer[0]["value"][1])

    opens = float(httpx.get(f"{portal}/api/dashboards/overview").json()["from"]) / 1000
    assert min(first, time.time() - SHORTEST_S) - 5 <= opens <= first + 20
    assert _begins_at(portal) == pytest.approx(opens, abs=60)
    assert _begins_at(portal, **{"from": "now-1h"}) == pytest.approx(time.time() - HOUR_S, abs=120)


def _begins_at(portal: str, **asked: str) -> float:
    """Return where the picture of panel 2 begins, in Unix seconds, as soon as it has data.

    Points stand on multiples of the range's step, so a server that is younger than one step has none yet.
    """
    deadline = time.monotonic() + 90
    while True:
        drawn = httpx.get(f"{portal}/api/panels", params={"uid": "overview", "id": "2", **asked}).json()
        if drawn["has_data"]:
            params = {one["name"]: one["value"] for one in drawn["spec"]["params"]}
            return float(params["x_domain"][0]) / 1000
        assert time.monotonic() < deadline, drawn
        time.sleep(1)


@pytest.mark.live
def test_a_number_of_thousands_of_digits_is_refused_as_a_panel(portal: str) -> None:
    """Nor is it a number of pixels."""
    number = "9" * 5000

    assert httpx.get(f"{portal}/api/panels", params={"uid": "overview", "id": number}).status_code == 404
    assert httpx.get(f"{portal}/api/panels", params={"uid": "overview", "id": "2", "width": number}).status_code == 400


@pytest.mark.live
def test_a_synthetic_past_is_shown_like_any_other(portal: str, feeds: RecordedInterface) -> None:
    """Where there are older data than the first scrape, the dashboard opens as it says."""
    feeds.since = time.time() - 10

    assert httpx.get(f"{portal}/api/dashboards/overview").json()["from"] == "now-5m"
