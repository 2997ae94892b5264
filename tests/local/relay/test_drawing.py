"""From a notice to a PNG: a real Prometheus is asked, a process of its own paints."""

from __future__ import annotations

import struct
import time
from collections.abc import Iterator

import pytest

from tests.local.relay.notices import notice
from tests.local.relay.own_prometheus import own_prometheus, write_dashboard
from vitals.local.draw.theme import LIGHT
from vitals.local.pictures.ask import DrawnFile, TimeRange
from vitals.local.relay import drawing
from vitals.local.relay.drawing import HEIGHT_PX, WIDTH_PX, PanelPainter
from vitals.local.relay.notice import Notice
from vitals.local.relay.paint import Drawing, paint, painted
from vitals.local.relay.problem import NoPictureError, Reason

pytestmark = pytest.mark.rules

HOSTILE = '<script>alert("x")</script>\x00'
PANELS = {
    1: ("Targets up", 'up{job="$job"}'),
    2: ("Nothing", "absent_metric"),
    3: ("No query", "sum by ("),
    4: (HOSTILE, 'label_replace(up{job="$job"}, "hostile", "a & b", "", "")'),
}


@pytest.fixture(scope="module")
def watching(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Prometheus that scrapes itself; its base URL."""
    with own_prometheus(tmp_path_factory.mktemp("prometheus")) as url:
        yield url


@pytest.fixture(scope="module")
def painter(watching: str, tmp_path_factory: pytest.TempPathFactory) -> PanelPainter:
    """What draws the panels of one dashboard."""
    folder = tmp_path_factory.mktemp("dashboards")
    write_dashboard(folder, PANELS)
    return PanelPainter(watching, folder)


def _notice(panel: int) -> Notice:
    link = f"http://g/d/itself/itself?viewPanel={panel}&var-job=itself&from=now-5m"
    return notice(annotations={"dashboard_url": link})


def test_the_panel_of_a_notice_is_a_png(painter: PanelPainter) -> None:
    """Twice as many pixels as the panel has, and the frame around it; small enough for a telephone."""
    picture = painter.picture(_notice(1))

    width, height = struct.unpack(">II", picture.png[16:24])
    assert picture.png.startswith(b"\x89PNG\r\n\x1a\n")
    assert (width, height) == (2 * (WIDTH_PX + 32), 2 * (HEIGHT_PX + 98))
    assert 5_000 < len(picture.png) < 300_000
    assert (picture.stem, picture.description) == (
        "itself-1",
        "[FIRING] ServiceOutage: wellness-api, Targets up (Itself)",
    )


def test_a_picture_begins_with_the_first_sample(painter: PanelPainter, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where data are younger than the range of the link, most of a picture would be empty."""
    drawings: list[Drawing] = []

    def kept(one: Drawing) -> bytes:
        drawings.append(one)
        return b""

    monkeypatch.setattr(drawing, "painted", kept)

    painter.picture(_notice(1))

    assert 60.0 <= drawings[0].span.length_s < 300.0


def test_hostile_text_of_a_panel_is_only_text(painter: PanelPainter) -> None:
    """It ends neither the drawing nor the process that paints."""
    assert painter.picture(_notice(4)).png.startswith(b"\x89PNG")


@pytest.mark.parametrize(("panel", "reason"), [(2, "no_data"), (3, "prometheus"), (9, "no_panel")])
def test_a_panel_that_shows_nothing_is_no_picture(panel: int, reason: Reason, painter: PanelPainter) -> None:
    """Without data, refused by Prometheus, or not there."""
    with pytest.raises(NoPictureError) as error:
        painter.picture(_notice(panel))

    assert error.value.reason == reason


def test_a_prometheus_that_is_gone_is_said(painter: PanelPainter) -> None:
    """As one that does not answer."""
    with pytest.raises(NoPictureError) as error:
        PanelPainter("http://127.0.0.1:9", painter.dashboards).picture(_notice(1))

    assert error.value.reason == "prometheus"


def test_painting_that_takes_too_long_is_ended() -> None:
    """The process is gone, and the next picture can be painted."""
    nothing = Drawing(DrawnFile.__new__(DrawnFile), TimeRange(time.time(), 300.0), LIGHT, "x")

    with pytest.raises(NoPictureError, match="within") as error:
        painted(nothing, within_s=0.01)

    assert error.value.reason == "not_drawn"


def test_painting_that_crashes_is_one_picture_less() -> None:
    """A drawing that cannot be painted ends the process that paints it and no other."""
    nothing = Drawing(DrawnFile.__new__(DrawnFile), TimeRange(time.time(), 300.0), LIGHT, "x")

    with pytest.raises(AttributeError):
        paint(nothing)
    with pytest.raises(NoPictureError, match="code 1") as error:
        painted(nothing)

    assert error.value.reason == "not_drawn"
