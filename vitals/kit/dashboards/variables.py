"""The choices at the top of a board: the data source everywhere, the service where a board shows one."""

from __future__ import annotations

from grafanalib import core as G  # noqa: N812 - the name that grafanalib's own documentation uses

from vitals.kit.dashboards.facts import BoardFacts
from vitals.model.signals import Signal, signals_of, system, targets

_ON_TIME_CHANGE = 2


def datasource() -> G.Template:
    """Which Prometheus is asked."""
    return G.Template(
        name="datasource", label="Data source", type="datasource", query="prometheus", default="prometheus"
    )


def machine() -> G.Template:
    """Which machine is shown: all of them, until somebody or a link of an alert chooses one."""
    return G.Template(
        name="instance",
        label="Machine",
        query=f"label_values({system.MEMORY.record}, instance)",
        default="$__all",
        includeAll=True,
        allValue=".*",
        refresh=_ON_TIME_CHANGE,
    )


def service(facts: BoardFacts, signal: Signal) -> G.Template:
    """Which service is shown: those that record a signal, or all where none does."""
    listed = facts.signal(signal.id) or targets.UP
    names = (entry.name for entry in facts.services if listed.record in {found.record for found in signals_of(entry)})
    return G.Template(
        name="service",
        label="Service",
        query=f"label_values({listed.record}, service)",
        default=next(names),
        refresh=_ON_TIME_CHANGE,
    )
