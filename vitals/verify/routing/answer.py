"""The whole answer: who is notified on which channels, how fast, when not, and what keeps the alert quiet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from vitals.errors import VitalsError
from vitals.model.conventions import ALERTNAME, OWNER
from vitals.rendered import AlertEntry, names
from vitals.verify.routing.ask_amtool import receivers
from vitals.verify.routing.destination import destination
from vitals.verify.routing.hours import holds, in_words, local_time
from vitals.verify.routing.matcher import all_match, parse
from vitals.verify.routing.tree import Route, routes_of


@dataclass(frozen=True, slots=True)
class Inhibition:
    """While one of some alerts fires, this one is not sent.

    Attributes:
        alerts: Names of the alerts that mute it.
        equal: Labels that must be the same in both.
    """

    alerts: tuple[str, ...]
    equal: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Notified:
    """Whether one receiver is notified at a moment.

    Attributes:
        receiver: Its name.
        channels: Its channels with their destinations.
        after: How long after the alert fires, if it still fires then.
        sent: Whether a notification leaves at the moment.
        reason: Why not: which interval mutes it, or outside which hours it is; empty where it leaves.
    """

    receiver: str
    channels: tuple[str, ...]
    after: str
    sent: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Who is notified of one alert.

    Attributes:
        labels: Labels of the alert.
        owner: The owning team.
        channels: Channels of the receivers with their destinations, ``slack #platform-alerts``, at whatever moment;
            none if no receiver is notified.
        routes: The routes that it takes to people; one to the relay of pictures is none.
        muted: In words, when nothing is sent.
        at: The moment of the question, by the clock of each of these times, and whether nothing is sent then.
        notified: Each receiver at that moment.
        inhibited: What mutes it.
    """

    labels: Mapping[str, str]
    owner: str
    channels: tuple[str, ...]
    routes: tuple[Route, ...]
    muted: tuple[str, ...]
    at: tuple[str, ...]
    notified: tuple[Notified, ...]
    inhibited: tuple[Inhibition, ...]


def answer(
    amtool: Path,
    config: Mapping[str, Any],
    labels: Mapping[str, str],
    alerts: Sequence[AlertEntry],
    at: datetime | None = None,
) -> Answer:
    """Answer for one alert.

    Args:
        amtool: The program that knows.
        config: A parsed ``alertmanager.yml``.
        labels: Labels of the alert.
        alerts: All alerts of the environment, to name what inhibits.
        at: The moment for which it is said whether the alert is muted; now if None.

    Raises:
        VitalsError: amtool refuses the configuration, or finds other receivers than the way that would be explained.
    """
    found = answer_as_read(config, labels, alerts, at)
    notified, read = receivers(amtool, config, labels), [route.receiver for route in routes_of(config, labels)]
    if notified != read:
        raise VitalsError(
            f"amtool says that {', '.join(notified)} is notified, and the routes read here lead to {', '.join(read)}. "
            "Believe amtool, and report this as a defect of Vitals."
        )
    return found


def answer_as_read(
    config: Mapping[str, Any],
    labels: Mapping[str, str],
    alerts: Sequence[AlertEntry],
    at: datetime | None = None,
) -> Answer:
    """Answer for one alert without starting a program; :func:`answer` has amtool check the same.

    Args:
        config: A parsed ``alertmanager.yml``.
        labels: Labels of the alert.
        alerts: All alerts of the environment, to name what inhibits.
        at: The moment for which it is said whether the alert is muted; now if None.
    """
    routes = [one for one in routes_of(config, labels) if not one.receiver.endswith(names.PICTURES_ENDING)]
    named = {interval["name"]: interval for interval in config.get("time_intervals", ())}
    mutes = [named[name] for name in dict.fromkeys(name for route in routes for name in route.mute)]
    moment = at or datetime.now(UTC)
    return Answer(
        labels=labels,
        owner=labels.get(OWNER, ""),
        channels=tuple(channel for route in routes for channel in _channels(config, route.receiver)),
        routes=tuple(routes),
        muted=tuple(map(in_words, mutes)),
        at=tuple(_at(interval, moment) for interval in mutes),
        notified=tuple(_notified(config, route, named, moment) for route in routes),
        inhibited=tuple(_inhibitions(config, labels, alerts)),
    )


def _notified(
    config: Mapping[str, Any], route: Route, named: Mapping[str, Mapping[str, Any]], at: datetime
) -> Notified:
    """As Alertmanager does it: a route sends within any of its active intervals and outside all that mute it."""
    muting = [name for name in route.mute if holds(named[name], at)]
    reasons = [f"muted by {name}" for name in muting]
    if route.active and not any(holds(named[name], at) for name in route.active):
        reasons.append(f"outside {', '.join(in_words(named[name]) for name in route.active)}")
    channels = tuple(_channels(config, route.receiver))
    return Notified(route.receiver, channels, route.group_wait, bool(channels) and not reasons, "; ".join(reasons))


def _at(interval: Mapping[str, Any], at: datetime) -> str:
    here = local_time(interval["time_intervals"][0], at)
    zone = f"{here:%Z} (UTC{here:%z})" if here.utcoffset() else "UTC"
    return f"{here:%A %Y-%m-%d %H:%M} {zone}: {'muted' if holds(interval, at) else 'sent'}"


def _channels(config: Mapping[str, Any], name: str) -> list[str]:
    """The receiver's channels, each with where it leads."""
    (receiver,) = [one for one in config["receivers"] if one["name"] == name]
    return [
        f"{kind} {destination(kind, channel)}".strip()
        for kind, settings in ((key.removesuffix("_configs"), receiver[key]) for key in receiver if key != "name")
        for channel in settings
    ]


def _inhibitions(
    config: Mapping[str, Any], labels: Mapping[str, str], alerts: Sequence[AlertEntry]
) -> list[Inhibition]:
    found = []
    for rule in config.get("inhibit_rules", ()):
        if not all_match(map(parse, rule["target_matchers"]), labels):
            continue
        equal = rule.get("equal", ())
        sources = [parse(text) for text in rule["source_matchers"]]
        names = {
            source[ALERTNAME]
            for source in (alert.all_labels for alert in alerts)
            if all_match(sources, source) and all(source.get(name, "") == labels.get(name, "") for name in equal)
        }
        if names:
            found.append(Inhibition(tuple(sorted(names)), tuple(equal)))
    return found
