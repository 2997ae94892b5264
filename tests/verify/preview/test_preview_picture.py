"""From a dashboard and the answers of a Prometheus to one picture."""

from __future__ import annotations

import asyncio
import json
import struct
import xml.etree.ElementTree as ET
from pathlib import Path

import httpx
import pytest

from vitals.errors import VitalsError
from vitals.local.draw.theme import DARK, LIGHT, Theme
from vitals.local.pictures.compose import same_everywhere
from vitals.local.pictures.draw import DashboardPicture, draw, write_pictures
from vitals.local.pictures.files import chosen
from vitals.local.pictures.pixels import PNG_SCALE

from .conftest import SPAN, Answer, dashboard, recorded

URL = "http://reader:secret@prometheus.test:9090"
SVG = "{http://www.w3.org/2000/svg}"


def drawn(environment: Path, answer: Answer = recorded, theme: Theme = LIGHT) -> DashboardPicture:
    """The one dashboard of the environment, drawn from answers."""

    async def run() -> list[DashboardPicture]:
        async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
            files = chosen([], environment)
            return await draw(files, SPAN, theme, client=client, url=URL, source="recorded", say=lambda _: None)

    (picture,) = asyncio.run(run())
    return picture


@pytest.fixture(scope="module")
def picture(tmp_path_factory: pytest.TempPathFactory) -> DashboardPicture:
    """The small dashboard in the light theme, drawn once for all tests that look at it."""
    folder = tmp_path_factory.mktemp("drawn") / "prod"
    (folder / "dashboards").mkdir(parents=True)
    (folder / "dashboards" / "small.json").write_text(json.dumps(dashboard()), encoding="utf-8")
    return drawn(folder)


def texts(picture: DashboardPicture) -> list[str]:
    """Every text of the picture."""
    return [one.text or "" for one in ET.fromstring(picture.svg).iter(f"{SVG}text")]  # noqa: S314 our own drawing


def test_everything_that_the_dashboard_shows_is_in_the_picture(picture: DashboardPicture) -> None:
    """Titles with variables filled in, units, legends, a threshold, the unknown kind, the label and the time in UTC."""
    found = texts(picture)

    assert {"Of wellness-api", "Panel 2", "Panel 3", "b", "400 ms"} <= set(found)
    assert any("nodeGraph" in text for text in found)
    assert any(text.startswith("drawn by vitals") for text in found)
    assert any("2026-09-21 13:13 to 2026-09-21 14:13 UTC" in text and "recorded" in text for text in found)


def test_a_collapsed_row_names_what_it_hides(picture: DashboardPicture) -> None:
    """And draws none of it."""
    found = texts(picture)

    assert "collapsed, hides 2: Hidden one, Panel 13" in found
    assert not {"Hidden one", "Panel 12", "Panel 13"} & set(found)
    assert any(text.endswith("Open") for text in found)


def test_text_of_a_dashboard_is_only_text(picture: DashboardPicture) -> None:
    """No element of the picture runs or fetches anything, and what XML cannot hold is gone."""
    elements = list(ET.fromstring(picture.svg).iter())  # noqa: S314 our own drawing

    assert {one.tag.removeprefix(SVG) for one in elements} <= {
        "svg",
        "g",
        "path",
        "line",
        "rect",
        "text",
        "title",
        "clipPath",
        "defs",
    }
    assert not any("href" in name or name.startswith("on") for one in elements for name in one.attrib)
    assert "\u0001" not in picture.svg
    assert any('<script>alert("x")</script>' in text for text in texts(picture))


def test_ids_are_not_shared_by_panels(picture: DashboardPicture) -> None:
    """Each panel clips with its own path: one of a neighbour would cut its lines elsewhere."""
    elements = list(ET.fromstring(picture.svg).iter())  # noqa: S314 our own drawing
    ids = [one.attrib["id"] for one in elements if "id" in one.attrib]
    used = [one.attrib["clip-path"] for one in elements if "clip-path" in one.attrib]

    assert len(ids) == len(set(ids)) > 1
    assert {one.removeprefix("url(#").removesuffix(")") for one in used} <= set(ids)


def test_a_refused_query_is_said_in_its_panel(picture: DashboardPicture) -> None:
    """With the server's own words; all other panels are drawn."""
    assert picture.problems == ("Panel 9: Prometheus refused the query: unclosed <bracket>",)
    assert any("unclosed <bracket>" in text for text in texts(picture))
    assert not picture.empty


def test_the_png_is_the_svg_in_pixels(picture: DashboardPicture) -> None:
    """Its header has the size of the grid times the scale."""
    root = ET.fromstring(picture.svg)  # noqa: S314 our own drawing
    width, height = struct.unpack(">II", picture.png[16:24])

    assert picture.png.startswith(b"\x89PNG")
    assert (width, height) == tuple(round(int(root.attrib[name]) * PNG_SCALE) for name in ("width", "height"))


def test_the_same_answers_give_the_same_bytes(picture: DashboardPicture, environment: Path) -> None:
    """Drawn once more it is the same, and the other theme is another picture."""
    again = drawn(environment)

    assert (again.svg, again.png) == (picture.svg, picture.png)
    assert drawn(environment, theme=DARK).svg != picture.svg


def test_times_are_same_everywhere_wherever_it_is_drawn() -> None:
    """Only time axes are changed; of texts, in keys too, only what XML cannot hold is left out."""
    value = {"type": "quantitative", "scale": {}}
    spec = {"x": {"type": "temporal", "scale": {"nice": False}}, "y": value, "labels": {"a\u0000": "b\ud800\n"}}

    assert same_everywhere(spec) == {
        "x": {"type": "temporal", "scale": {"nice": False, "type": "utc"}},
        "y": value,
        "labels": {"a": "b\n"},
    }


def test_no_data_is_said_in_the_picture_and_reported(environment: Path) -> None:
    """A dashboard on a server without any series is drawn, and each panel without data is named."""

    def empty(request: httpx.Request) -> httpx.Response:
        data: object = [] if "/label/" in request.url.path else {"resultType": "matrix", "result": []}
        return httpx.Response(200, json={"status": "success", "data": data})

    found = drawn(environment, empty)

    assert {"Panel 2", "Panel 3", "Panel 9"} <= set(found.empty)
    assert "No data" in texts(found)


@pytest.mark.parametrize("error", [httpx.ConnectError("refused"), httpx.ReadTimeout("")])
@pytest.mark.parametrize("path", ["/label/", "/query_range"])
def test_a_server_that_is_gone_or_slow_is_one_error(environment: Path, error: Exception, path: str) -> None:
    """At the first question or later: what was asked, without the password, and what to do."""

    def silent(request: httpx.Request) -> httpx.Response:
        if path in request.url.path:
            raise error
        return recorded(request)

    with pytest.raises(
        VitalsError, match=r"does not answer.*http://prometheus\.test:9090.*Nothing was written"
    ) as said:
        drawn(environment, silent)
    assert "secret" not in str(said.value)


def test_a_page_that_is_no_prometheus_is_said(environment: Path) -> None:
    """HTML with status 200, as a login page answers."""
    with pytest.raises(VitalsError, match="does not answer"):
        drawn(environment, lambda _: httpx.Response(200, text="<html>Sign in</html>"))


def test_pictures_are_written_whole(picture: DashboardPicture, tmp_path: Path) -> None:
    """Both files, in a folder that is made; a folder that cannot be is an error."""
    written = write_pictures([picture], tmp_path / "new" / "folder")

    assert [path.name for path in written] == ["small.svg", "small.png"]
    assert written[0].read_text(encoding="utf-8") == picture.svg
    assert written[1].read_bytes() == picture.png
    (tmp_path / "file").write_text("here", encoding="utf-8")
    with pytest.raises(VitalsError, match="could not be written"):
        write_pictures([picture], tmp_path / "file")
