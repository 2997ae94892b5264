"""``vitals query-cost``: how many samples rule evaluations and dashboard loads read, counted by a real Prometheus."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markdown import Markdown

from vitals.atomic import write_atomic
from vitals.cli.interrupt import run_until_interrupted
from vitals.cli.output_file import require_output
from vitals.cli.up import ENVIRONMENT
from vitals.errors import VitalsError
from vitals.local.portal.prometheus import QueryError
from vitals.local.stack.rendered_rules import RenderedRule, rules_in
from vitals.local.tools import ensure, showing_progress
from vitals.model.catalog import Budget, Catalogue, Environment, Service, load
from vitals.model.catalog.fields import seconds
from vitals.model.conventions import SLO
from vitals.model.signals.anomaly import OF_SERVICE
from vitals.paths import CATALOG
from vitals.render import Plan, compose, render, write
from vitals.rendered import RuleGroupEntry
from vitals.verify.query_cost.count import CountPrograms, count
from vitals.verify.query_cost.page import page as page_of
from vitals.verify.query_cost.peer_comparison import GeneratorCost, compare, objectives, rules_of
from vitals.verify.query_cost.peer_page import page as peer_page
from vitals.verify.query_cost.synthetic import SyntheticJob


def query_cost(
    *,
    env: Annotated[str, typer.Option(help="Environment.")] = ENVIRONMENT,
    page: Annotated[Path | None, typer.Option(help="Write the Markdown page to this file.")] = None,
    peers: Annotated[
        Path | None, typer.Option(help="Count objectives beside other generators instead, and write that page.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
    catalogue: Annotated[Path, typer.Option(help="Folder of the catalogue.")] = CATALOG,
) -> None:
    """Say how many samples each rule evaluation, objective and dashboard load makes Prometheus read."""
    require_output(page)
    require_output(peers)
    declared = load(catalogue)
    if env not in declared.environments:
        raise VitalsError(
            f"The catalogue has no environment {env!r}; it has {', '.join(sorted(declared.environments))}. Nothing "
            "was counted."
        )
    console = Console(stderr=True)
    with showing_progress() as report, tempfile.TemporaryDirectory(prefix="vitals-rendered-") as folder:
        found = ensure(("prometheus", "promtool"), report)
        programs = CountPrograms(found["prometheus"], found["promtool"])
        try:
            if peers is not None:
                peers_cost = run_until_interrupted(_peers(declared, declared.environments[env], programs, console))
                write_atomic(peers, peer_page(peers_cost))
                return
            rendered, jobs = made(declared, declared.environments[env], Path(folder) / env)
            counted = run_until_interrupted(count(rendered, jobs, programs, console.print))
        except QueryError as error:
            raise VitalsError(f"The samples could not be counted: {error}") from error
    if page is not None:
        write_atomic(page, page_of(counted))
    if as_json:
        typer.echo(json.dumps(counted.document(), indent=2))
    elif page is None:
        Console().print(Markdown(page_of(counted)))


def of_services(catalogue: Catalogue, names: Sequence[str], environment: Environment) -> list[RenderedRule]:
    """Our rules of the objectives of services that are all alike: copies of the one with both.

    Raises:
        VitalsError: No service of the catalogue has both objectives.
    """
    model = next((one for one in catalogue.services if one.availability and one.latency), None)
    if model is None:
        raise VitalsError(
            "No service of the catalogue has an objective of availability and one of latency, so there is nothing to "
            "compare. Nothing was counted. Give one service both."
        )
    # Alone and without autoscaling: environments may limit the replicas of services that are not among the copies.
    roomy = replace(environment, budget=Budget(series=10**9, samples_per_month=10**15), autoscaling=None)
    services = tuple(replace(model, name=name) for name in names)
    copies = replace(catalogue, services=services, environments={roomy.name: roomy})
    groups = (
        RuleGroupEntry.model_validate({"name": group.name, "interval": group.interval, "rules": group.rules})
        for group in compose(copies, roomy).groups
    )
    return [rule for rule in rules_in(groups) if rule.labels.get(SLO)]


async def _peers(
    catalogue: Catalogue, environment: Environment, programs: CountPrograms, console: Console
) -> list[GeneratorCost]:
    names = [f"service-{number}" for number in range(1, 6)]
    budgets = objectives(names, errors=0.001, slow=0.01, within_s=0.25)
    rules = rules_of(of_services(catalogue, names, environment), budgets)
    return await compare(rules, budgets, programs, console.print)


def made(catalogue: Catalogue, environment: Environment, folder: Path) -> tuple[Path, list[SyntheticJob]]:
    """Render an environment into a folder, and say what its targets expose.

    Raises:
        VitalsError: The catalogue does not fit together.
    """
    write(render(catalogue, environment), folder)
    return folder, synthetic_jobs(compose(catalogue, environment))


def synthetic_jobs(plan: Plan) -> list[SyntheticJob]:
    """Say what the targets of an environment expose, job by job."""
    services = {service.name: service for service in plan.services}
    return [_synthetic(job.name, services.get(job.name), plan) for job in plan.jobs]


def _synthetic(name: str, service: Service | None, plan: Plan) -> SyntheticJob:
    (job,) = (job for job in plan.jobs if job.name == name)
    interval_s = seconds(job.interval)
    if service is None:
        targets = plan.environment.targets.get(name, 1)
        about = {OF_SERVICE: [watched.name for watched in plan.watched]}
        return SyntheticJob(name, interval_s, targets, job.metrics, {"rule_group": len(plan.groups)}, about)
    named = {
        "database": [store.name for store in service.stores],
        "cache": [cache.name for cache in service.caches],
        "queue": [queue.name for queue in service.queues],
    }
    names = {label: found for label, found in named.items() if found}
    return SyntheticJob(name, interval_s, service.replicas, job.metrics, expects=service.expects, names=names)
