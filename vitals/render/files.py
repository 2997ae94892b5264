"""The files of an environment, as a mapping from relative path to text; nothing is written here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from alert_rules import alertmanager_config
from dashboards_py import BoardFacts, Line
from vitals.kit.dashboards.build import build
from vitals.kit.scrape import prometheus_config
from vitals.model.catalog import Catalogue, Environment
from vitals.model.signals import Signal
from vitals.render.compose import Plan, compose
from vitals.render.cost import cost_of
from vitals.render.managed import managed_objects
from vitals.render.model import model
from vitals.render.objects import objects, rule_files
from vitals.render.panels import check_boards
from vitals.render.text import to_json, to_yaml


def render(catalogue: Catalogue, environment: Environment) -> dict[str, str]:
    """Render one environment.

    Returns:
        Text by relative path: ``rules/*.yaml``, ``alertmanager.yml``, ``boards/*.json``, ``model.json``, and the scrape
        configuration and rules in the form in which the environment takes them.

    Raises:
        VitalsError: Something in the catalogue, a rule or a panel does not fit, or the whole is over its budget.
    """
    plan = compose(catalogue, environment)
    cost = cost_of(plan)
    boards = build(_board_facts(plan))
    check_boards(boards, plan)
    rules = rule_files(plan)
    files = {f"rules/{name}.yaml": text for name, text in rules.items()}
    files["alertmanager.yml"] = to_yaml(alertmanager_config(dict(plan.teams), environment))
    files |= {f"boards/{uid}.json": to_json(board) for uid, board in boards.items()}
    files |= dict(_delivery(plan, rules))
    files["model.json"] = to_json(model(plan, boards, files, cost))
    return dict(sorted(files.items()))


def _delivery(plan: Plan, rules: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    if plan.environment.delivery == "files":
        yield "prometheus.yml", to_yaml(prometheus_config(plan.jobs, plan.environment))
    elif plan.environment.delivery == "operator":
        yield from objects(plan, rules)
    else:
        yield from managed_objects(plan, rules)


def _board_facts(plan: Plan) -> BoardFacts:
    signals: dict[str, Signal] = {}
    for service in plan.watched:
        signals |= {signal.id: signal for signal in plan.signals[service.name]}
    lines: dict[str, tuple[Line, ...]] = {}
    for alert in plan.alerts:
        for bound in alert.bounds:
            line = Line(bound.value, bound.severity.value)
            if line not in lines.get(bound.signal, ()):
                lines[bound.signal] = (*lines.get(bound.signal, ()), line)
    return BoardFacts(
        services=plan.services,
        signals=tuple(signals.values()),
        lines=lines,
        boards_url=plan.environment.boards_url,
        runbooks_url=plan.environment.runbooks_url,
        environment=plan.environment.name,
    )
