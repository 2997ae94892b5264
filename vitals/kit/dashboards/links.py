"""Links between boards. Each carries the time and the chosen values, so nobody has to find the place again."""

from __future__ import annotations

from typing import Any, NamedTuple

from grafanalib import core as G  # noqa: N812 - the name that grafanalib's own documentation uses

from vitals.kit.dashboards.facts import BoardFacts


class Name(NamedTuple):
    """How a board is called: ``uid`` in links, for ever; ``title`` on screen."""

    uid: str
    title: str


OVERVIEW = Name("vitals-overview", "Overview")
API = Name("vitals-api", "API performance")
SLO = Name("vitals-slo", "SLO and error budgets")
USERS = Name("vitals-users", "User experience")
DATABASE = Name("vitals-database", "Database")
CACHE = Name("vitals-cache", "Cache")
TASKS = Name("vitals-tasks", "Background tasks")
COMPONENTS = Name("vitals-components", "Components")
SYSTEM = Name("vitals-system", "System resources")
STACK = Name("vitals-stack", "Stack health")
HOMES = (API, SLO, USERS, DATABASE, CACHE, TASKS, COMPONENTS, SYSTEM, STACK)
"""The boards where signals are at home, in the order in which trouble is followed down."""

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
    link: dict[str, Any] = G.DataLink(title=f"Open {board.title} of the service", linkUrl=address).to_json_data()
    return link


def to_machines(facts: BoardFacts, machine: str = "$__all") -> dict[str, Any]:
    """A link from a value to the board of machines; ``machine`` is how Grafana names the one to show there."""
    address = f"{board_address(facts, SYSTEM)}?var-instance={machine}&{_KEPT}"
    link: dict[str, Any] = G.DataLink(title="Open the machine", linkUrl=address).to_json_data()
    return link


def to_stack(facts: BoardFacts) -> dict[str, Any]:
    """A link from a value to the board of the monitoring itself."""
    address = f"{board_address(facts, STACK)}?{_KEPT}"
    link: dict[str, Any] = G.DataLink(title="Open the stack's health", linkUrl=address).to_json_data()
    return link


def runbook(facts: BoardFacts, alert: str) -> dict[str, Any]:
    """A link to the runbook of an alert; ``alert`` is how Grafana names it there."""
    link: dict[str, Any] = G.DataLink(title="Open the runbook", linkUrl=f"{facts.runbooks_url}/{alert}").to_json_data()
    return link


def board_links(facts: BoardFacts, here: Name) -> tuple[G.DashboardLink, ...]:
    """Links at the top of a board to the overview and to every other board that has something to show."""
    found = [OVERVIEW, *(board for board in HOMES if facts.has_board(board.uid))]
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
