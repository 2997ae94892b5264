"""Faults: what each does to a request, and the admin interface that switches them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import HTTPException
from prometheus_client import CollectorRegistry, Counter

from wellness.admin import LARGEST_BYTES, admin_app
from wellness.exposed import ExposedRegistry
from wellness.faults import API_FAULTS, WORKER_FAULTS, Switchboard

pytestmark = pytest.mark.anyio


@pytest.fixture
def switchboard() -> Switchboard:
    """A switchboard with everything off."""
    return Switchboard(API_FAULTS)


@pytest.fixture
async def admin(switchboard: Switchboard) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the admin application."""
    transport = httpx.ASGITransport(admin_app(switchboard))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        yield client


async def failures(switchboard: Switchboard, requests: int) -> int:
    """How many of so many requests the faults fail."""
    failed = 0
    for _ in range(requests):
        try:
            await switchboard.strike()
        except HTTPException as error:
            failed += error.status_code == 500
    return failed


async def test_nothing_strikes_while_all_is_off(switchboard: Switchboard) -> None:
    """A fresh process has no fault."""
    assert await failures(switchboard, 10) == 0


async def test_an_outage_fails_everything_until_it_is_off(admin: httpx.AsyncClient, switchboard: Switchboard) -> None:
    """The outage holds from PUT to DELETE, both of which answer with the state."""
    on = await admin.put("/faults/outage")
    assert on.json() == {"available": sorted(API_FAULTS), "active": {"outage": {}}}
    assert await failures(switchboard, 10) == 10

    off = await admin.delete("/faults/outage")
    assert off.json()["active"] == {}
    assert await failures(switchboard, 10) == 0


async def test_parameters_larger_than_any_are_refused_while_they_come(admin: httpx.AsyncClient) -> None:
    """No more of a body than its bound is ever held, and nothing is switched."""
    sent = [0]

    async def chunks() -> AsyncIterator[bytes]:
        while sent[0] < 64 * LARGEST_BYTES:
            sent[0] += LARGEST_BYTES
            yield b" " * LARGEST_BYTES

    answer = await admin.put("/faults/outage", content=chunks())

    assert answer.status_code == 413
    assert sent[0] == 2 * LARGEST_BYTES
    assert (await admin.get("/faults")).json()["active"] == {}


async def test_errors_fail_the_share_that_was_asked_for(switchboard: Switchboard) -> None:
    """A share of 0.3 fails about three in ten (bounds that hold but once in 10^12 runs); a share of 1 fails all."""
    switchboard.switch_on("errors", b'{"share": 0.3}')
    assert 400 < await failures(switchboard, 2000) < 800

    switchboard.switch_on("errors", b'{"share": 1}')
    assert await failures(switchboard, 50) == 50


async def test_latency_waits_before_each_request(switchboard: Switchboard, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each request waits as long as was asked, also where another fault then fails it."""
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr("wellness.faults.asyncio.sleep", sleep)
    switchboard.switch_on("latency", b'{"seconds": 0.8}')
    switchboard.switch_on("outage", b"")

    assert await failures(switchboard, 3) == 3
    assert waited == [0.8] * 3


async def test_a_hang_holds_requests_until_it_is_off(switchboard: Switchboard) -> None:
    """None is answered while it is on, and those that wait go on afterwards: clients need not be restarted."""
    switchboard.switch_on("hang", b"")
    waiting = asyncio.create_task(switchboard.strike())
    await asyncio.wait({waiting}, timeout=0.3)
    assert not waiting.done()

    switchboard.switch_off("hang")
    await asyncio.wait_for(waiting, timeout=5)


def test_unrecorded_requests_are_missing_from_the_scrape_and_nothing_else(switchboard: Switchboard) -> None:
    """What does not speak of requests stays, so that the target is up and looks well."""
    registry = CollectorRegistry()
    Counter("api_calls", "Calls.", registry=registry)
    Counter("process_things", "Other things.", registry=registry)
    exposed = ExposedRegistry(registry, switchboard)
    assert {family.name for family in exposed.collect()} == {"api_calls", "process_things"}

    switchboard.switch_on("unrecorded", b"")

    assert {family.name for family in exposed.collect()} == {"process_things"}


async def test_faults_are_listed(admin: httpx.AsyncClient) -> None:
    """The list names every fault, and those that are on with their parameters."""
    await admin.put("/faults/latency", json={"seconds": 2})

    assert (await admin.get("/faults")).json() == {
        "available": ["cold-cache", "errors", "hang", "latency", "outage", "slow-database", "unrecorded"],
        "active": {"latency": {"seconds": 2.0}},
    }


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
async def test_an_unknown_fault_is_answered_with_the_names(admin: httpx.AsyncClient, method: str) -> None:
    """A wrong name gets 404 and all the right ones."""
    answer = await admin.request(method, "/faults/flood")

    assert answer.status_code == 404
    known = "cold-cache, errors, hang, latency, outage, slow-database, unrecorded"
    assert answer.json() == {"error": f"There is no fault 'flood'. Known faults: {known}."}


@pytest.mark.parametrize(
    ("name", "body", "problem"),
    [
        ("errors", "{}", "share: Field required"),
        ("errors", '{"share": 0}', "share: Input should be greater than 0"),
        ("errors", '{"share": 1.5}', "share: Input should be less than or equal to 1"),
        ("errors", '{"share": "0.1"}', "share: Input should be a valid number"),
        ("errors", '{"share": NaN}', "share: Input should be"),
        ("errors", '{"shares": 0.1, "share": 0.1}', "shares: Extra inputs are not permitted"),
        ("latency", '{"seconds": 31}', "seconds: Input should be less than or equal to 30"),
        ("latency", "[1]", "the body: Input should be an object"),
        ("latency", "{", "the body: Invalid JSON"),
        ("slow-database", "{}", "seconds: Field required"),
        ("cold-cache", '{"share": 1}', "share: Extra inputs are not permitted"),
        ("outage", '{"seconds": 1}', "seconds: Extra inputs are not permitted"),
    ],
)
async def test_wrong_parameters_are_named_and_change_nothing(
    admin: httpx.AsyncClient, name: str, body: str, problem: str
) -> None:
    """Parameters that do not fit get 422 with field and reason, and no fault is switched."""
    answer = await admin.put(f"/faults/{name}", content=body)

    assert answer.status_code == 422
    assert f"The parameters of the fault {name!r} do not fit, so nothing was switched: {problem}" in answer.text
    assert (await admin.get("/faults")).json()["active"] == {}


async def test_another_host_name_is_refused(admin: httpx.AsyncClient) -> None:
    """A name that some web page had resolved to loopback does not reach the switches."""
    answer = await admin.put("/faults/outage", headers={"host": "attacker.example"})

    assert answer.status_code == 400
    assert (await admin.get("/faults")).json()["active"] == {}


async def test_the_worker_has_its_own_faults() -> None:
    """A worker offers what strikes tasks and the database, and nothing that strikes requests."""
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(admin_app(Switchboard(WORKER_FAULTS))), base_url="http://127.0.0.1"
    ) as client:
        assert (await client.get("/faults")).json()["available"] == ["failing-tasks", "slow-database", "slow-tasks"]
        assert (await client.put("/faults/outage")).status_code == 404
