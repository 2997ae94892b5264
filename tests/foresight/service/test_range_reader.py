"""What Prometheus, and what stands in its place, may answer: series, or one kind of error within a bound time."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler

import pytest

from tests.serving import Trickling, serving
from vitals.foresight.service import prometheus
from vitals.foresight.service.prometheus import AskingError, RangeReader, TooLargeError


def _answering(content: bytes, status: int = 200) -> type[BaseHTTPRequestHandler]:
    """A server that says this to all that it is asked."""

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Answering


def _asked(handler: type[BaseHTTPRequestHandler]) -> list[prometheus.Answered]:
    with serving(handler) as address:
        reader = RangeReader(address)
        try:
            return reader.ask("up", 0.0, 60.0)
        finally:
            reader.close()


def _matrix(*series: object) -> bytes:
    return json.dumps({"status": "success", "data": {"resultType": "matrix", "result": series}}).encode()


def test_series_come_in_the_order_of_their_labels_with_what_is_no_number() -> None:
    """As Prometheus writes them."""
    later, sooner = ({"metric": {"queue": name}, "values": [[0, "1"], [60, "+Inf"]]} for name in "ba")
    found = _asked(_answering(_matrix(later, sooner)))

    assert [one.labels["queue"] for one in found] == ["a", "b"]
    assert found[0].values.tolist() == [1.0, float("inf")]


def test_an_answer_that_trickles_in_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """The time is that of the whole answer: each byte alone comes soon enough."""
    monkeypatch.setattr(prometheus, "TIMEOUT_S", 0.3)
    with pytest.raises(AskingError, match=r"no whole answer within 0\.3 s"):
        _asked(Trickling)


def test_an_answer_that_no_memory_holds_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor is it an outage: a shorter time may do."""
    monkeypatch.setattr(prometheus, "MOST_BYTES", 2**20)
    with pytest.raises(TooLargeError, match="larger than 1 MiB"):
        _asked(_answering(b" " * 2**21))


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ("query processing would load too many samples into memory in query execution", TooLargeError),
        ("parse error " * 100, AskingError),
    ],
)
def test_a_refusal_is_passed_on_in_short(said: str, error: type[AskingError]) -> None:
    """One because of its size is one of the answers that are too large."""
    body = {"status": "error", "errorType": "execution", "error": said}
    with pytest.raises(AskingError, match="execution: ") as refused:
        _asked(_answering(json.dumps(body).encode(), status=422))

    assert type(refused.value) is error
    assert len(str(refused.value)) <= 300


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"<html>502 Bad Gateway</html>", id="a page"),
        pytest.param(b"[" * 100_000, id="JSON without an end to its depth"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b'{"status": "success", "data": null}', id="no data"),
        pytest.param(b"\xff\xfe", id="no text"),
        pytest.param(_matrix({"metric": {}, "value": [0, "1"]}), id="a vector"),
        pytest.param(_matrix({"metric": {}, "values": []}), id="a series without rows"),
        pytest.param(_matrix({"metric": {}, "values": [[60, "1"], [0, "1"]]}), id="rows in disorder"),
        pytest.param(_matrix({"metric": {}, "values": [[0, "1"], [0, "2"]]}), id="a moment twice"),
        pytest.param(_matrix({"metric": {}, "values": [[0, "many"]]}), id="a word for a value"),
        pytest.param(
            _matrix({"metric": {"a": 1}, "values": [[0, "1"]]}, {"metric": {"a": "1"}, "values": [[0, "1"]]}),
            id="labels of two types",
        ),
    ],
)
def test_what_is_no_answer_of_prometheus_is_said_to_be_none(content: bytes) -> None:
    """With the status that came with it."""
    with pytest.raises(AskingError, match="HTTP 200 without an answer of Prometheus"):
        _asked(_answering(content))
