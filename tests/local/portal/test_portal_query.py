"""The page of queries over a real Prometheus, silences in a real Alertmanager, and drills at a button, as JSON."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from .recorded_drills import RecordedDrills

pytestmark = pytest.mark.live


def _query(portal: str, expr: str, status: int = 200, /, **parameters: str) -> dict[str, Any]:
    answer = httpx.get(f"{portal}/api/query", params={"expr": expr, "from": "now-5m", **parameters})
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


def _token(portal: str) -> dict[str, str]:
    page = httpx.get(f"{portal}/").text
    (token,) = re.findall(r'name="vitals-token" content="([^"]+)"', page)
    return {"x-vitals-token": token}


def test_a_query_is_drawn_and_listed(portal: str) -> None:
    """Every series with its value at the end, and the drawing of the range."""
    found = _query(portal, "up", width="700", height="300")

    assert (found["series"], found["drawn"], found["spec"]["width"]) == (2, 2, 700)
    assert sorted(value for _, value in found["rows"]) == ["1", "1"]
    assert all("wellness-api" in name or "prometheus" in name for name, _ in found["rows"])


def test_more_series_than_colours_are_counted_and_the_highest_drawn(portal: str) -> None:
    """Each is in the list of values all the same."""
    found = _query(portal, '{__name__=~"prometheus_.+|go_.+"}')

    assert found["series"] > found["drawn"] == 24
    assert len(found["rows"]) > 24


@pytest.mark.parametrize("expr", ["1 + 1", "vector(2)", "time()"])
def test_a_number_is_an_answer(portal: str, expr: str) -> None:
    """It has no labels, so it is named by the query."""
    found = _query(portal, expr)

    assert found["rows"][0][0] == expr
    assert found["drawn"] == 1


def test_variables_and_grafana_s_own_are_filled_in(portal: str) -> None:
    """As runbooks and panels have them; the value cannot leave its quotes."""
    found = _query(portal, 'rate(up{service="$service"}[$__rate_interval])', **{"var-service": "api"})

    assert found["expr"] == 'rate(up{service="api"}[60s])'
    assert found["series"] == 1
    assert '\\"' in _query(portal, 'up{service="$service"}', **{"var-service": 'x"} or up{a="'})["expr"]


@pytest.mark.parametrize(
    ("expr", "status", "words"),
    [
        ("sum by (", 502, "unclosed left parenthesis"),
        ("up[5m]", 502, "range vector"),
        ('"text"', 502, "string"),
        ("", 400, "no query"),
        ("x" * 20_001, 400, "20000 characters"),
    ],
)
def test_what_is_wrong_with_a_query_is_said(portal: str, expr: str, status: int, words: str) -> None:
    """In Prometheus' own words, which name the place."""
    assert words in _query(portal, expr, status)["error"]


def test_prometheus_own_links_lead_to_the_page_of_queries(portal: str) -> None:
    """What it writes into alerts is an address that its own server answers with an error."""
    answer = httpx.get(f"{portal}/graph", params={"g0.expr": 'up{a="b"} > 0', "g0.tab": "1"})

    assert answer.headers["location"] == "/query?expr=up%7Ba%3D%22b%22%7D%20%3E%200"
    assert httpx.get(f"{portal}{answer.headers['location']}").status_code == 200


def test_runbook_and_rule_lead_to_their_queries(portal: str) -> None:
    """A block of PromQL can be run; other code and other text are left as they are."""
    page = httpx.get(f"{portal}/rules/api.slo/ErrorsHigh").text

    assert 'href="/query?expr=errors%20%3E%200.1"' in page
    assert '<a href="http://127.0.0.1:1/runbooks/ErrorsHigh">' in page
    assert '<a href="javascript:' not in page


def test_the_history_knows_what_fires(portal: str) -> None:
    """With whom it was notified to."""
    found = httpx.get(f"{portal}/api/history", params={"from": "now-15m"}).json()
    outage = next(one for one in found["alerts"] if one["name"] == "ApiOutage")

    assert outage["end"] is None
    assert (outage["service"], outage["severity"]) == ("wellness-api", "critical")


def test_a_silence_is_made_listed_and_ended(whole_portal: str) -> None:
    """By a page of this run; without its token nothing is done."""
    wanted = {
        "matchers": 'alertname="ApiOutage"\nservice="wellness-api"',
        "lasts": "1h",
        "reason": "r",
        "author": "kim",
    }
    token = _token(whole_portal)
    address = f"{whole_portal}/api/silences"
    assert httpx.post(address, json=wanted).status_code == 403
    assert httpx.get(address).json() == {"silences": []}

    made = httpx.post(address, json=wanted, headers=token)

    assert (made.status_code, made.json()["alerts"]) == (201, ["ApiOutage"])
    (listed,) = httpx.get(address).json()["silences"]
    assert (listed["state"], listed["author"], listed["alerts"]) == ("active", "kim", ["ApiOutage"])
    assert httpx.delete(f"{address}/{listed['id']}", headers=token).status_code == 200
    assert [one["state"] for one in httpx.get(address).json()["silences"]] == ["expired"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"lasts": ""}, "end is missing"),
        ({"lasts": "for ever"}, "end is missing"),
        ({"lasts": "30d"}, "7 days"),
        ({"reason": ""}, "No reason"),
        ({"author": ""}, "No name is given"),
        ({"matchers": ""}, "every alert"),
        ({"matchers": 7}, "every alert"),
        ({"matchers": "a=b\n" * 21}, "20 matchers"),
    ],
)
def test_the_form_refuses_what_the_command_refuses(whole_portal: str, changes: dict[str, Any], words: str) -> None:
    """In the same words."""
    wanted = {"matchers": 'alertname="X"', "lasts": "1h", "reason": "r", "author": "kim"} | changes
    answer = httpx.post(f"{whole_portal}/api/silences", json=wanted, headers=_token(whole_portal))

    assert answer.status_code == 400
    assert words in answer.json()["error"]


@pytest.mark.parametrize("content", [b"{", b"[]", b"[" * 50_000, b"\xff", b"null"])
def test_a_body_that_cannot_be_read_is_explained(whole_portal: str, content: bytes) -> None:
    """It is not a defect of the server."""
    headers = {**_token(whole_portal), "content-type": "application/json"}
    answer = httpx.post(f"{whole_portal}/api/silences", content=content, headers=headers)

    assert answer.status_code == 400
    assert "cannot be read" in answer.json()["error"]


def test_a_drill_is_started_and_stopped(whole_portal: str, drills: RecordedDrills) -> None:
    """By a page of this run; where drills cannot be performed, the reason is said."""
    token = _token(whole_portal)
    assert httpx.post(f"{whole_portal}/api/drills/api-outage").status_code == 403
    assert drills.asked == []

    begun = httpx.post(f"{whole_portal}/api/drills/api-outage", headers=token)

    assert (begun.status_code, drills.asked) == (202, ["api-outage"])
    assert begun.json()["progress"]["verdict"] is None
    stopped = httpx.delete(f"{whole_portal}/api/drills", headers=token)
    assert stopped.json()["progress"]["verdict"] == "stopped"
    assert httpx.post(f"{whole_portal}/api/drills/nope", headers=token).status_code == 400


def test_where_drills_cannot_be_performed_the_reason_is_said(portal: str) -> None:
    """Rather than buttons that do nothing."""
    listed = httpx.get(f"{portal}/api/drills").json()

    assert (listed["possible"], listed["drills"]) == (False, [])
    assert httpx.post(f"{portal}/api/drills/x", headers=_token(portal)).status_code == 400
