"""``load.json``: an objective is written once, and is the mark of every endpoint of a load test."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import ValidationError

from vitals.errors import VitalsError
from vitals.model.catalog import Availability, Latency, LoadTest, Pod, Service
from vitals.paths import RENDERED
from vitals.render.load import load_marks
from vitals.rendered import LatencyEntry, names, read

ENDPOINTS = ("POST /orders", "GET /orders/{id}")
SHOP = Service(
    name="shop",
    owner="shop",
    description="Sells things to people.",
    api=True,
    slos=(Availability(objective="99.9%"), Latency(within="250ms", objective="99%")),
    load=LoadTest(endpoints=ENDPOINTS, normal_users=10, peak_users=50, stress_from=5.0),
)


def test_every_objective_is_a_mark_of_every_endpoint() -> None:
    """And of all requests together, which is what the objective is of."""
    found = load_marks([SHOP, replace(SHOP, name="other", load=None)])

    assert found is not None
    (shop,) = found.services
    assert [(mark.endpoint, mark.slo.kind) for mark in shop.marks] == [
        (endpoint, kind) for endpoint in (None, *sorted(ENDPOINTS)) for kind in ("availability", "latency")
    ]
    assert shop.endpoints == set(ENDPOINTS)


def test_environment_without_a_load_test_has_no_file() -> None:
    """Nothing is said where there is nothing to say."""
    assert load_marks([replace(SHOP, load=None)]) is None


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An environment as it was rendered, with the load test of a shop."""
    shutil.copy(RENDERED / "local" / names.MODEL, tmp_path)
    marks = load_marks([SHOP])
    assert marks is not None
    (tmp_path / names.LOAD).write_text(marks.model_dump_json())
    return tmp_path


def test_marks_are_read_as_they_were_rendered(folder: Path) -> None:
    """By the name of the service, or without one where there is only one."""
    marks = load_marks([SHOP])

    assert marks is not None
    assert read(folder).load_of("shop") == read(folder).load_of(None) == marks.services[0]


def test_service_that_is_not_load_tested_is_refused(folder: Path) -> None:
    """The message names those that are, and where to declare one."""
    with pytest.raises(VitalsError, match=r"'market' has no load test; tested are: shop\..*catalog/services"):
        read(folder).load_of("market")
    with pytest.raises(VitalsError, match=r"shop\. Give runs of one of them, or declare `load`") as said:
        read(folder).load_of("market", choose="Give runs of one of them")
    assert "--service" not in str(said.value)
    (folder / names.LOAD).unlink()
    with pytest.raises(VitalsError, match=r"tested are: none\. Declare `load`"):
        read(folder).load_of(None)


def test_marks_of_another_version_are_refused(folder: Path) -> None:
    """The message names the file."""
    (folder / names.LOAD).write_text('{"services": [{"service": "shop"}]}')

    with pytest.raises(VitalsError, match=r"load\.json"):
        read(folder).load_of("shop")


@pytest.mark.parametrize(("within", "seconds"), [("250ms", 0.25), ("1s", 1.0), ("2s500ms", 2.5), ("10s", 10.0)])
def test_bound_is_read_as_it_is_written(within: str, seconds: float) -> None:
    """In every spelling that the catalogue takes for a bucket bound."""
    assert LatencyEntry(kind="latency", objective="99%", within=within).bound_s == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"endpoints": ()}, "at least 1 item"),
        ({"endpoints": ("GET /a", "GET /a")}, "named twice"),
        ({"endpoints": ("/api/dashboard",)}, "should match pattern"),
        ({"endpoints": ("GET /a?b=1",)}, "should match pattern"),
        ({"peak_users": 10}, "not above normal_users"),
        ({"stress_from": 0.0}, "greater than 0"),
    ],
)
def test_load_test_that_cannot_work_is_refused(change: dict[str, object], message: str) -> None:
    """When it is written, with what is wrong with it."""
    given = {"endpoints": ENDPOINTS, "normal_users": 10, "peak_users": 50, "stress_from": 5.0}

    with pytest.raises(ValidationError, match=message):
        LoadTest(**{**given, **change})  # type: ignore[arg-type]


def test_load_test_without_objectives_is_refused() -> None:
    """It could only pass."""
    with pytest.raises(ValidationError, match="every load test would pass"):
        replace(SHOP, slos=())


def test_pod_that_no_cluster_takes_is_refused() -> None:
    """A limit below the request, also across units."""
    with pytest.raises(ValidationError, match="below memory 1Gi"):
        Pod(cpu="100m", memory="1Gi", memory_limit="512Mi")
    assert Pod(cpu="1", memory="512Mi", memory_limit="1Gi").memory_limit == "1Gi"
