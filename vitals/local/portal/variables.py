"""Resolve a dashboard's template variables: their values now, and what the address chooses."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vitals.local.draw.dashboard import DrawnDashboard, Variable
from vitals.local.draw.template import Choice, built_in, choose, substitute
from vitals.local.draw.window import Window
from vitals.local.portal.prometheus import Prometheus

SCRAPE_INTERVAL_S = 15
"""Grafana's default for a Prometheus data source; ``$__rate_interval`` is computed from it there too."""

_LABEL_VALUES = re.compile(r"label_values\(\s*(?:(?P<selector>.+),)?\s*(?P<label>\w+)\s*\)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class ResolvedVariable:
    """One variable with its options; ``choice`` is what queries get for it."""

    variable: Variable
    options: tuple[str, ...]
    choice: Choice


async def resolve(
    dashboard: DrawnDashboard, wanted: Mapping[str, Sequence[str]], window: Window, prometheus: Prometheus
) -> list[ResolvedVariable]:
    """Resolve the variables in dashboard order, so that a later one may use an earlier one.

    Args:
        dashboard: The dashboard.
        wanted: Values from the address by variable name (``var-service=api`` is ``{"service": ["api"]}``).
        window: Where ``label_values`` looks.
        prometheus: Whom to ask.

    Returns:
        Every variable but data sources, which the portal has only one of.

    Raises:
        QueryError: Prometheus does not answer.
    """
    resolved: list[ResolvedVariable] = []
    for variable in dashboard.variables:
        if variable.kind == "datasource":
            continue
        known = choices(resolved, window)
        options = await _options(variable, known, window, prometheus)
        choice = choose(variable, options, wanted.get(variable.name, ()))
        resolved.append(ResolvedVariable(variable, tuple(options), choice))
    return resolved


def choices(resolved: Sequence[ResolvedVariable], window: Window) -> dict[str, Choice]:
    """Return what stands for each name in a query, built-in names included."""
    return built_in(window, SCRAPE_INTERVAL_S) | {one.variable.name: one.choice for one in resolved}


async def _options(
    variable: Variable, known: Mapping[str, Choice], window: Window, prometheus: Prometheus
) -> list[str]:
    if variable.kind != "query":
        return [value.strip() for value in variable.query.split(",") if value.strip()] or list(variable.current)
    match = _LABEL_VALUES.fullmatch(variable.query.strip())
    if not match:
        return list(variable.current)
    return await prometheus.label_values(match["label"], substitute(match["selector"] or "", known).strip(), window)
