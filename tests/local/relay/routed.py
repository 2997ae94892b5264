"""A real Alertmanager with the rendered routes of an environment with pictures, in a hurry."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.alert_rules.local_alertmanager import LocalAlertmanager, hurried, running
from tests.local.relay.served_channels import BOT, KEY, ServedChannels
from vitals.kit.alerts.routing import alertmanager_config
from vitals.local.tools import find
from vitals.render import Plan
from vitals.render.text import to_yaml

ALERT = {"alertname": "ServiceOutage", "severity": "critical", "owner": "platform", "service": "wellness-api"}
NEVER: tuple[dict[str, object], ...] = ({"years": ["1999"]},)


@contextmanager
def alertmanager_of(plan: Plan, channels: ServedChannels, relay: str, folder: Path) -> Iterator[LocalAlertmanager]:
    """Alertmanager with the rendered configuration, its waiting times shortened and its secrets in a folder."""
    secrets = folder / "secrets"
    secrets.mkdir(exist_ok=True)
    for name, content in (
        ("platform-slack-webhook-url", channels.webhook),
        ("platform-pagerduty-routing-key", KEY),
        ("platform-bot", BOT),
        ("pictures-token", "token"),
        ("deadman-heartbeat-url", "http://127.0.0.1:9/"),
    ):
        (secrets / name).write_text(content)
    text = to_yaml(alertmanager_config(plan.routing, plan.teams, plan.environment))
    for placeholder, value in (
        ("__pagerduty_url__", channels.pagerduty),
        ("__secrets_dir__", str(secrets)),
        ("__smtp_address__", channels.smtp),
        ("__portal_url__", "http://portal.example"),
        ("__pictures_url__", relay),
    ):
        text = text.replace(placeholder, value)
    with running(find("alertmanager"), hurried(text, out_of_hours=NEVER), folder / "alertmanager") as alertmanager:
        yield alertmanager
