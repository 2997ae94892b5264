"""What the routing of notifications follows: the ways of each urgency, its pace, the working hours, the inhibitions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from vitals.errors import VitalsError
from vitals.kit.alerts.receivers import can_send
from vitals.model.catalog import Environment, Hours, NotificationChannel, Team, Way
from vitals.model.conventions import Severity


@dataclass(frozen=True, slots=True)
class Times:
    """How long a notification waits for others of its group, for news of the group, and before it is sent again."""

    group_wait: str
    group_interval: str
    repeat_interval: str


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
        ways: The ways that a severity takes, in this order; what a team has of them is notified. A team that has
            none of them hears of it on all that it has, so that nothing is lost.
        times: The pace of each severity.
        heartbeat: The pace of the Watchdog.
        working_hours: Outside of them, information is not sent; of a team that says none of its own.
        inhibitions: What makes other alerts superfluous.
    """

    ways: Mapping[Severity, tuple[Way, ...]]
    times: Mapping[Severity, Times]
    heartbeat: Times
    working_hours: Hours
    inhibitions: tuple[InhibitRule, ...]

    def __post_init__(self) -> None:
        """Refuse a zone that would be passed over."""
        if self.working_hours.time_zone:
            raise VitalsError(
                f"working_hours of the routing policy say {self.working_hours.time_zone}, and they follow each team's "
                "own clock. Say the zone as time_zone of a team or of an environment."
            )

    def channels_of(self, team: Team, severity: Severity, on: Environment) -> tuple[NotificationChannel, ...]:
        """The channels on which a team hears of an alert of this severity; none for the Watchdog.

        A channel that names its severities hears of those and of no other, whatever its way.
        """
        ways = self.ways.get(severity, ())
        there = [one for one in team.every_channel if can_send(one, on)] if ways else []
        said = [one for one in there if severity.value in one.severities]
        unsaid = [one for one in there if not one.severities]
        by_way = [one for way in ways for one in there if one.way == way and (one in said or one in unsaid)]
        return tuple([*by_way, *(one for one in said if one not in by_way)] or unsaid)

    def kinds_of(self, team: Team, severity: Severity, on: Environment) -> tuple[str, ...]:
        """The kinds of those that hear at once and at all hours, each once."""
        heard = self.channels_of(team, severity, on)
        return tuple(dict.fromkeys(one.kind for one in heard if one.during is None and one.after is None))

    def later_kinds_of(self, team: Team, severity: Severity, on: Environment) -> tuple[str, ...]:
        """The kinds of those that hear in some hours only, or of what still fires after some time."""
        at_once = self.kinds_of(team, severity, on)
        kinds = dict.fromkeys(one.kind for one in self.channels_of(team, severity, on))
        return tuple(kind for kind in kinds if kind not in at_once)

    def hours_of(self, team: Team) -> Hours:
        """The working hours of a team."""
        return team.working_hours or self.working_hours

    def times_of(self, severity: Severity) -> Times:
        """The pace of a severity; that of the heartbeat for the Watchdog's."""
        return self.times.get(severity, self.heartbeat)
