"""Whether the panel behind an alert shows what happened.

An alert links to one panel; that very panel must look different while the fault is on. It is read from the alert's
own annotation, so a wrong link fails the drill as surely as a dead query.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from vitals.errors import VitalsError
from vitals.stack.board_queries import load_boards, panel_queries
from vitals.stack.drills.rig import Rig

LEAST_CHANGE = 0.25
"""Share by which a reading must have changed; traffic alone moves a steady panel by less."""

Readings = Mapping[str, float]


@dataclass(frozen=True)
class PanelLink:
    """A link of the form ``.../d/<uid>/<slug>?viewPanel=<id>&var-<name>=<value>``."""

    uid: str
    panel: int
    variables: Mapping[str, list[str]]


def parse_link(url: str) -> PanelLink | None:
    """Read a link to a panel; None when it names no panel."""
    parts = urlsplit(url)
    segments, asked = parts.path.split("/"), parse_qs(parts.query)
    panel = asked.get("viewPanel", [""])[0].removeprefix("panel-")
    if "d" not in segments[:-1] or not panel.isdigit():
        return None
    variables = {name.removeprefix("var-"): values for name, values in asked.items() if name.startswith("var-")}
    return PanelLink(segments[segments.index("d") + 1], int(panel), variables)


async def readings_before(alert: str, service: str, rig: Rig) -> dict[tuple[str, int], Readings]:
    """Read every panel to which the rules of that alert link.

    Args:
        alert: Name of the alert.
        service: The service that the drill is about.
        rig: The running stack.

    Returns:
        Board and panel -> its readings, see ``read_panel``.
    """
    found: dict[tuple[str, int], Readings] = {}
    for group in (await rig.prometheus.get("rules", type="alert"))["groups"]:
        for rule in group["rules"]:
            if rule["name"] == alert and rule["labels"].get("service") == service:
                link = parse_link(rule["annotations"].get("dashboard_url", ""))
                if link is not None:
                    found[link.uid, link.panel] = await read_panel(link, rig)
    return found


async def read_panel(link: PanelLink, rig: Rig) -> Readings:
    """Read a panel.

    Args:
        link: Which one, and with which variables.
        rig: The running stack.

    Returns:
        The sum of the finite values of each of its queries; a query without one is left out.

    Raises:
        VitalsError: There is no such panel.
    """
    for board in load_boards(rig.folder.boards):
        if board.uid == link.uid:
            for queries in await panel_queries(board, rig.prometheus, link.variables):
                if queries.id == link.panel:
                    return await _read(queries.expressions, rig)
    raise VitalsError(
        f"An alert links to panel {link.panel} of board {link.uid}, and there is no such panel with a query."
    )


def moved(before: Readings, during: Readings) -> bool:
    """Whether a reading has come or gone, or differs by more than ``LEAST_CHANGE`` of what it was."""
    return before.keys() != during.keys() or any(
        abs(value - before[query]) > LEAST_CHANGE * abs(before[query]) for query, value in during.items()
    )


async def _read(expressions: tuple[str, ...], rig: Rig) -> Readings:
    readings: dict[str, float] = {}
    for expression in expressions:
        finite = [sample.value for sample in await rig.prometheus.query(expression) if math.isfinite(sample.value)]
        if finite:
            readings[expression] = math.fsum(finite)
    return readings
