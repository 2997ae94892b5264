"""Resolve a dashboard's template variables: their values now, and what the address chooses."""

import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vitals.local.draw.dashboard import DrawnDashboard, Variable
from vitals.local.draw.template import Choice, built_in, choose, substitute
from vitals.local.draw.window import Window
from vitals.local.portal.prometheus import Prometheus, QueryError, UnansweredError

SCRAPE_INTERVAL_S = 15
"""Grafana's default for a Prometheus data source; ``$__rate_interval`` is computed from it there too."""

_LABEL_VALUES = re.compile(r"label_values\(\s*(?:(?P<selector>.+),)?\s*(?P<label>\w+)\s*\)", re.DOTALL)
_WRITTEN = re.compile(r"/(.*)/([a-z]*)", re.DOTALL)
_NAMED_GROUP = re.compile(r"\(\?<(?![=!])")


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
    """Resolve the variables in dashboard order, so that a later one may use an earlier one.

    Args:
        dashboard: The dashboard.
        wanted: Values from the address by variable name (``var-service=api`` is ``{"service": ["api"]}``).
        window: Where ``label_values`` looks.
        prometheus: Whom to ask.

    Returns:
        Every variable but data sources, which the portal has only one of. One whose query is refused keeps the values
        that the dashboard was saved with, as in Grafana.

    Raises:
        UnansweredError: Prometheus does not answer.
    """
    resolved: list[ResolvedVariable] = []
    for variable in dashboard.variables:
        if variable.kind == "datasource":
            continue
        known = choices(resolved, window)
        problem = ""
        try:
            options = await _options(variable, known, window, prometheus)
        except UnansweredError:
            raise
        except QueryError as error:
            options, problem = list(variable.current), str(error)
        choice = choose(variable, options, wanted.get(variable.name, ()))
        resolved.append(ResolvedVariable(variable, tuple(options), choice, problem))
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
    if not match or variable.of_other:
        return list(variable.current)
    found = await prometheus.label_values(match["label"], substitute(match["selector"] or "", known).strip(), window)
    return picked(found, variable.regex)


def picked(values: Sequence[str], regex: str) -> list[str]:
    """The values that the regular expression of a variable picks, as Grafana does it.

    Args:
        values: What Prometheus has.
        regex: ``/pattern/flags`` or a pattern; of one with groups, the one called ``value`` or else the first counts.
            One that Python does not take picks everything.
    """
    written = _WRITTEN.fullmatch(regex.strip())
    pattern, flags = (written[1], written[2]) if written else (regex.strip(), "")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # what a later Python may read otherwise is text until then
            wanted = re.compile(_NAMED_GROUP.sub("(?P<", pattern), re.IGNORECASE if "i" in flags else 0)
    except re.error:
        return list(values)
    found = [(value, match) for value in values if (match := wanted.search(value))]
    if not wanted.groups:
        return [value for value, _ in found]
    group: str | int = "value" if "value" in wanted.groupindex else 1
    return list(dict.fromkeys(value if match[group] is None else match[group] for value, match in found))
