"""What the service exposes is what the contract says, and what the contract says it exposes."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector

from tests.foresight.service.recorded_source import DAY_ROWS, RecordedSource, day_after_day, entry, minutes
from vitals import metrics_server
from vitals.errors import VitalsError
from vitals.foresight.service.cycle import SETTLE_S, Watcher
from vitals.foresight.service.exposition import Exposition
from vitals.foresight.service.loop import until_next
from vitals.foresight.service.serve import HANGS_AFTER_S, Alive, serving
from vitals.model.metrics import EXPORTERS
from vitals_telemetry.contract import Metric, MetricType

ROWS = 4 * DAY_ROWS


@pytest.fixture(scope="module")
def exposed(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A scrape after a cycle over four days of a series that nears its limit."""
    times, values = minutes(ROWS), day_after_day(ROWS)
    values += minutes(ROWS) / 3600.0 - minutes(1)[0] / 3600.0
    one = entry(limit=500.0)
    watch = Watcher([one], RecordedSource({one.query: {"": (times, values)}}), tmp_path_factory.mktemp("state"), print)
    exposition = Exposition()
    exposition.snapshot = watch.cycle(float(times[-1]) + SETTLE_S)
    with serving(exposition, Alive(), "127.0.0.1", 0) as url:
        return httpx.get(f"{url}/metrics").raise_for_status().text


@pytest.mark.parametrize("metric", EXPORTERS["foresight"].metrics, ids=lambda metric: metric.name)
def test_the_contract_is_what_is_scraped(exposed: str, metric: Metric) -> None:
    """Each metric exists with its type and its labels."""
    families = {family.name: family for family in text_string_to_metric_families(exposed)}
    name, kind, labels = metric.name, metric.type, metric.label_names
    family = families[name.removesuffix("_total") if kind is MetricType.COUNTER else name]

    assert family.type == kind.value
    assert family.samples
    for sample in family.samples:
        assert set(sample.labels) == set(labels)


def test_a_rising_series_says_when_it_reaches_its_limit(exposed: str) -> None:
    """It rises by one an hour, from 50 on four days ago to 500: some two weeks are left."""
    (sample,) = next(
        family.samples for family in text_string_to_metric_families(exposed) if family.name == "forecast_limit_seconds"
    )

    assert sample.value == pytest.approx((500 - 50 - 96) * 3600, rel=0.05)


def test_probes_answer_and_a_hanging_loop_is_not_healthy() -> None:
    """Ready at once, so a first cycle over weeks never restarts it; unhealthy when the loop stands."""
    alive = Alive()
    with serving(Exposition(), alive, "127.0.0.1", 0) as url:
        assert httpx.get(f"{url}/-/ready").status_code == 200
        assert httpx.get(f"{url}/-/healthy").status_code == 200
        alive.at -= HANGS_AFTER_S + 1
        assert httpx.get(f"{url}/-/healthy").status_code == 503
        assert httpx.get(f"{url}/").status_code == 404


def test_before_the_first_cycle_the_last_success_is_the_start_of_the_service() -> None:
    """At zero it would look like an outage of half a century."""
    began = time.time()
    with serving(Exposition(), Alive(), "127.0.0.1", 0) as url:
        text = httpx.get(f"{url}/metrics").text
    (sample,) = next(
        family.samples
        for family in text_string_to_metric_families(text)
        if family.name == "foresight_last_success_timestamp_seconds"
    )

    assert began <= sample.value <= time.time()


class _Huge(Collector):
    """More than the buffers of a connection hold."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """One gauge with a long explanation."""
        yield GaugeMetricFamily("huge", "x" * 30_000_000, value=1)


def test_readers_that_do_not_read_cost_no_other_a_scrape_and_leave_no_traceback(
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Some stop in the middle of an answer, one is gone before it."""
    exposed = CollectorRegistry()
    exposed.register(_Huge())

    class Handler(metrics_server.MetricsHandler):
        registry = exposed

    with metrics_server.serving(Handler, "127.0.0.1", 0) as url, ExitStack() as readers:
        address = ("127.0.0.1", int(url.rpartition(":")[2]))
        for _ in range(3):
            reader = readers.enter_context(socket.create_connection(address))
            reader.sendall(b"GET /metrics HTTP/1.0\r\n\r\n")
            reader.recv(100)
        scraped = httpx.get(f"{url}/metrics", timeout=60)
        readers.close()
        while any("process_request_thread" in thread.name for thread in threading.enumerate()):
            time.sleep(0.01)
        assert httpx.get(f"{url}/-/healthy").status_code == 200

    assert len(scraped.content) > 30_000_000
    assert capfd.readouterr().err == ""


def test_a_port_that_is_taken_is_said() -> None:
    """With the option to change it."""
    with (
        serving(Exposition(), Alive(), "127.0.0.1", 0) as url,
        pytest.raises(VitalsError, match=r"Nothing can listen.*--port"),
        serving(Exposition(), Alive(), "127.0.0.1", int(url.rpartition(":")[2])),
    ):
        pass


def test_the_next_cycle_waits_until_a_minute_has_settled() -> None:
    """Never twice for one minute, never a minute left out."""
    assert until_next(600.0 + SETTLE_S) == 60.0
    assert until_next(600.0 + SETTLE_S - 1.0) == 1.0
