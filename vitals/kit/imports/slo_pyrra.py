"""An objective of pyrra: a ``ServiceLevelObjective`` (https://github.com/pyrra-dev/pyrra)."""

from __future__ import annotations

from collections.abc import Mapping

from vitals.errors import VitalsError
from vitals.kit.alerts.located import Located
from vitals.kit.imports.slo_found import SloSource, SourceObjective, days_of, inside, percent_in, text_in

_LEFT_OUT = {
    "alerting": "an objective has burn-rate alerts here, with names and labels of our own",
    "grouping": "it is an objective of each group there, and one of all events here",
}


def pyrra_objective(node: Located, found: SloSource) -> None:
    """Read an objective.

    Raises:
        VitalsError: Its indicator is not one of events, or it is not as pyrra has it.
    """
    fields = node.mapping()
    metadata, spec = inside(fields, "metadata"), inside(fields, "spec")
    indicator, labels = inside(spec, "indicator"), inside(metadata, "labels")
    for kind in sorted(indicator.keys() - {"ratio", "latency"}):
        raise VitalsError(f"its indicator is {kind}, and objectives here count events of a counter or a histogram")
    ratio, latency = inside(indicator, "ratio"), inside(indicator, "latency")
    if not ratio and not latency:
        raise VitalsError("it has no indicator, so nothing says which events it counts. Write a ratio or a latency")
    objective = SourceObjective(
        text_in(metadata, "name"),
        "",
        node.where,
        percent_in(spec, "target"),
        text_in(spec, "description"),
        _metric(ratio or latency, "total"),
        bad=_metric(ratio, "errors"),
        good=_metric(latency, "success"),
        days=days_of(text_in(spec, "window")),
        owner=text_in(labels, "pyrra.dev/team", "pyrra.dev/owner"),
    )
    found.objectives.append(objective)
    found.leave_out(objective, _LEFT_OUT, {**spec, **(ratio or latency)})


def _metric(of: Mapping[str, Located], name: str) -> str:
    return text_in(inside(of, name), "metric")
