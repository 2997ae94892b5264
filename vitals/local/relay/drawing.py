"""From a notification to the picture of the panel that it links to."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from pathlib import Path

import httpx

from vitals.local.draw.theme import LIGHT
from vitals.local.pictures.arrangement import Tile
from vitals.local.pictures.ask import DrawnFile, TimeRange, ask
from vitals.local.pictures.files import DashboardFile
from vitals.local.portal.opening import SHORTEST_S, Opening
from vitals.local.portal.prometheus import Prometheus, QueryError
from vitals.local.portal.time_range import parse_moment
from vitals.local.relay.notice import Notice
from vitals.local.relay.paint import Drawing, painted
from vitals.local.relay.panel import LinkedPanel, linked_panel
from vitals.local.relay.picture import PanelPicture
from vitals.local.relay.problem import NoPictureError

WIDTH_PX, HEIGHT_PX = 720.0, 330.0
"""As large as a chat shows a picture beside its text: letters of 11 pixels are legible on a telephone held sideways."""
ANSWER_WITHIN_S = 15.0
"""How long one query may take. A Prometheus that needs longer is in trouble itself, and a picture is not worth more."""


class PanelPainter:
    """Draws the panels of one environment.

    Args:
        prometheus_url: Base URL of the Prometheus that is asked.
        dashboards: Folder of the rendered dashboards; panels of no others are drawn.
    """

    def __init__(self, prometheus_url: str, dashboards: Path) -> None:
        self._url = prometheus_url
        self.dashboards = dashboards
        self._has_past = False  # whether data reach back as far as a picture; it is asked until they do

    def picture(self, notice: Notice) -> PanelPicture:
        """Draw the panel of a notification as it is now.

        Raises:
            NoPictureError: There is no such panel, it has no data, Prometheus does not answer, or drawing failed.
        """
        linked = linked_panel(notice.link, self.dashboards)
        title = linked.dashboard.title
        headline = replace(linked.dashboard, title=notice.title)
        # One panel of a dashboard of its own, under the headline of the notification.
        one = DashboardFile(title, headline, (Tile(linked.panel, 0.0, 0.0, WIDTH_PX, HEIGHT_PX),))
        drawn, span = asyncio.run(self._asked(one, linked))
        (tile,) = drawn.tiles
        if tile.problem:
            raise NoPictureError("prometheus", f"panel {linked.panel.id} of {title}: {tile.problem}")
        if tile.empty:
            raise NoPictureError("no_data", f"panel {linked.panel.id} of {title} has no data")
        png = painted(Drawing(drawn, span, LIGHT, title))
        stem = f"{linked.dashboard.uid}-{linked.panel.id}"
        return PanelPicture(png, stem, f"{notice.title}, {tile.title} ({title})")

    async def _asked(self, file: DashboardFile, linked: LinkedPanel) -> tuple[DrawnFile, TimeRange]:
        async with httpx.AsyncClient(timeout=ANSWER_WITHIN_S, trust_env=False) as client:
            prometheus = Prometheus(client, self._url)
            try:
                span = await self._span(file, linked, prometheus)
                return await ask(file, span, LIGHT, prometheus, wanted=linked.wanted), span
            except QueryError as error:
                raise NoPictureError("prometheus", str(error)) from error

    async def _span(self, file: DashboardFile, linked: LinkedPanel, prometheus: Prometheus) -> TimeRange:
        """The range of the link; from the first sample on where data are younger, as the portal opens a dashboard."""
        now, usual = float(int(time.time())), f"now-{linked.range_s:.0f}s"
        begins = usual
        if not self._has_past:
            begins = await Opening(prometheus).of(replace(file.dashboard, time_from=usual), real_since=None)
            self._has_past = begins == usual
        return TimeRange(now, max(SHORTEST_S, now - parse_moment(begins, now)))
