"""Objectives of a project's services: each alert that follows from one is tried on lives of the service.

The oracle computes from the objective alone when each must fire; promtool is held to it at every evaluation, on the
rules as they are rendered. So the arithmetic of budgets, windows and outages is proved on what a project declares, and
not on the services of a demo.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from vitals.errors import VitalsError
from vitals.rendered import AlertEntry, Rendered, ServiceEntry
from vitals.verify.oracle import scrapes
from vitals.verify.oracle.conditions import Firing, Statement
from vitals.verify.oracle.expected import AlertKey, expected_firing
from vitals.verify.oracle.objectives import ApiTerms
from vitals.verify.project.expectations import ExpectedAlert, expectations
from vitals.verify.project.promtool_test import complaint_about, fullest, one_test
from vitals.verify.project.service_lives import PAGES, WARNS, ServiceLife, lives, spends

_READS = ("outage", "slo")
"""Groups whose records and alerts others of the same service read."""
_OURS = ("api_calls_total", "api_response_time_seconds")
"""What is counted of a service that imports our telemetry."""
_PACES = {"fast": PAGES, "slow": WARNS}


def judged(rendered: Path) -> list[str]:
    """The services that are judged: APIs with an objective, whose rules read the metrics of our telemetry.

    Args:
        rendered: Holds one folder for each environment.
    """
    environment = fullest(rendered)
    return [one.name for one in environment.model.services if one.api and one.slos and _is_ours(one, environment)]


def _is_ours(service: ServiceEntry, environment: Rendered) -> bool:
    """Whether its budgets are counted from our metrics, and not from those of another library."""
    exprs = [r.expr for group in environment.groups() if group.name == f"{service.name}.slo" for r in group.rules]
    return any(name in expr for expr in exprs for name in _OURS)


def check(service: str, rendered: Path) -> None:
    """Hold every alert that follows from the objectives of a service to the oracle.

    Args:
        service: One of those that are judged.
        rendered: Holds one folder for each environment; the one with most rules is judged.

    Raises:
        VitalsError: An alert is missing, or promtool finds an evaluation at which one is not as the oracle says.
    """
    environment = fullest(rendered)
    entries = {(one.id, one.service): one for one in environment.model.alerts}
    terms = _terms(next(one for one in environment.model.services if one.name == service), environment)
    said = {**terms.statements(), **scrapes.target_down()}
    statements = {(alert, service): statement for alert, statement in said.items()}
    if missing := sorted(alert for alert, _ in statements.keys() - entries.keys()):
        raise VitalsError(
            f"{service} has objectives and not the alerts {', '.join(missing)} in {environment.name}, so no "
            "team would hear that they are missed. Join the alerts that come with Vitals in alert_rules/__init__.py."
        )
    needed = {entries[key].group for key in statements} | {f"{service}.{group}" for group in _READS}
    groups = [group for group in environment.groups() if group.name in needed]
    tests: dict[int, list[dict[str, object]]] = {}
    fired = set[AlertKey]()
    for life in lives(terms):
        series = life.series(service, terms.scraped)
        fires = expected_firing(series, statements, step=life.step, pace=life.evaluated, lasts=life.last)
        fired |= {key for key, stretches in fires.items() if stretches}
        checks = _checks(life, statements, fires, entries)
        tests.setdefault(life.evaluated, []).append(
            one_test(f"{service}: {life.name}", series, step=life.step, checks=checks)
        )
    if silent := sorted(alert for alert, _ in statements.keys() - fired if not _never_fires(alert, terms)):
        raise VitalsError(
            f"No life of {service} breaks the promise behind {', '.join(silent)}, so nothing is proved of it. This is "
            "a defect of Vitals."
        )
    for evaluated, some in tests.items():
        if complaint := complaint_about(groups, some, evaluated=evaluated):
            raise VitalsError(
                f"{environment.name}: an alert of {service} does not fire as its objectives ask for. If rules were "
                f"edited by hand, run `vitals render`; else this is a defect of Vitals.\n{complaint}"
            )


def _terms(service: ServiceEntry, environment: Rendered) -> ApiTerms:
    """What the catalogue promises, and how often the environment looks."""
    of = {one.kind: one for one in service.slos}
    latency = next((one for one in service.slos if one.kind == "latency"), None)
    timing = environment.model.timing_of
    pages = "ErrorBudgetBurnFast" if "availability" in of else "LatencyBudgetBurnFast"
    looks = timing(pages, service=service.name)
    return ApiTerms(
        failed_share=of["availability"].budget if "availability" in of else None,
        slow_share=latency.budget if latency else None,
        within=latency.bound_s if latency else 0,
        scraped=round(looks.scrape_s),
        evaluated=round(looks.evaluation_s),
    )


def _checks(
    life: ServiceLife,
    statements: Mapping[AlertKey, Statement],
    fires: Mapping[AlertKey, Firing],
    entries: Mapping[AlertKey, AlertEntry],
) -> Sequence[Mapping[str, object]]:
    alerts = (ExpectedAlert(statement, key[1], entries[key].owner, fires[key]) for key, statement in statements.items())
    return expectations(alerts, last=life.last, pace=life.evaluated)


def _never_fires(alert: str, terms: ApiTerms) -> bool:
    """Whether an objective is so low that its budget cannot be spent at the pace that is reported."""
    family, _, rest = alert.partition(".")
    slo, _, pace = rest.partition(".")
    return family == "slo" and not spends(terms, slo, _PACES[pace])
