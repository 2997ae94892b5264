"""A service that is written from objectives stands as the formatter leaves it, however long its matchers are."""

from __future__ import annotations

import subprocess
import sys

import pytest

from vitals.kit.imports.slo_events import CountedEvents
from vitals.kit.imports.slo_text import ObjectiveText, ServiceText, service_file
from vitals.paths import ROOT

CODES = ({"code": "~5..|429"},)
MANY = ({"code": "~5..", "verb": "!CONNECT"}, {"code": "429"}, {"reason": "~" + "|".join(["upstream_timeout"] * 6)})
PLACE = {"handler": "/api/v1/very/long/path/of/a/handler", "exported_namespace": "production-europe-west-4"}


@pytest.mark.parametrize(
    "events",
    [
        CountedEvents("r", {}, CODES),
        CountedEvents("http_requests_total", {}, CODES),
        CountedEvents("http_request_duration_seconds_count", {}, CODES),
        CountedEvents("apiserver_request_duration_seconds_count", PLACE, MANY),
        CountedEvents("http_server_requests_milliseconds_count", PLACE, within=250.0),
        CountedEvents("http_request_duration_seconds_count", {}, within=0.4),
    ],
    ids=lambda events: events.series,
)
def test_it_stands_as_the_formatter_leaves_it(events: CountedEvents) -> None:
    """With one failure or several, with a part of the series or all of them."""
    kind = "Availability" if events.within is None else "Latency"
    text = service_file(ServiceText("shop", "platform", "Sells.", "slo.yaml", [ObjectiveText(kind, "99.9", events)]))
    command = [sys.executable, "-m", "ruff", "format", "--stdin-filename", "catalog/services/shop.py", "-"]
    formatted = subprocess.run(command, cwd=ROOT, input=text, capture_output=True, text=True, check=True).stdout

    assert text == formatted


def test_a_service_may_be_called_as_a_word_of_python() -> None:
    """Its variable is not."""
    text = service_file(ServiceText("import", "platform", "Sells.", "slo.yaml", []))

    compile(text, "import_.py", "exec")
    assert 'import_ = Service(\n    name="import",' in text
