"""The Alertmanager configuration, made from the teams and a policy: who is notified of what, and how fast.

Whatever no route claims goes to the team that runs the monitoring: nothing is lost. Secrets appear only as paths of
files.
Reference: https://prometheus.io/docs/alerting/latest/configuration/.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict

from vitals.kit.alerts.on_call import check_pages_are_heard
from vitals.kit.alerts.policy import InhibitRule, RoutingPolicy, Times
from vitals.kit.alerts.receivers import can_send
from vitals.kit.alerts.routing_tree import NO_RECEIVER, RoutingTree
from vitals.model.catalog import Environment, MaintenanceWindow, Team
from vitals.model.catalog.entry_error import EntryError
from vitals.model.conventions import ALERTNAME, SERVICE, Severity

DEADMAN = "deadman"


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
    smtp, config = environment.smtp, dict[str, object]()
    if smtp:
        config |= {
            "smtp_smarthost": smtp.smarthost,
            "smtp_from": smtp.sender,
            "smtp_require_tls": smtp.require_tls,
        }
    config["pagerduty_url"] = environment.pagerduty_url
    if smtp and smtp.username:
        config["smtp_auth_username"] = smtp.username
    if smtp and smtp.password_file:
        config["smtp_auth_password_file"] = f"{environment.secrets_dir}/{smtp.password_file}"
    return config


def alertmanager_config(
    policy: RoutingPolicy,
    teams: Mapping[str, Team],
    environment: Environment,
    maintenance: Iterable[MaintenanceWindow] = (),
) -> dict[str, object]:
    """The whole Alertmanager configuration of an environment.

    Args:
        policy: Channels, times and inhibitions.
        teams: Every team, by name.
        environment: Where it runs: addresses, secrets folder, and the team that hears of unclaimed alerts.
        maintenance: The windows in which nothing is sent there.

    Raises:
        VitalsError: A team hears of no page at some time of the year, or of no warning at all.
    """
    ordered = [teams[name] for name in sorted(teams)]
    tree = RoutingTree(policy, environment, tuple(maintenance))
    for team in ordered:
        if not any(can_send(channel, environment) for channel in team.every_channel):
            continue  # Nothing that it has may be sent from here, and nothing is missed where no traffic is real.
        check_pages_are_heard(team, tree.groups(team, Severity.CRITICAL), policy.hours_of(team), environment)
        if not tree.groups(team, Severity.WARNING):
            raise EntryError(
                team,
                ": no channel takes 'warning', so no receiver would hear of its tickets. Add "
                "'warning' to the severities of one, or leave them out.",
            )
    operators = teams[environment.operators]
    return {
        "global": _global(environment),
        "route": {
            "receiver": tree.fallback(operators),
            "group_by": [ALERTNAME, SERVICE],
            **asdict(policy.times[Severity.WARNING]),
            "routes": [
                _watchdog(policy.heartbeat, environment),
                *(tree.of_team(team) for team in ordered),
                *tree.by_scope(operators),
            ],
        },
        "inhibit_rules": [_inhibition(one) for one in policy.inhibitions],
        "time_intervals": tree.time_intervals(ordered),
        "receivers": [
            {"name": NO_RECEIVER},
            *_deadman(environment),
            *(one for team in ordered for one in tree.receivers(team)),
        ],
    }
