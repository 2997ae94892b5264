"""Resolve a dashboard's template variables: their values now, and what the address chooses."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from vitals.local.draw.dashboard import DrawnDashboard, Variable
from vitals.local.draw.template import ALL, Choice, built_in, choose, substitute
from vitals.local.draw.window import Window
from vitals.local.portal.prometheus import Prometheus, QueryError, UnansweredError
from vitals.local.portal.variable_options import asked_options, chosen_first, written_options
from vitals.model.promql.variables import names

SCRAPE_INTERVAL_S = 15
"""Grafana's default for a Prometheus data source; ``$__rate_interval`` is computed from it there too."""


@dataclass(frozen=True, slots=True)
class ResolvedVariable:
    """One variable with its options; ``choice`` is what queries get for it, ``problem`` why its values are unknown."""

    variable: Variable
    options: tuple[str, ...]
    choice: Choice
    problem: str = ""


async def resolve(
    dashboard: DrawnDashboard, wanted: Mapping[str, Sequence[str]], window: Window, prometheus: Prometheus
) -> list[ResolvedVariable]:
    """Resolve the variables, each after those that its query names, wherever they stand.

    Args:
        dashboard: The dashboard.
        wanted: Values from the address by variable name (``var-service=api`` is ``{"service": ["api"]}``).
        window: Where ``label_values`` looks.
        prometheus: Whom to ask.

    Returns:
        Every variable but data sources, which the portal has only one of, in dashboard order. One
        whose query is refused keeps the values that the dashboard was saved with, as in Grafana.

    Raises:
        UnansweredError: Prometheus does not answer.
    """
    resolved: list[ResolvedVariable] = []
    listed = [one for one in dashboard.variables if one.kind != "datasource"]
    for variable in _by_need(listed):
        problem = ""
        options = written_options(variable, window)
        if options is None:
            try:
                options = await asked_options(variable, choices(resolved, window), window, prometheus)
            except UnansweredError:
                raise
            except QueryError as error:
                options, problem = list(variable.current), str(error)
        saved = replace(
            chosen_first(variable, options), all_value=substitute(variable.all_value, choices(resolved, window))
        )
        choice = choose(saved, options, wanted.get(variable.name, ()))
        resolved.append(ResolvedVariable(variable, tuple(options), choice, problem))
    return sorted(resolved, key=lambda one: listed.index(one.variable))


def _by_need(variables: Sequence[Variable]) -> Iterator[Variable]:
    """Variables in the order in which they can be resolved; the first of those that need each other goes first."""
    left = list(variables)
    while left:
        waiting = {one.name for one in left}
        ready = (one for one in left if not waiting & set(names(one.query)) - {one.name})
        found = next(ready, left[0])
        left.remove(found)
        yield found


def choices(resolved: Sequence[ResolvedVariable], window: Window) -> dict[str, Choice]:
    """Return what stands for each name in a query, built-in names included."""
    return built_in(window, SCRAPE_INTERVAL_S) | {one.variable.name: one.choice for one in resolved}


def once(resolved: Sequence[ResolvedVariable], names: Sequence[str]) -> dict[str, Choice]:
    """What stands for the variables for whose values a panel is repeated, in the first of the panels."""
    return {
        one.variable.name: Choice(one.options[:1] if one.choice.values == (ALL,) else one.choice.values[:1])
        for one in resolved
        if one.variable.name in names and one.choice.values and one.options
    }


def written_choices(dashboard: DrawnDashboard, window: Window) -> dict[str, Choice]:
    """What stands for Grafana's own variables and for those whose values are in the dashboard: asks no server."""
    found = built_in(window, SCRAPE_INTERVAL_S)
    for variable in dashboard.variables:
        options = None if variable.kind == "datasource" else written_options(variable, window)
        if options is not None:
            found[variable.name] = choose(chosen_first(variable, options), options, ())
    return found
