"""The Alertmanager configuration, made from the teams and a policy: who is notified of what, and how fast.

Whatever no route claims goes to the team that runs the monitoring: nothing is lost. Secrets appear only as paths of
files.
Reference: https://prometheus.io/docs/alerting/latest/configuration/.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from vitals.kit.alerts import messages
from vitals.model.catalog import Environment, Team
from vitals.model.conventions import ALERTNAME, SERVICE, Severity

NO_RECEIVER = "blackhole"
DEADMAN = "deadman"
OUT_OF_HOURS = "out-of-hours"


@dataclass(frozen=True, slots=True)
class Times:
    """How long a notification waits for others of its group, for news of the group, and before it is sent again."""

    group_wait: str
    group_interval: str
    repeat_interval: str


@dataclass(frozen=True, slots=True)
class Hours:
    """Part of a day, ``HH:MM`` each; on weekends there are none."""

    begin: str
    end: str


@dataclass(frozen=True, slots=True)
class InhibitRule:
    """What is not sent while another alert fires: matchers of both, and the labels in which they agree."""

    source: tuple[str, ...]
    target: tuple[str, ...]
    equal: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RoutingPolicy:
    """What a team decides about its notifications.

    Attributes:
        channels: The channels that a severity uses.
        times: The pace of each severity.
        heartbeat: The pace of the Watchdog.
        working_hours: Outside of them, information is not sent.
        inhibitions: What makes other alerts superfluous.
    """

    channels: Mapping[Severity, tuple[str, ...]]
    times: Mapping[Severity, Times]
    heartbeat: Times
    working_hours: Hours
    inhibitions: tuple[InhibitRule, ...]

    def channels_of(self, severity: Severity) -> tuple[str, ...]:
        """The channels on which a team hears of an alert of this severity; none for the Watchdog."""
        return self.channels.get(severity, ())

    def times_of(self, severity: Severity) -> Times:
        """The pace of a severity; that of the heartbeat for the Watchdog's."""
        return self.times.get(severity, self.heartbeat)


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
            for text, annotation in (("Runbook", "runbook_url"), ("Dashboard", "dashboard_url"), ("Rule", "source_url"))
        ],
    }


_CONFIG = {"slack": _slack, "email": _email, "pagerduty": _pagerduty}


def _receiver(team: Team, severity: Severity, channels: Iterable[str], environment: Environment) -> dict[str, object]:
    configs = {f"{channel}_configs": [_CONFIG[channel](team, environment)] for channel in channels}
    return {"name": receiver_name(team, severity), **configs}


def _time_zone(team: Team, environment: Environment) -> str:
    return team.time_zone or environment.time_zone


def _out_of_hours(team: Team, environment: Environment) -> str:
    """The name of the interval in which a team hears no information: of the environment, or of its own zone."""
    own = _time_zone(team, environment) != environment.time_zone
    return f"{OUT_OF_HOURS}-{team.name}" if own else OUT_OF_HOURS


def _time_intervals(hours: Hours, teams: Iterable[Team], environment: Environment) -> list[dict[str, object]]:
    """Each interval that a route mutes, once; every part of one has to name the zone, as the default is UTC."""
    zones = {_out_of_hours(team, environment): _time_zone(team, environment) for team in teams}
    night = [
        {"start_time": "00:00", "end_time": hours.begin},
        {"start_time": hours.end, "end_time": "24:00"},
    ]
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


def _by_severity(policy: RoutingPolicy, team: Team, environment: Environment) -> list[dict[str, object]]:
    routes: list[dict[str, object]] = []
    for severity, times in policy.times.items():
        route: dict[str, object] = {
            "receiver": receiver_name(team, severity),
            "matchers": [f'severity="{severity}"'],
            "group_by": [ALERTNAME, SERVICE],
            **asdict(times),
        }
        if severity is Severity.INFO:
            route["mute_time_intervals"] = [_out_of_hours(team, environment)]
        routes.append(route)
    return routes


def _route(policy: RoutingPolicy, team: Team, environment: Environment) -> dict[str, object]:
    return {
        "matchers": [f'owner="{team.name}"'],
        "receiver": receiver_name(team, Severity.WARNING),
        "routes": _by_severity(policy, team, environment),
    }


def _watchdog(heartbeat: Times, environment: Environment) -> dict[str, object]:
    """To the address outside that misses it, where there is one; else nowhere."""
    route: dict[str, object] = {"matchers": ['alertname="Watchdog"'], "receiver": NO_RECEIVER}
    return {**route, "receiver": DEADMAN, **asdict(heartbeat)} if environment.deadman_file else route


def _deadman(environment: Environment) -> list[dict[str, object]]:
    if not environment.deadman_file:
        return []
    heartbeat = {"url_file": f"{environment.secrets_dir}/{environment.deadman_file}", "send_resolved": False}
    return [{"name": DEADMAN, "webhook_configs": [heartbeat]}]


def _inhibition(one: InhibitRule) -> dict[str, object]:
    return {
        "source_matchers": list(one.source),
        "target_matchers": list(one.target),
        "equal": list(one.equal),
    }


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


def alertmanager_config(
    policy: RoutingPolicy, teams: Mapping[str, Team], environment: Environment
) -> dict[str, object]:
    """The whole Alertmanager configuration of an environment.

    Args:
        policy: Channels, times and inhibitions.
        teams: Every team, by name.
        environment: Where it runs: addresses, secrets folder, and the team that hears of unclaimed alerts.
    """
    ordered = [teams[name] for name in sorted(teams)]
    return {
        "global": _global(environment),
        "route": {
            "receiver": receiver_name(teams[environment.operators], Severity.WARNING),
            "group_by": [ALERTNAME, SERVICE],
            **asdict(policy.times[Severity.WARNING]),
            "routes": [
                _watchdog(policy.heartbeat, environment),
                *(_route(policy, team, environment) for team in ordered),
                *_by_severity(policy, teams[environment.operators], environment),
            ],
        },
        "inhibit_rules": [_inhibition(one) for one in policy.inhibitions],
        "time_intervals": _time_intervals(policy.working_hours, ordered, environment),
        "receivers": [
            {"name": NO_RECEIVER},
            *_deadman(environment),
            *(
                _receiver(team, severity, channels, environment)
                for team in ordered
                for severity, channels in policy.channels.items()
            ),
        ],
    }
