"""Links between boards. Each carries the time and the chosen values, so nobody has to find the place again."""

from __future__ import annotations

from typing import Any, NamedTuple

from grafanalib import core as G  # noqa: N812 - the name that grafanalib's own documentation uses

from dashboards_py.facts import BoardFacts


class Name(NamedTuple):
    """How a board is called: ``uid`` in links, for ever; ``title`` on screen."""

    uid: str
    title: str


OVERVIEW = Name("vitals-overview", "Overview")
API = Name("vitals-api", "API performance")
USERS = Name("vitals-users", "User experience")
DATABASE = Name("vitals-database", "Database")
CACHE = Name("vitals-cache", "Cache")
TASKS = Name("vitals-tasks", "Background tasks")
COMPONENTS = Name("vitals-components", "Components")
FAMILIES = (API, USERS, DATABASE, CACHE, TASKS, COMPONENTS)
"""The boards of one service each, in the order in which trouble is followed down."""

_KEPT = "${datasource:queryparam}&${__url_time_range}"


def board_address(facts: BoardFacts, board: Name) -> str:
    """The address of a board, without time or variables."""
    return f"{facts.boards_url}/d/{board.uid}/{board.uid}"


def drill_down(facts: BoardFacts, board: Name, service: str) -> dict[str, Any]:
    """A link from a value to a board of its service.

    Args:
        facts: Where boards are.
        board: Where it leads.
        service: How Grafana names the service there, such as ``${__field.labels.service}``.
    """
    address = f"{board_address(facts, board)}?var-service={service}&{_KEPT}"
    link: dict[str, Any] = G.DataLink(title="Open the service's board", linkUrl=address).to_json_data()
    return link


def runbook(facts: BoardFacts, alert: str) -> dict[str, Any]:
    """A link to the runbook of an alert; ``alert`` is how Grafana names it there."""
    link: dict[str, Any] = G.DataLink(title="Open the runbook", linkUrl=f"{facts.runbooks_url}/{alert}").to_json_data()
    return link


def family_links(facts: BoardFacts, here: Name) -> tuple[G.DashboardLink, ...]:
    """Links from one board to the overview and to every family that some service has."""
    homes = {signal.board for signal in facts.signals}
    found = [OVERVIEW, *(board for board in FAMILIES if board.uid in homes)]
    return tuple(board_link(facts, board) for board in found if board != here)


def board_link(facts: BoardFacts, board: Name) -> G.DashboardLink:
    """A link at the top of a board to another one, with time and variables."""
    return G.DashboardLink(
        title=board.title,
        type="link",
        uri=board_address(facts, board),
        icon="dashboard",
        keepTime=True,
        includeVars=True,
    )
