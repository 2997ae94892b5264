"""Hold every dashboard to the rules of dashboards and to the vocabulary, and say which queries may be empty and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vitals.errors import VitalsError
from vitals.kit.dashboards.lint import lint
from vitals.model.metrics import EXPORTERS
from vitals.model.promql import Expr, resolve
from vitals.model.promql.variables import filled
from vitals.model.signals import anomaly
from vitals.render.compose import Plan

NO_ALERT = "empty while no alert fires"
OF_OTHERS = "imported: nothing here says whether it has data"


def check_dashboards(dashboards: Mapping[str, Mapping[str, Any]], plan: Plan) -> None:
    """Refuse dashboards that break a rule of :mod:`vitals.kit.dashboards.lint`.

    Raises:
        VitalsError: Naming dashboard, panel, rule and fix for each problem.
    """
    problems = lint(dashboards, plan.vocabulary)
    if problems:
        lines = [f"Dashboard {p.dashboard}, panel {p.panel!r} ({p.rule}): {p.text}" for p in problems]
        raise VitalsError("\n".join([*lines, "Nothing was rendered; correct the dashboard and render again."]))


def known_reasons(plan: Plan) -> dict[str, str]:
    """Why a series may have nothing although the stack is under traffic, by its name; empty where it must have."""
    reasons = {s.record: s.without_history for signals in plan.signals.values() for s in signals}
    computed = dict.fromkeys((metric.name for metric in EXPORTERS[anomaly.EXPORTER].metrics), anomaly.NONE_YET)
    return {**reasons, **computed, "ALERTS": NO_ALERT}


def empty_reasons(panel: Mapping[str, Any], reasons: Mapping[str, str], plan: Plan) -> list[str | None]:
    """Why a stack under traffic may have nothing for each query of a panel; ``None`` for one that must have something.

    Only what reads nothing but alerts, or nothing but what needs a longer history, may be empty.
    """
    return [_reason(Expr(filled(target["expr"])), reasons, plan) for target in panel.get("targets", [])]


def imported_reasons(panel: Mapping[str, Any]) -> list[str]:
    """The same for a panel that was imported: what its queries choose is known where it comes from."""
    return [OF_OTHERS for target in panel.get("targets", []) if target.get("expr")]


def _reason(query: Expr, reasons: Mapping[str, str], plan: Plan) -> str | None:
    read = {reading.name for reading in resolve(query, plan.vocabulary).readings}
    given = [reasons.get(name, "") for name in sorted(read)]
    return given[0] if given and all(given) else None
