"""Who is told of what, and how fast: the Alertmanager configuration, made from the teams.

Pages leave after one second and are grouped per alert and service, so a page never waits for a ticket. Whatever no
route claims goes to the team that runs the monitoring: nothing is lost. Secrets appear only as paths of files.
Reference: https://prometheus.io/docs/alerting/latest/configuration/.
"""

from __future__ import annotations

from collections.abc import Iterable

from alert_rules import outage
from vitals.kit.alerts import messages
from vitals.kit.alerts.alert import Severity
from vitals.model.catalog import Environment, Team

CHANNELS = {
    Severity.CRITICAL: ("slack", "email", "pagerduty"),
    Severity.WARNING: ("slack", "email"),
    Severity.INFO: ("slack",),
}
"""The channels that an urgency uses."""

TIMES = {
    Severity.CRITICAL: {"group_wait": "1s", "group_interval": "15s", "repeat_interval": "1h"},
    Severity.WARNING: {"group_wait": "10s", "group_interval": "1m", "repeat_interval": "12h"},
    Severity.INFO: {"group_wait": "30s", "group_interval": "5m", "repeat_interval": "24h"},
}
"""How long a notification waits for others of its group, for news of the group, and before it is said again."""
NOBODY = "nobody"
DEADMAN = "deadman"
HEARTBEAT = {"group_wait": "0s", "group_interval": "1m", "repeat_interval": "50s"}
"""The Watchdog is told at each flush of its group: a repetition must be due before the next one, or it is left out."""
OUT_OF_HOURS = "out-of-hours"


def channels(severity: Severity) -> tuple[str, ...]:
    """The channels on which a team hears of an alert of this urgency; none for the Watchdog."""
    return CHANNELS.get(severity, ())


def receiver_name(team: Team, severity: Severity) -> str:
    """The receiver of a team for one urgency."""
    return f"{team.name}-{severity}"


def _slack(team: Team, environment: Environment) -> dict[str, object]:
    """Only the pretext, which there is none of, may be marked up: a value cannot hide a line in a block of code."""
    return {
        "api_url_file": f"{environment.secrets_dir}/{team.slack.webhook_file}",
        "channel": team.slack.channel,
        "send_resolved": True,
        "title": messages.SLACK_TITLE,
        "fallback": messages.SLACK_TITLE,
        "text": messages.slack_text(environment),
        "mrkdwn_in": ["pretext"],
    }


def _email(team: Team, environment: Environment) -> dict[str, object]:
    return {
        "to": team.email.to,
        "send_resolved": True,
        "headers": {"Subject": messages.MAIL_TITLE},
        "html": "",
        "text": messages.mail_text(environment),
    }


def _pagerduty(team: Team, environment: Environment) -> dict[str, object]:
    return {
        "routing_key_file": f"{environment.secrets_dir}/{team.pagerduty.routing_key_file}",
        "send_resolved": True,
        "severity": "critical",
        "description": messages.pagerduty_summary(),
        "details": messages.pagerduty_details(),
        "links": [
            {"href": messages.pagerduty_link(annotation), "text": text}
            for text, annotation in (("Runbook", "runbook_url"), ("Board", "dashboard_url"), ("Rule", "source_url"))
        ],
    }


_CONFIG = {"slack": _slack, "email": _email, "pagerduty": _pagerduty}


def _receiver(team: Team, severity: Severity, environment: Environment) -> dict[str, object]:
    configs = {f"{channel}_configs": [_CONFIG[channel](team, environment)] for channel in channels(severity)}
    return {"name": receiver_name(team, severity), **configs}


def _time_zone(team: Team, environment: Environment) -> str:
    return team.time_zone or environment.time_zone


def _out_of_hours(team: Team, environment: Environment) -> str:
    """The name of the interval in which a team hears no information: of the environment, or of its own zone."""
    own = _time_zone(team, environment) != environment.time_zone
    return f"{OUT_OF_HOURS}-{team.name}" if own else OUT_OF_HOURS


def _time_intervals(teams: Iterable[Team], environment: Environment) -> list[dict[str, object]]:
    """Each interval that a route mutes, once; every part of one has to name the zone, as the default is UTC."""
    zones = {_out_of_hours(team, environment): _time_zone(team, environment) for team in teams}
    night = [{"start_time": "00:00", "end_time": "07:00"}, {"start_time": "19:00", "end_time": "24:00"}]
    return [
        {
            "name": name,
            "time_intervals": [
                {"weekdays": ["saturday", "sunday"], "location": zone},
                {"times": [dict(part) for part in night], "location": zone},
            ],
        }
        for name, zone in sorted(zones.items())
    ]


def _by_severity(team: Team, environment: Environment) -> list[dict[str, object]]:
    routes: list[dict[str, object]] = []
    for severity, times in TIMES.items():
        route: dict[str, object] = {
            "receiver": receiver_name(team, severity),
            "matchers": [f'severity="{severity}"'],
            "group_by": ["alertname", "service"],
            **times,
        }
        if severity is Severity.INFO:
            route["mute_time_intervals"] = [_out_of_hours(team, environment)]
        routes.append(route)
    return routes


def _route(team: Team, environment: Environment) -> dict[str, object]:
    return {
        "matchers": [f'owner="{team.name}"'],
        "receiver": receiver_name(team, Severity.WARNING),
        "routes": _by_severity(team, environment),
    }


def _watchdog(environment: Environment) -> dict[str, object]:
    """To the address outside that misses it, where there is one; else nowhere."""
    route: dict[str, object] = {"matchers": ['alertname="Watchdog"'], "receiver": NOBODY}
    return {**route, "receiver": DEADMAN, **HEARTBEAT} if environment.deadman_file else route


def _deadman(environment: Environment) -> list[dict[str, object]]:
    if not environment.deadman_file:
        return []
    heartbeat = {"url_file": f"{environment.secrets_dir}/{environment.deadman_file}", "send_resolved": False}
    return [{"name": DEADMAN, "webhook_configs": [heartbeat]}]


def _inhibitions() -> list[dict[str, object]]:
    return [
        {
            "source_matchers": [f'alertname="{outage.NAME}"'],
            "target_matchers": [f'alertname!="{outage.NAME}"', 'severity=~"critical|warning|info"'],
            "equal": ["service"],
        },
        {
            "source_matchers": ['alertname=~".+BurnFast"'],
            "target_matchers": ['alertname=~".+BurnSlow"'],
            "equal": ["service", "slo"],
        },
    ]


def _global(environment: Environment) -> dict[str, object]:
    smtp = environment.smtp
    config: dict[str, object] = {
        "smtp_smarthost": smtp.smarthost,
        "smtp_from": smtp.sender,
        "smtp_require_tls": smtp.require_tls,
        "pagerduty_url": environment.pagerduty_url,
    }
    if smtp.username:
        config["smtp_auth_username"] = smtp.username
    if smtp.password_file:
        config["smtp_auth_password_file"] = f"{environment.secrets_dir}/{smtp.password_file}"
    return config


def alertmanager_config(teams: dict[str, Team], environment: Environment) -> dict[str, object]:
    """The whole Alertmanager configuration of an environment.

    Args:
        teams: Every team, by name.
        environment: Where it runs: addresses, secrets folder, and the team that hears of unclaimed alerts.
    """
    ordered = [teams[name] for name in sorted(teams)]
    return {
        "global": _global(environment),
        "route": {
            "receiver": receiver_name(teams[environment.operators], Severity.WARNING),
            "group_by": ["alertname", "service"],
            **TIMES[Severity.WARNING],
            "routes": [
                _watchdog(environment),
                *(_route(team, environment) for team in ordered),
                *_by_severity(teams[environment.operators], environment),
            ],
        },
        "inhibit_rules": _inhibitions(),
        "time_intervals": _time_intervals(ordered, environment),
        "receivers": [
            {"name": NOBODY},
            *_deadman(environment),
            *(_receiver(team, severity, environment) for team in ordered for severity in CHANNELS),
        ],
    }
