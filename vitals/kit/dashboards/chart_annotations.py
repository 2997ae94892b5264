"""Marks on every time series: what changed and what fired, as expressions that are true, not events that are sent."""

from __future__ import annotations

from collections.abc import Mapping

from vitals.kit.dashboards import queries
from vitals.kit.dashboards.context import DashboardContext
from vitals.kit.dashboards.theme import Colour
from vitals.model.conventions import ALERTSTATE, SERVICE, SEVERITY, Severity
from vitals.model.promql import Expr, max_by, select

_MARKED = "2m"
"""How long a deploy stays marked: long enough for Grafana's step of one minute to see it."""
_SEEN_WITHIN = "5m"
_BUILD = (SERVICE, "version", "revision")
_FIRING = {ALERTSTATE: "firing", SEVERITY: f"!{Severity.NONE}"}

FIRING = select("ALERTS", _FIRING)
"""Every alert that fires; the Watchdog, whose severity is ``none``, says nothing about services."""


def of_service(context: DashboardContext) -> tuple[dict[str, object], ...]:
    """What changed and what fired at the chosen service."""
    chosen = {SERVICE: queries.SERVICE}
    return deploys(chosen), firing(context, chosen)


def deploys(matchers: Mapping[str, str]) -> dict[str, object]:
    """A revision that answers now and did not answer before: a deploy or a rollback, not a restart."""
    before = select("app_build_info", matchers, window=_SEEN_WITHIN)
    seen = Expr(f"max_over_time({before.text} offset {_MARKED})")
    fresh = max_by(_BUILD, select("app_build_info", matchers)).unless_on(_BUILD, max_by(_BUILD, seen))
    return _annotation("Deploys", fresh, Colour.TRAFFIC, "Deploy of {{service}}", "{{version}}, revision {{revision}}")


def firing(context: DashboardContext, matchers: Mapping[str, str]) -> dict[str, object]:
    """Every alert while it fires, but the Watchdog."""
    alerts = select("ALERTS", {**_FIRING, **matchers})
    text = f"{{{{severity}}}}, owner: {{{{owner}}}}. Runbook: {context.runbooks_url}/{{{{alertname}}}}"
    return _annotation("Firing alerts", alerts, Colour.BAD, "{{alertname}}: {{service}}", text)


def _annotation(name: str, expr: Expr, colour: Colour, title: str, text: str) -> dict[str, object]:
    return {
        "name": name,
        "enable": True,
        "expr": expr.text,
        "iconColor": colour,
        "titleFormat": title,
        "textFormat": text,
    }
