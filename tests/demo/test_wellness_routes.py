"""The HTTP interface on real SQLite backends, in one process: answers, bad input, cache, visitors, faults, metrics."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client import CollectorRegistry, generate_latest

from vitals_telemetry import ApiTelemetry
from wellness.app import api_app
from wellness.backends import Backends, open_backends
from wellness.faults import API_FAULTS, Switchboard
from wellness.seed import account_of, fill_if_empty
from wellness.visitors import SESSION_COOKIE, user_of

pytestmark = pytest.mark.anyio

DAY = {"sleep_hours": 7.5, "steps": 9000, "mood": 4, "stress": 2, "resting_heart_rate": 62}
REPORT = {"user_id": "test_user", "report_type": "wellness_summary"}


@dataclass
class Platform:
    """A running platform and what the tests look at in it."""

    client: httpx.AsyncClient
    backends: Backends
    switchboard: Switchboard
    registry: CollectorRegistry

    def scrape(self) -> str:
        """What Prometheus would see."""
        return generate_latest(self.registry).decode()


@pytest.fixture
async def platform(tmp_path: Path) -> AsyncIterator[Platform]:
    """The API with synthetic data."""
    registry, switchboard = CollectorRegistry(), Switchboard(API_FAULTS)
    telemetry = ApiTelemetry(version="1", revision="a", registry=registry, user_of=user_of)
    async with open_backends(
        database=tmp_path / "data.sqlite", queue=tmp_path / "queue.sqlite", switchboard=switchboard, registry=registry
    ) as backends:
        await fill_if_empty(backends.repository)
        transport = httpx.ASGITransport(api_app(backends, telemetry, switchboard))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            yield Platform(client, backends, switchboard, registry)


async def test_a_dashboard_has_score_and_trends(platform: Platform) -> None:
    """A first visitor sees a sample member's four weeks."""
    answer = await platform.client.get("/api/dashboard")

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    dashboard = answer.json()
    assert dashboard["days"] == 28
    assert 0 < dashboard["score"] <= 100
    assert set(dashboard["trends"]) == {"sleep_hours", "steps", "mood", "stress", "resting_heart_rate"}


async def test_a_dashboard_comes_from_the_cache_until_a_check_in(platform: Platform) -> None:
    """A change behind the platform's back stays unseen for now; a check-in through it is seen at once."""
    visitor = {"x-user-id": "test_user"}
    first = (await platform.client.get("/api/dashboard", headers=visitor)).json()
    await platform.backends.cache.put("dashboard:test_user", b'{"score": -1}', ttl_s=60)
    assert (await platform.client.get("/api/dashboard", headers=visitor)).json() == {"score": -1}

    recorded = await platform.client.post("/api/check-ins", json={**DAY, "steps": 123_456}, headers=visitor)
    second = (await platform.client.get("/api/dashboard", headers=visitor)).json()

    assert recorded.status_code == 201
    assert recorded.json() == {**DAY, "steps": 123_456, "user_id": "test_user", "day": _today()}
    assert second["trends"]["steps"]["mean"] > first["trends"]["steps"]["mean"]


async def test_a_report_is_accepted_stored_and_enqueued(platform: Platform) -> None:
    """The answer is 202 with an id under which the report waits, and one task names it."""
    accepted = await platform.client.post("/api/reports/generate", json=REPORT)
    assert accepted.status_code == 202
    report_id, location = accepted.json()["report_id"], accepted.json()["location"]

    report = (await platform.client.get(location)).json()
    task = await platform.backends.queue.claim()

    assert (report["status"], report["user_id"], report["findings"]) == ("queued", "test_user", [])
    assert task is not None
    assert task.payload == {"report_id": report_id}


async def test_trends_cover_the_days_asked_for(platform: Platform) -> None:
    """As many rolling values as days, for each reading."""
    answer = await platform.client.get("/api/users/member-01/trends?days=14")

    assert [len(trend["rolling_mean"]) for trend in answer.json().values()] == [14] * 5


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/api/users/unknown/trends", None, 404),
        ("GET", f"/api/reports/{'0' * 32}", None, 404),
        ("POST", "/api/reports/generate", {**REPORT, "user_id": "unknown"}, 404),
        ("GET", "/api/nowhere", None, 404),
        ("GET", "/api/reports/generate", None, 422),
        ("GET", "/api/users/test_user/trends?days=6", None, 422),
        ("GET", "/api/users/__reserved__/trends", None, 422),
        ("POST", "/api/reports/generate", {**REPORT, "report_type": "horoscope"}, 422),
        ("POST", "/api/reports/generate", {**REPORT, "user_id": "a/b"}, 422),
        ("POST", "/api/reports/generate", {**REPORT, "extra": 1}, 422),
        ("POST", "/api/check-ins", {**DAY, "mood": 6}, 422),
        ("POST", "/api/check-ins", {**DAY, "steps": -1}, 422),
        ("POST", "/api/check-ins", {}, 422),
        ("DELETE", "/api/dashboard", None, 405),
    ],
)
async def test_bad_requests_are_the_clients_fault(
    platform: Platform, method: str, path: str, body: dict[str, Any] | None, status: int
) -> None:
    """Unknown ids get 404, values that do not fit 422; none of them is a server error, and nothing is enqueued."""
    answer = await platform.client.request(method, path, json=body)

    assert answer.status_code == status
    assert await platform.backends.queue.length() == 0


async def test_a_client_without_a_name_becomes_one_user(platform: Platform) -> None:
    """The first answer sets a cookie, the next ones do not; another client is another user."""
    first = await platform.client.get("/api/dashboard")
    session = first.cookies[SESSION_COOKIE]
    second = await platform.client.get("/api/dashboard")
    platform.client.cookies.clear()
    other = await platform.client.get("/api/dashboard")

    assert "HttpOnly; SameSite=Lax" in first.headers["set-cookie"]
    assert "set-cookie" not in second.headers
    assert other.cookies[SESSION_COOKIE] != session
    assert "active_users 2.0" in platform.scrape()


async def test_a_client_may_name_itself(platform: Platform) -> None:
    """X-User-Id counts as a user, needs no cookie, and decides whose account it is."""
    for name in ("member-01", "member-02", "member-01"):
        answer = await platform.client.post("/api/check-ins", json=DAY, headers={"x-user-id": name})
        assert answer.json()["user_id"] == name
        assert "set-cookie" not in answer.headers

    assert "active_users 2.0" in platform.scrape()


@pytest.mark.parametrize("name", ["", "a b", "x" * 65, "-a", "../../etc", 'a"b'])
async def test_a_malformed_name_is_ignored(platform: Platform, name: str) -> None:
    """Such a client gets a session like any other, by header or by cookie, and the name goes nowhere."""
    by_header = await platform.client.get("/api/dashboard", headers={"x-user-id": name})
    platform.client.cookies.clear()
    by_cookie = await platform.client.get("/api/dashboard", headers={"cookie": f"{SESSION_COOKIE}={name}"})

    for answer in (by_header, by_cookie):
        assert answer.status_code == 200
        assert len(answer.cookies[SESSION_COOKIE]) == 32


async def test_faults_strike_the_api_under_its_own_endpoints_only(platform: Platform) -> None:
    """During an outage every /api route answers 500 and is counted so by template; health goes on."""
    platform.switchboard.switch_on("outage", b"")
    dashboard = await platform.client.get("/api/dashboard")
    report = await platform.client.post("/api/reports/generate", json=REPORT)
    trends = await platform.client.get("/api/users/test_user/trends")
    health = await platform.client.get("/healthz")

    assert [answer.status_code for answer in (dashboard, report, trends, health)] == [500, 500, 500, 200]
    scraped = platform.scrape()
    for endpoint, method in (
        ("/api/dashboard", "GET"),
        ("/api/reports/generate", "POST"),
        ("/api/users/{user_id}/trends", "GET"),
    ):
        assert f'api_calls_total{{endpoint="{endpoint}",method="{method}",status="500"}} 1.0' in scraped
    assert await platform.backends.queue.length() == 0


async def test_no_user_and_no_id_reaches_a_label(platform: Platform) -> None:
    """Headers, cookies, paths and bodies leave no trace in the metrics."""
    visitor = {"x-user-id": "member-07"}
    await platform.client.get("/api/dashboard", headers=visitor)
    await platform.client.get("/api/users/member-07/trends", headers=visitor)
    location = (await platform.client.post("/api/reports/generate", json=REPORT)).json()["location"]
    await platform.client.get(location)
    await platform.client.get("/api/member-07/unknown")

    scraped = platform.scrape()
    assert "member-07" not in scraped
    assert location.rsplit("/", 1)[1] not in scraped
    assert platform.client.cookies[SESSION_COOKIE] not in scraped
    assert 'endpoint="/api/reports/{report_id}"' in scraped


async def test_a_session_always_sees_the_same_sample(platform: Platform) -> None:
    """What one visit records, the next one of the same session finds."""
    first = await platform.client.post("/api/check-ins", json=DAY)
    second = await platform.client.post("/api/check-ins", json=DAY)

    assert first.json()["user_id"] == second.json()["user_id"] == account_of(platform.client.cookies[SESSION_COOKIE])


def _today() -> str:
    return datetime.now(UTC).date().isoformat()
