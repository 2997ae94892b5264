"""Whether a panel shows what happened.

An alert links to one panel; that very panel must get worse while the fault is on, and so must the panels of the signals
that a drill names. The alert's panel is read from its own annotation, so a wrong link fails the drill as surely as a
dead query. Nothing is taken on trust: without data before the fault there is nothing to compare with, and a panel that
falls empty, or gets better, has not moved.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from vitals.errors import VitalsError
from vitals.local.stack.dashboard_queries import dashboard_queries, load_dashboards
from vitals.model.conventions import SERVICE
from vitals.rendered import RenderedModel, WorseDirection
from vitals.verify.drills.stack_client import StackClient

LEAST_SHARE = 0.25
"""Share of what it was by which a reading must have got worse; traffic alone moves a steady panel by less."""
LEAST_STEP = 0.01
"""The least change in the unit of the panel (1 %, 10 ms): a quarter of almost nothing is not a change."""

Readings = Mapping[str, float]


@dataclass(frozen=True)
class PanelLink:
    """A link of the form ``.../d/<uid>/<slug>?viewPanel=<id>&var-<name>=<value>``."""

    uid: str
    panel: int
    variables: Mapping[str, list[str]]

    @property
    def name(self) -> str:
        """The panel in words, for problems: ``dashboard/id``."""
        return f"{self.uid}/{self.panel}"


def parse_link(url: str) -> PanelLink | None:
    """Read a link to a panel; None when it names no panel.

    A variable that a rule leaves to be filled in (``{{ $labels.instance }}``) is left to the dashboard.
    """
    parts = urlsplit(url)
    segments, asked = parts.path.split("/"), parse_qs(parts.query)
    panel = asked.get("viewPanel", [""])[0].removeprefix("panel-")
    if "d" not in segments[:-1] or not panel.isdigit():
        return None
    variables = {
        name.removeprefix("var-"): values
        for name, values in asked.items()
        if name.startswith("var-") and not any("{{" in value for value in values)
    }
    return PanelLink(segments[segments.index("d") + 1], int(panel), variables)


async def linked_panels(alert: str, service: str, stack: StackClient) -> list[PanelLink]:
    """Return the panels to which the rules of an alert link, each once.

    Args:
        alert: Name of the alert.
        service: The service that the drill is about.
        stack: The running stack.
    """
    found: list[PanelLink] = []
    for group in (await stack.prometheus.get("rules", type="alert"))["groups"]:
        for rule in group["rules"]:
            if rule["name"] == alert and rule["labels"].get(SERVICE) == service:
                link = parse_link(rule["annotations"].get("dashboard_url", ""))
                if link is not None and link not in found:
                    found.append(link)
    return found


def panel_of(signal: str, service: str, model: RenderedModel) -> PanelLink:
    """Return the panel of a signal, with that service chosen.

    Raises:
        VitalsError: The service has no such signal, or no dashboard shows it.
    """
    for record in model.records:
        if (record.signal, record.labels[SERVICE]) == (signal, service) and record.panel is not None:
            return PanelLink(record.panel.uid, record.panel.id, {SERVICE: [service]})
    raise VitalsError(f"No dashboard shows the signal {signal} of {service}, so no panel would show this fault.")


def worse_on(link: PanelLink, model: RenderedModel) -> WorseDirection:
    """Return which values are bad ones on a panel.

    Raises:
        VitalsError: The panel is the home of no signal.
    """
    for record in model.records:
        if record.panel is not None and (record.panel.uid, record.panel.id) == (link.uid, link.panel):
            return record.direction
    raise VitalsError(
        f"Panel {link.panel} of dashboard {link.uid} is the home of no signal, so nothing says what is bad there."
    )


async def read_panel(link: PanelLink, stack: StackClient) -> Readings:
    """Read a panel.

    Args:
        link: Which one, and with which variables.
        stack: The running stack.

    Returns:
        The sum of the finite values of each of its queries; a query without one is left out.

    Raises:
        VitalsError: There is no such panel.
    """
    for dashboard in load_dashboards(stack.folder.dashboards):
        if dashboard.uid == link.uid:
            for queries in (await dashboard_queries(dashboard, stack.prometheus, link.variables)).panels:
                if queries.id == link.panel:
                    return await _read(queries.expressions, stack)
    raise VitalsError(
        f"An alert links to panel {link.panel} of dashboard {link.uid}, and there is no such panel with a query."
    )


def moved(before: Readings, during: Readings, direction: WorseDirection) -> bool:
    """Whether a reading got worse by more than ``LEAST_SHARE`` of what it was, and by ``LEAST_STEP`` at least."""
    return any(_worsened(before[query], value, direction) for query, value in during.items() if query in before)


def _worsened(before: float, during: float, direction: WorseDirection) -> bool:
    rise = during - before
    change = {"higher is worse": rise, "lower is worse": -rise, "neither": abs(rise)}[direction]
    return change > max(LEAST_SHARE * abs(before), LEAST_STEP)


async def _read(expressions: tuple[str, ...], stack: StackClient) -> Readings:
    readings: dict[str, float] = {}
    for expression in expressions:
        finite = [sample.value for sample in await stack.prometheus.query(expression) if math.isfinite(sample.value)]
        if finite:
            readings[expression] = math.fsum(finite)
    return readings
