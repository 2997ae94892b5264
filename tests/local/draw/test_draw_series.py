"""Prometheus answers as series, events and single numbers."""

from __future__ import annotations

import math

from vitals.local.draw.dashboard import Annotation, Target
from vitals.local.draw.events import read_events
from vitals.local.draw.series import Exemplar, distinct_names, read_result, thin_exemplars


def _matrix(*samples: tuple[float, str], **labels: str) -> dict[str, object]:
    return {"resultType": "matrix", "result": [{"metric": labels, "values": [list(sample) for sample in samples]}]}


def test_matrix_vector_and_scalar_are_read() -> None:
    """All three answer types give series; NaN and infinities become missing values."""
    target = Target("A", "up", legend="{{job}}")
    (series,) = read_result(target, _matrix((10, "1"), (20, "NaN"), (30, "+Inf"), job="api"))
    assert (series.name, series.times) == ("api", (10.0, 20.0, 30.0))
    assert series.values[0] == 1
    assert all(math.isnan(value) for value in series.values[1:])
    vector = {"resultType": "vector", "result": [{"metric": {}, "value": [10, "2"]}]}
    assert read_result(target, vector)[0].values == (2.0,)
    assert read_result(target, {"resultType": "scalar", "result": [10, "3"]})[0].values == (3.0,)


def test_a_series_without_legend_is_named_by_its_labels() -> None:
    """One label: its value; several: name and labels; none: the query."""
    target = Target("A", "sum(up)")
    assert read_result(target, _matrix((1, "1"), job="api"))[0].name == "api"
    assert read_result(target, _matrix((1, "1"), __name__="up", a="1", b="2"))[0].name == 'up{a="1", b="2"}'
    assert read_result(target, _matrix((1, "1")))[0].name == "sum(up)"


def test_equal_names_stay_two_lines() -> None:
    """A second series of the same name gets a number."""
    series = read_result(Target("A", "up", legend="p95"), _matrix((1, "1"))) * 2
    assert [one.name for one in distinct_names(series)] == ["p95", "p95 (2)"]


def test_an_annotation_marks_each_stretch() -> None:
    """A gap or a zero ends a stretch, the next sample begins another; labels fill the title."""
    annotation = Annotation("Alerts", "ALERTS", "{{alertname}} fires", "{{severity}}", "red")
    points = [(10, "1"), (20, "1"), (30, "0"), (40, "1"), (100, "1")]
    events = read_events(annotation, _matrix(*points, alertname="ApiOutage", severity="critical"), step=10)
    assert [(event.start, event.end) for event in events] == [(10, 20), (40, 40), (100, 100)]
    assert (events[0].title, events[0].text, events[0].color) == ("ApiOutage fires", "critical", "red")


def test_the_slowest_exemplar_of_each_slot_stays() -> None:
    """Thinning keeps the slowest of neighbours and drops what lies outside the window."""
    many = [Exemplar(at, value, f"{at}", {}) for at, value in [(1, 0.1), (2, 0.9), (55, 0.2), (400, 5.0)]]
    assert [one.trace_id for one in thin_exemplars(many, start=0, end=100, slots=10)] == ["2", "55"]
