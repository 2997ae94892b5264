"""Histograms count each value once, in buckets whose width a reader can read."""

from __future__ import annotations

import math

import pytest

from vitals.local.draw.frame import PanelData, Size, Spec
from vitals.local.draw.histogram import ALL, bucket_width
from vitals.local.draw.panel import draw_panel
from vitals.local.draw.series import DrawnSeries
from vitals.local.draw.theme import LIGHT
from vitals.local.draw.window import Window

from .conftest import START, PanelMaker


def _series(name: str, *values: float) -> DrawnSeries:
    return DrawnSeries(name, {}, tuple(START + 15.0 * number for number in range(len(values))), values)


def _drawn(make_panel: PanelMaker, window: Window, size: Size, *series: DrawnSeries, **options: object) -> Spec:
    panel = make_panel("histogram", unit="s", options=options)
    return draw_panel(panel, PanelData(series), window=window, size=size, theme=LIGHT)


@pytest.mark.parametrize(
    ("values", "wanted", "width"),
    [
        ((0.0, 30.0), None, 1.0),
        ((0.0, 31.0), None, 2.0),
        ((0.1, 0.9), None, 0.05),
        ((0.0, 30.0), 7, 7.0),
        ((0.0, 30.0), 1e-9, 1.0),
        ((0.0, 30.0), "wide", 1.0),
        ((5.0, 5.0), None, 1.0),
        ((), None, 1.0),
    ],
)
def test_buckets_are_round_and_at_most_thirty(values: tuple[float, ...], wanted: object, width: float) -> None:
    """Unless the panel has a width of its own that fits on a screen."""
    assert bucket_width(values, wanted) == pytest.approx(width)


def test_each_value_is_counted_once(make_panel: PanelMaker, window: Window, size: Size) -> None:
    """Of every series by itself; what is not a number is left out."""
    rows = _drawn(make_panel, window, size, _series("a", 1.0, 1.5, 3.0, math.nan), _series("b", 2.0), bucketSize=1)[
        "datasets"
    ]["buckets"]

    assert rows == [
        {"series": "a", "low": 1.0, "high": 2.0, "count": 2},
        {"series": "a", "low": 3.0, "high": 4.0, "count": 1},
        {"series": "b", "low": 2.0, "high": 3.0, "count": 1},
    ]


def test_series_can_be_counted_together(make_panel: PanelMaker, window: Window, size: Size) -> None:
    """As the panel wants it."""
    spec = _drawn(make_panel, window, size, _series("a", 1.0), _series("b", 1.2), combine=True, bucketSize=1)

    assert spec["datasets"]["buckets"] == [{"series": ALL, "low": 1.0, "high": 2.0, "count": 2}]
