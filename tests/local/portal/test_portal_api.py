"""The portal's JSON and pages over a real Prometheus, and what it refuses."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from vitals.local.portal.interfaces import Delivery

from .recorded_interface import TRACE, RecordedInterface

pytestmark = pytest.mark.live

SERVICE: dict[str, str] = {"var-service": "prometheus"}


def _get(portal: str, path: str, expected_status: int = 200, /, **parameters: str) -> dict[str, Any]:
    answer = httpx.get(f"{portal}{path}", params=parameters)
    assert answer.status_code == expected_status, answer.text
    body: dict[str, Any] = answer.json()
    return body


def _with_data(portal: str, begin: str) -> dict[str, Any]:
    """The latency panel over a range, once Prometheus has data at one of the range's points."""
    deadline = time.monotonic() + 60
    while True:
        found = _get(portal, "/api/panels", uid="overview", id="2", **{"from": begin, "to": "now"})
        if found["has_data"] or time.monotonic() > deadline:
            return found
        time.sleep(0.5)


def test_dashboards_are_listed_with_their_address(portal: str, dashboards: Path) -> None:
    """The overview comes first, and a file that is not a dashboard is a problem, not a crash."""
    (dashboards / "broken.json").write_text("{", encoding="utf-8")
    found = _get(portal, "/api/dashboards")
    assert [dashboard["url"] for dashboard in found["dashboards"]] == ["/d/overview/overview", "/d/api/api-performance"]
    assert found["problems"][0].startswith("broken.json:")


def test_a_dashboard_knows_its_services(portal: str) -> None:
    """The service variable offers what Prometheus has; the address chooses; titles follow."""
    dashboard = _get(portal, "/api/dashboards/overview")
    (variable,) = dashboard["variables"]
    assert (variable["options"], variable["selected"]) == (["api", "prometheus"], ["api"])
    chosen = _get(portal, "/api/dashboards/overview", **SERVICE)
    assert chosen["panels"][0]["title"] == "Targets of prometheus"


def test_a_panel_is_drawn_from_live_data(portal: str) -> None:
    """The latency panel has samples, its unit, the alert as a mark and an exemplar with its trace."""
    found = _get(portal, "/api/panels", uid="overview", id="2", width="800", height="300")
    assert found["has_data"]
    assert found["spec"]["width"] == 800
    assert all("ms" in value for _, value in found["summary"])
    events = {event["title"] for event in found["spec"]["datasets"]["events"]}
    assert events == {"ApiOutage", "RatioWithoutWhole", "Watchdog"}
    assert {exemplar["trace_id"] for exemplar in found["exemplars"]} == {TRACE}
    assert "[60s]" in found["queries"][0]


def test_the_end_of_a_synthetic_past_is_marked(portal: str, feeds: RecordedInterface) -> None:
    """A panel whose window begins before that moment says so, a later one has nothing to say; health has the time."""
    assert _get(portal, "/api/health")["real_since"] is None
    feeds.since = time.time() - 600

    reaching, later = (_with_data(portal, begin) for begin in ("now-1h", "now-5m"))

    marks = [event for event in reaching["spec"]["datasets"]["events"] if "Real data" in event["title"]]
    assert [mark["t"] for mark in marks] == [pytest.approx(feeds.since * 1000)]
    assert "synthetic" in marks[0]["text"]
    assert "Real data" not in str(later["spec"]["datasets"]["events"])
    assert _get(portal, "/api/health")["real_since"] == feeds.since


def test_a_variable_changes_the_query(portal: str) -> None:
    """The chosen service, and no other, is in the query that was sent."""
    found = _get(portal, "/api/panels", uid="overview", id="1", **SERVICE)
    assert found["queries"] == ['up{service="prometheus"}']
    assert found["summary"] == [["prometheus", "1"]]


def test_no_data_and_errors_are_different(portal: str) -> None:
    """An empty answer is drawn as such; a refused query is an error with Prometheus' own words."""
    empty = _get(portal, "/api/panels", uid="overview", id="3")
    assert not empty["has_data"]
    assert empty["spec"]["datasets"]["texts"][0]["s"] == "Nothing yet"
    assert "unclosed left parenthesis" in _get(portal, "/api/panels", 502, uid="overview", id="4")["error"]


def test_a_table_comes_as_cells(portal: str) -> None:
    """A table panel carries its columns and rows, so that the page can show a real table."""
    table = _get(portal, "/api/panels", uid="overview", id="5")["table"]
    row = dict(zip(table["columns"], table["rows"][0], strict=True))
    assert (row["service"], row["Value"]) == ("api", "1")


def test_alerts_say_who_was_notified_and_what_is_missing(portal: str) -> None:
    """The firing alert carries its delivery; the silent Alertmanager is named; a script address is not a link.

    An alert whose value is infinite, which JSON cannot say, is listed with the others.
    """
    found = _get(portal, "/api/alerts")
    alert, infinite, heartbeat = found["alerts"]
    assert (alert["name"], alert["state"], alert["severity"]) == ("ApiOutage", "firing", "critical")
    assert (infinite["name"], infinite["state"], infinite["value"]) == ("RatioWithoutWhole", "firing", None)
    assert (heartbeat["name"], heartbeat["severity"]) == ("Watchdog", "none")
    assert [(sent["channel"], sent["receiver"]) for sent in alert["notifications"]] == [("slack", "#alerts")]
    assert (alert["dashboard_url"], alert["source_url"]) == ("", "")
    assert "Alertmanager does not answer" in found["problems"][0]


def test_without_prometheus_the_rest_still_answers(portal_alone: str) -> None:
    """Layout, health and deliveries are there, and what is missing is named instead of being shown as empty."""
    dashboard = _get(portal_alone, "/api/dashboards/overview")
    assert len(dashboard["panels"]) == 5
    assert "Prometheus does not answer" in dashboard["problems"][0]
    assert "Prometheus does not answer" in _get(portal_alone, "/api/panels", 502, uid="overview", id="1")["error"]
    assert len(_get(portal_alone, "/api/alerts")["problems"]) == 2
    assert len(_get(portal_alone, "/api/health")["parts"]) == 2
    assert len(_get(portal_alone, "/api/deliveries")["deliveries"]) == 1


def test_feeds_come_through(portal: str, feeds: RecordedInterface) -> None:
    """Health and deliveries are the supervisor's, field by field; newest delivery first."""
    health = _get(portal, "/api/health")
    assert [(part["name"], part["state"], part["pid"]) for part in health["parts"]] == [
        ("prometheus", "healthy", 4242),
        ("wellness-api-1", "restarting", None),
    ]
    feeds.delivered.append(Delivery(channel="email", receiver="x", at=0, status="resolved", alerts=()))
    assert [one["channel"] for one in _get(portal, "/api/deliveries")["deliveries"]] == ["email", "slack"]


def test_a_trace_comes_as_a_waterfall(portal: str) -> None:
    """Rows have depth and offsets; an unknown trace is 404; upper case ids are the same trace."""
    found = _get(portal, f"/api/traces/{TRACE.upper()}")
    assert [(row["span"]["name"], row["depth"], row["offset_ns"]) for row in found["rows"]] == [
        ("POST /api/reports/generate", 0, 0),
        ("firestore.query", 1, 50_000_000),
    ]
    assert "no trace" in _get(portal, "/api/traces/00", 404)["error"]
    assert _get(portal, "/api/traces")["traces"][0]["spans"] == 2


@pytest.mark.parametrize(
    ("parameters", "status", "words"),
    [
        ({"uid": "nope", "id": "1"}, 404, "Dashboards: overview, api"),
        ({"uid": "overview", "id": "99"}, 404, "Panels: 1, 2, 3, 4, 5"),
        ({"uid": "overview", "id": "9" * 5000}, 404, "Panels: 1, 2, 3, 4, 5"),
        ({"uid": "overview", "id": "1", "width": "9" * 5000}, 400, "number of pixels"),
        ({"uid": "overview", "id": "1", "from": "yesterday"}, 400, "now-15m"),
        ({"uid": "overview", "id": "1", "width": "wide"}, 400, "number of pixels"),
        ({"uid": "overview", "id": "1", "from": "now", "to": "now-1h"}, 400, "time range"),
        ({"uid": "overview", "id": "1", "from": f"now-{'9' * 5000}d"}, 400, "time range"),
    ],
)
def test_wrong_addresses_are_explained(portal: str, parameters: dict[str, str], status: int, words: str) -> None:
    """Each mistake in an address is a 4xx whose text says what would be right."""
    assert words in _get(portal, "/api/panels", status, **parameters)["error"]


def test_runbooks_are_rendered_without_their_html(portal: str) -> None:
    """Markdown becomes HTML, HTML inside it becomes text, and an unknown or tricky name is 404."""
    page = httpx.get(f"{portal}/runbooks/ApiOutage").text
    assert "<h2>Meaning</h2>" in page
    assert "&lt;script&gt;x&lt;/script&gt;" in page
    for name in ("Nothing", "..%2F..%2Fetc%2Fpasswd", "%2e%2e"):
        assert httpx.get(f"{portal}/runbooks/{name}").status_code == 404


def test_a_rule_is_shown_as_it_is_evaluated(portal: str) -> None:
    """Condition, duration and texts of the rule file, with nothing of it taken for HTML; other names are 404."""
    page = httpx.get(f"{portal}/rules/api.slo/ErrorsHigh").text
    assert "errors &gt; 0.1" in page
    assert "<td>5m</td>" in page
    assert "&lt;b&gt;many&lt;/b&gt; errors" in page
    for name in ("api.slo/Nothing", "none/ErrorsHigh", "..%2Fapi.slo/ErrorsHigh", "..%2F..%2Fetc%2Fpasswd/x"):
        assert httpx.get(f"{portal}/rules/{name}").status_code == 404


def test_only_loopback_names_and_get_are_answered(portal: str) -> None:
    """Another Host header (DNS rebinding) is refused on every path, and no other method changes anything unasked."""
    for path in ("/", "/api/health", "/static/portal.css"):
        assert httpx.get(f"{portal}{path}", headers={"Host": "evil.example"}).status_code == 400
    for method in ("POST", "PUT", "DELETE"):
        assert httpx.request(method, f"{portal}/api/health").status_code == 403


def test_every_answer_carries_the_security_headers(portal: str) -> None:
    """Pages, JSON, files and errors forbid scripts from elsewhere, inline scripts and eval."""
    for path in ("/", "/api/health", "/static/portal.css", "/nothing"):
        headers = httpx.get(f"{portal}{path}").headers
        assert "script-src 'self';" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


def test_vega_is_served_from_here_and_kept(portal: str) -> None:
    """The page names the bundle; it is ours to serve and may be cached for good."""
    page = httpx.get(f"{portal}/").text
    path = page.split('<script src="')[2].split('"')[0]
    answer = httpx.get(f"{portal}{path}", timeout=60)
    assert "vegaEmbed" in answer.text
    assert "immutable" in answer.headers["cache-control"]
    assert "http" not in path
