"""A chart that cannot be had is named, with its version, the reason and what to do; nothing half-written is left."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from infra.monitoring.charts import Chart
from tests.charts.pulled import VARIABLE, UnreachableError, folder_of, version_of
from tests.charts.rendering import OneMeaning, objects
from tests.serving import serving
from vitals.errors import VitalsError

pytestmark = pytest.mark.charts


def _chart(repository: str) -> Chart:
    return Chart.model_construct(name="keda", repository=repository, version="2.21.1", brings={})


@contextmanager
def _repository(status: int, index: bytes) -> Iterator[str]:
    """A repository of charts on loopback that answers everything alike."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("content-length", str(len(index)))
            self.end_headers()
            self.wfile.write(index)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's own name
            pass

    with serving(Answers) as address:
        yield address


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache, and no charts at hand."""
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv("VITALS_CACHE", str(tmp_path))
    return tmp_path / "charts"


def test_a_repository_without_the_version_is_a_fault_of_ours(helm: Path, empty: Path) -> None:
    """It answers and does not have it: the pin is wrong, and that does not excuse a skip."""
    with (
        _repository(200, b"apiVersion: v1\nentries: {}\n") as repository,
        pytest.raises(VitalsError, match=r"keda 2\.21\.1 could not be pulled.*not found.*versions\.yaml") as raised,
    ):
        folder_of(_chart(repository), helm)

    assert not isinstance(raised.value, UnreachableError)
    assert list(empty.iterdir()) == []


def test_a_repository_that_does_not_answer_is_distinguished_from_one_that_lacks_a_chart(
    helm: Path, empty: Path
) -> None:
    """Nothing is known of the chart then, and the message says how to do without the network."""
    with _repository(503, b"") as repository, pytest.raises(UnreachableError, match=rf"keda 2\.21\.1 .*{VARIABLE}"):
        folder_of(_chart(repository), helm)
    with pytest.raises(UnreachableError, match="refused"):
        folder_of(_chart(repository), helm)

    assert list(empty.iterdir()) == []


def test_a_folder_of_charts_at_hand_must_have_each(helm: Path, empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing one is named with the file that is looked for; one that is there is taken in its own version."""
    monkeypatch.setenv(VARIABLE, str(empty))
    chart = _chart("https://charts.example")

    with pytest.raises(VitalsError, match=r"no chart keda in it \(keda/Chart\.yaml\).*2\.21\.1"):
        folder_of(chart, helm)
    (empty / "keda").mkdir(parents=True)
    (empty / "keda" / "Chart.yaml").write_text("version: 2.20.2\n", encoding="utf-8")
    assert version_of(folder_of(chart, helm)) == "2.20.2"


def test_a_key_that_is_there_twice_is_refused() -> None:
    """Helm passes it on, and a strict reader of the cluster's objects does not take it."""
    with pytest.raises(VitalsError, match="app is there twice"):
        objects("kind: Service\nmetadata:\n  labels:\n    app: a\n    app: b\n", "monitoring")
    assert OneMeaning("a: 1").get_single_data() == {"a": 1}
