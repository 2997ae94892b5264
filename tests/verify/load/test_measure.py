"""Real Locust against a real service on loopback: what is recorded, and that nothing of it is lost."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from pathlib import Path

import pytest

from tests.verify.load.conftest import Shop
from vitals.local.processes.probe import loopback_client
from vitals.rendered import LatencyEntry, LoadMark, ServiceLoad
from vitals.verify.load.measure import GrowingRun, measure
from vitals.verify.load.plan import ArrivalStep, GeneratorPlan
from vitals.verify.load.profiles import Profile
from vitals.verify.load.provenance import provenance
from vitals.verify.load.recorded_run import Ending, LoadRun
from vitals.verify.load.replica_metrics import ReplicaWatch
from vitals.verify.load.target import LoadTarget
from vitals.verify.load.totals import totals

pytestmark = pytest.mark.live

STALL_S = 1.5
LOOK, ORDER = "GET /look", "GET /order"
LOAD = ServiceLoad(
    service="shop",
    normal_users=4,
    peak_users=8,
    stress_from=20,
    marks=(LoadMark(endpoint=None, slo=LatencyEntry(kind="latency", objective="99%", within="250ms")),),
)


def _plan(shop: Shop, users: Path, *, steps: tuple[ArrivalStep, ...] = (), lasts_s: float = 4.0) -> Profile:
    plan = GeneratorPlan(
        host=shop.url, locustfile=users, users=40 if steps else 4, ramp_s=0, steps=steps, duration_s=lasts_s,
        interval_s=0.5, seed=1,
    )  # fmt: skip
    return Profile("stress" if steps else "normal", plan, warm_up_s=0.0)


def _measure(
    profile: Profile, shop: Shop, *, stall_after_s: float | None = None, cancel_after_s: float = 60
) -> LoadRun:
    async def work() -> LoadRun:
        before = provenance(profile, LoadTarget(shop.url, loopback=True), environment="local", service="shop")
        task = asyncio.current_task()
        loop = asyncio.get_running_loop()

        def progress(record: GrowingRun) -> None:
            if stall_after_s is not None and record.measured_s == stall_after_s:
                shop.stalled_until = time.monotonic() + STALL_S
            if record.measured_s >= cancel_after_s and task:
                loop.call_soon(task.cancel)

        def enough(_: LoadRun) -> tuple[Ending, str] | None:
            return None

        async with loopback_client() as client:
            return await measure(profile, before, ReplicaWatch((), (), client), progress=progress, enough=enough)

    return asyncio.run(work())


def _slow(run: LoadRun) -> int:
    return totals(run).good.above(0.25)


def test_closed_users_hide_a_stall_and_arrivals_do_not(shop: Shop, users: Path) -> None:
    """Of a stall of 1.5 s, four closed users notice four requests; thirty arrivals a second notice the 37 that waited.

    An arrival waits for 1.5 s down to nothing, so five sixths of the 45 in the stall are later than 250 ms.
    """
    closed = _measure(_plan(shop, users), shop, stall_after_s=1.5)
    arrivals = _measure(
        _plan(shop, users, steps=(ArrivalStep(rate=30, lasts_s=5),), lasts_s=5.0), shop, stall_after_s=1.5
    )

    assert 1 <= _slow(closed) <= 8  # four users, one slow request each, and as many again for a busy machine
    assert _slow(arrivals) >= 25
    assert (closed.latency_from, arrivals.latency_from) == ("sending", "intended start")
    for run in (closed, arrivals):
        assert {one.name for one in run.endpoints} == {LOOK, ORDER}
        assert run.ended == "planned"
        assert run.measured_s == run.provenance.planned_s
        assert totals(run).failed == 0
    assert totals(arrivals).count == pytest.approx(150, abs=50)  # Poisson: 150 have a deviation of 12


def test_interrupted_run_keeps_what_was_measured(shop: Shop, users: Path) -> None:
    """Ctrl-C after a second: the intervals are there, and the run is called interrupted."""
    run = _measure(_plan(shop, users, lasts_s=60), shop, cancel_after_s=1.0)

    assert run.ended == "interrupted"
    assert 1.0 <= run.measured_s < 30
    assert totals(run).count > 0


def test_routes_of_a_service_behind_a_path_are_its_own(shop: Shop, users: Path) -> None:
    """An ingress puts it under a path, which is asked and does not belong to the endpoint's name."""
    profile = _plan(shop, users, lasts_s=1.5)
    behind = replace(profile, plan=profile.plan.model_copy(update={"host": f"{shop.url}/shop"}))

    run = _measure(behind, shop)

    assert {one.name for one in run.endpoints} <= {LOOK, ORDER}
    assert set(shop.asked) <= {"/shop/look", "/shop/order?id=7"}
    assert shop.asked


def test_failed_requests_are_counted_by_status(shop: Shop, users: Path) -> None:
    """A service that answers 503 to everything has answered, and has failed."""
    shop.status = 503

    found = totals(_measure(_plan(shop, users, lasts_s=1.5), shop))

    assert found.count > 0
    assert found.errors == {"503": found.count}
    assert found.answered.count == found.count


def test_locustfile_that_is_not_python_is_named_with_its_line(shop: Shop, tmp_path: Path) -> None:
    """The last line of a traceback of a syntax error says neither."""
    broken = tmp_path / "broken.py"
    broken.write_text("def shop(:\n")

    assert "broken.py cannot be loaded: SyntaxError: invalid syntax (broken.py, line 1)." in (
        _measure(_plan(shop, broken), shop).problem or ""
    )


def test_broken_locustfile_ends_the_run_with_its_reason(shop: Shop, tmp_path: Path) -> None:
    """What Python says of the file stands in the record, and nothing was asked."""
    broken = tmp_path / "broken.py"
    broken.write_text("raise RuntimeError('no such shop')\n")

    run = _measure(_plan(shop, broken), shop)

    assert run.ended == "failed"
    assert run.problem is not None
    assert "RuntimeError: no such shop" in run.problem
    assert shop.asked == []
