"""The files of an environment, as a mapping from relative path to text; nothing is written here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from vitals.kit.alerts.routing import alertmanager_config
from vitals.kit.dashboards.build import build
from vitals.kit.dashboards.clusters import with_clusters
from vitals.kit.dashboards.context import DashboardContext, ThresholdLine
from vitals.kit.scrape import prometheus_config
from vitals.model.catalog import Catalogue, Environment
from vitals.model.signals import Signal
from vitals.render import content
from vitals.render.compose import Plan, compose
from vitals.render.cost import cost_of
from vitals.render.imported_dashboards import imported, require_free, shown_in
from vitals.render.load import load_marks
from vitals.render.managed import managed_objects
from vitals.render.model import model
from vitals.render.objects import objects, rule_files
from vitals.render.panels import check_dashboards
from vitals.render.text import to_json, to_yaml
from vitals.rendered import names


def render(catalogue: Catalogue, environment: Environment) -> dict[str, str]:
    """Compose and render one environment; see :func:`files_of`."""
    return files_of(compose(catalogue, environment))


def files_of(plan: Plan, brought: Sequence[Mapping[str, Any]] | None = None) -> dict[str, str]:
    """Render an environment that is composed.

    Args:
        plan: The environment.
        brought: Dashboards that were imported; those of the project if not given.

    Returns:
        Text by relative path: ``alertmanager.yml``, ``dashboards/*.json``, ``model.json``, ``load.json`` where a
        service is load-tested, and scrape configuration and ``rules/*.yaml`` in the form in which the environment takes
        them.

    Raises:
        VitalsError: Something in the catalogue, a rule or a panel does not fit, or the whole is over its budget.
    """
    cost = cost_of(plan)
    dashboards = build(content.dashboards(), _dashboard_facts(plan))
    check_dashboards(dashboards, plan)
    shown = shown_in(imported() if brought is None else brought, plan)
    require_free(shown, dashboards)
    rules = rule_files(plan)
    files = {
        names.ALERTMANAGER: to_yaml(alertmanager_config(plan.routing, plan.teams, plan.environment, plan.maintenance))
    }
    shown = {**dashboards, **shown}
    written = {uid: with_clusters(one) for uid, one in shown.items()} if plan.environment.clusters else shown
    files |= {names.dashboard_file(uid): to_json(dashboard) for uid, dashboard in written.items()}
    files |= dict(_delivery(plan, rules))
    if marks := load_marks(plan.services):
        files[names.LOAD] = to_json(marks.model_dump(mode="json"))
    files[names.MODEL] = to_json(model(plan, shown, files, cost).model_dump(mode="json", by_alias=True))
    return dict(sorted(files.items()))


def _delivery(plan: Plan, rules: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    if plan.environment.delivery == "files":
        yield from ((names.yaml_file(names.RULES, name), text) for name, text in rules.items())
        yield names.PROMETHEUS, to_yaml(prometheus_config(plan.jobs, plan.environment))
    elif plan.environment.delivery == "operator":
        yield from objects(plan, rules)
    else:
        yield from managed_objects(plan, rules)


def _dashboard_facts(plan: Plan) -> DashboardContext:
    signals: dict[str, Signal] = {}
    for service in plan.watched:
        signals |= {signal.id: signal for signal in plan.signals[service.name]}
    lines: dict[str, tuple[ThresholdLine, ...]] = {}
    for alert in plan.alerts:
        for bound in alert.bounds:
            line = ThresholdLine(bound.value, bound.severity)
            if line not in lines.get(bound.signal, ()):
                lines[bound.signal] = (*lines.get(bound.signal, ()), line)
    return DashboardContext(
        services=plan.services,
        signals=tuple(signals.values()),
        lines=lines,
        dashboards_url=plan.environment.dashboards_url,
        runbooks_url=plan.environment.runbooks_url,
        environment=plan.environment.name,
    )
