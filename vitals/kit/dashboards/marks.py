"""Marks on every time series: what changed and what fired, as expressions that are true, not events that are sent."""

from __future__ import annotations

from collections.abc import Mapping

from vitals.kit.dashboards.facts import BoardFacts
from vitals.kit.dashboards.theme import Colour
from vitals.model.promql import Expr, max_by, select

_MARKED = "2m"
"""How long a deploy stays marked: long enough for Grafana's step of one minute to see it."""
_SEEN_WITHIN = "5m"
_BUILD = ("service", "version", "revision")
_FIRING = {"alertstate": "firing", "severity": "!none"}

FIRING = select("ALERTS", _FIRING)
"""Every alert that fires; the Watchdog, whose severity is ``none``, says nothing about services."""


def deploys(matchers: Mapping[str, str]) -> dict[str, object]:
    """A revision that answers now and did not answer before: a deploy or a rollback, not a restart."""
    before = select("app_build_info", matchers, window=_SEEN_WITHIN)
    seen = Expr(f"max_over_time({before.text} offset {_MARKED})")
    fresh = max_by(_BUILD, select("app_build_info", matchers)).unless_on(_BUILD, max_by(_BUILD, seen))
    return _annotation("Deploys", fresh, Colour.TRAFFIC, "Deploy of {{service}}", "{{version}}, revision {{revision}}")


def firing(facts: BoardFacts, matchers: Mapping[str, str]) -> dict[str, object]:
    """Every alert while it fires, but the Watchdog."""
    alerts = select("ALERTS", {**_FIRING, **matchers})
    text = f"{{{{severity}}}}, told: {{{{owner}}}}. Runbook: {facts.runbooks_url}/{{{{alertname}}}}"
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
