"""The tree of routes: below each team its services under maintenance, below those the urgencies, and who is on call.

Alertmanager inherits times and grouping down the tree and mutes nothing by inheritance, so each route that sends says
itself when it does not. An alert takes every route of its urgency: each but the last says ``continue``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace

from vitals.kit.alerts.intervals import (
    hours_interval,
    hours_name,
    maintenance_interval,
    maintenance_name,
    out_of_hours,
    out_of_hours_name,
    zone_of,
)
from vitals.kit.alerts.on_call import OnCall, on_call
from vitals.kit.alerts.pictures import has_pictures, receiver_of_pictures
from vitals.kit.alerts.policy import RoutingPolicy
from vitals.kit.alerts.receivers import receiver
from vitals.model.catalog import OUT_OF_HOURS, WORKING_HOURS, Environment, Hours, MaintenanceWindow, Team
from vitals.model.conventions import ALERTNAME, SERVICE, Severity
from vitals.rendered import names

NO_RECEIVER = "blackhole"


@dataclass(frozen=True, slots=True)
class _Scope:
    """Routes of one part of the alerts: what matches, and which maintenance mutes it."""

    matchers: tuple[str, ...]
    windows: tuple[MaintenanceWindow, ...]

    @property
    def mutes(self) -> list[str]:
        return [maintenance_name(window) for window in self.windows]


def _scopes(windows: Iterable[MaintenanceWindow]) -> list[_Scope]:
    """Services by the maintenance that covers them, then whatever only that of everything covers."""
    windows = tuple(windows)
    named = sorted({service for window in windows for service in window.services})
    covered: dict[tuple[MaintenanceWindow, ...], list[str]] = {}
    for service in named:
        covered.setdefault(tuple(window for window in windows if window.covers(service)), []).append(service)
    parts = [_Scope((_one_of(services),), those) for those, services in covered.items()]
    return [*parts, _Scope((), tuple(window for window in windows if not window.services))]


def _one_of(services: list[str]) -> str:
    return f'{SERVICE}="{services[0]}"' if len(services) == 1 else f'{SERVICE}=~"{"|".join(services)}"'


@dataclass(frozen=True, slots=True)
class RoutingTree:
    """The routes of one environment.

    Attributes:
        policy: What they follow.
        environment: Where they are.
        maintenance: The windows in which nothing is sent there.
    """

    policy: RoutingPolicy
    environment: Environment
    maintenance: tuple[MaintenanceWindow, ...]

    def groups(self, team: Team, severity: Severity) -> tuple[OnCall, ...]:
        """The channels of a team for one urgency, by when they are notified."""
        channels = self.policy.channels_of(team, severity, self.environment)
        return on_call(severity, channels, zone_of(team, self.environment))

    def of_team(self, team: Team) -> dict[str, object]:
        """The route of what a team owns."""
        return {
            "matchers": [f'owner="{team.name}"'],
            "receiver": self.fallback(team),
            **_muted(self._everywhere()),
            "routes": self.by_scope(team),
        }

    def fallback(self, team: Team) -> str:
        """The receiver of what has no urgency: that of warnings."""
        groups = self.groups(team, Severity.WARNING)
        return groups[0].receiver_name(team, self.environment) if groups else NO_RECEIVER

    def by_scope(self, team: Team) -> list[dict[str, object]]:
        """The routes to a team: of services under maintenance, then of everything else."""
        routes: list[dict[str, object]] = []
        for scope in _scopes(self.maintenance):
            inner = self._by_severity(team, scope)
            if not scope.matchers:
                routes += inner
                continue
            head = {"matchers": list(scope.matchers), "receiver": self.fallback(team)}
            routes.append({**head, "mute_time_intervals": scope.mutes, "routes": inner})
        return routes

    def _everywhere(self) -> list[str]:
        return [maintenance_name(window) for window in self.maintenance if not window.services]

    def _by_severity(self, team: Team, scope: _Scope) -> list[dict[str, object]]:
        return [route for severity in self.policy.times for route in self._of_severity(team, severity, scope)]

    def _of_severity(self, team: Team, severity: Severity, scope: _Scope) -> Iterator[dict[str, object]]:
        groups = self.groups(team, severity)
        if not groups:
            yield {"receiver": NO_RECEIVER, "matchers": [f'severity="{severity}"']}
        for group in groups:
            times = self.policy.times[severity]
            route: dict[str, object] = {
                "receiver": group.receiver_name(team, self.environment),
                "matchers": [f'severity="{severity}"'],
                "group_by": [ALERTNAME, SERVICE],
                **asdict(replace(times, group_wait=group.after) if group.after else times),
                **self._hours(team, group, scope),
            }
            if self.with_pictures(group):
                # A route of its own, so that a relay that hangs holds nothing up; with the same conditions, so that
                # both have one group key, of which Alertmanager makes the thread of a mail.
                yield {**route, "receiver": f"{route['receiver']}{names.PICTURES_ENDING}", "continue": True}
            yield route | ({"continue": True} if group is not groups[-1] else {})

    def _hours(self, team: Team, group: OnCall, scope: _Scope) -> dict[str, object]:
        """When a group is notified; information that says no hours of its own is for working hours."""
        outside = out_of_hours_name(team, self.environment)
        by_policy = group.during is None and group.severity is Severity.INFO
        mute = [outside] if by_policy or group.during == WORKING_HOURS else []
        route = _muted(mute, scope.mutes)
        if isinstance(group.during, Hours):
            return {**route, "active_time_intervals": [hours_name(group.during, zone_of(team, self.environment))]}
        return {**route, "active_time_intervals": [outside]} if group.during == OUT_OF_HOURS else route

    def with_pictures(self, group: OnCall) -> bool:
        """Whether pictures follow to any of the channels of a group."""
        return any(has_pictures(channel, self.environment) for channel in group.channels)

    def receivers(self, team: Team) -> list[dict[str, object]]:
        """The receivers of a team, the most urgent first."""
        return [
            one
            for severity in self.policy.times
            for group in self.groups(team, severity)
            for one in self._receivers(team, severity, group)
        ]

    def _receivers(self, team: Team, severity: Severity, group: OnCall) -> Iterator[dict[str, object]]:
        name = group.receiver_name(team, self.environment)
        yield receiver(name, group.channels, severity, self.environment)
        if self.with_pictures(group):
            yield receiver_of_pictures(name, self.environment)

    def time_intervals(self, teams: Iterable[Team]) -> list[dict[str, object]]:
        """Each interval that a route names, once."""
        nights: dict[str, dict[str, object]] = {}
        shifts: dict[str, dict[str, object]] = {}
        for team in teams:
            name, zone = out_of_hours_name(team, self.environment), zone_of(team, self.environment)
            nights[name] = out_of_hours(name, self.policy.hours_of(team), zone)
            for channel in team.every_channel:
                if isinstance(channel.during, Hours):
                    shifts[hours_name(channel.during, zone)] = hours_interval(channel.during, zone)
        ordered = [*(nights[name] for name in sorted(nights)), *(shifts[name] for name in sorted(shifts))]
        return [*ordered, *(maintenance_interval(window) for window in self.maintenance)]


def _muted(*names: list[str]) -> dict[str, object]:
    mute = [name for some in names for name in some]
    return {"mute_time_intervals": mute} if mute else {}
