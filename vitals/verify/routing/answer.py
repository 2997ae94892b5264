"""The whole answer: who is notified on which channels, how fast, when not, and what keeps the alert quiet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from vitals.errors import VitalsError
from vitals.model.conventions import ALERTNAME, OWNER
from vitals.rendered import AlertEntry
from vitals.verify.routing.ask_amtool import receivers
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
class Answer:
    """Who is notified of one alert.

    Attributes:
        labels: Labels of the alert.
        owner: The owning team.
        channels: Channels of the receivers with their destinations, ``slack #platform-alerts``; none if no receiver is
            notified.
        routes: The routes that it takes.
        muted: In words, when nothing is sent.
        at: The moment of the question, by the clock of each of these times, and whether nothing is sent then.
        inhibited: What mutes it.
    """

    labels: Mapping[str, str]
    owner: str
    channels: tuple[str, ...]
    routes: tuple[Route, ...]
    muted: tuple[str, ...]
    at: tuple[str, ...]
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
    notified, read = receivers(amtool, config, labels), [route.receiver for route in found.routes]
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
    routes = routes_of(config, labels)
    named = {interval["name"]: interval for interval in config.get("time_intervals", ())}
    mutes = [named[name] for route in routes for name in route.mute]
    return Answer(
        labels=labels,
        owner=labels.get(OWNER, ""),
        channels=tuple(channel for route in routes for channel in _channels(config, route.receiver)),
        routes=tuple(routes),
        muted=tuple(map(in_words, mutes)),
        at=tuple(_at(interval, at or datetime.now(UTC)) for interval in mutes),
        inhibited=tuple(_inhibitions(config, labels, alerts)),
    )


def _at(interval: Mapping[str, Any], at: datetime) -> str:
    here = local_time(interval["time_intervals"][0], at)
    zone = f"{here:%Z} (UTC{here:%z})" if here.utcoffset() else "UTC"
    return f"{here:%A %Y-%m-%d %H:%M} {zone}: {'muted' if holds(interval, at) else 'sent'}"


def _channels(config: Mapping[str, Any], name: str) -> list[str]:
    """The receiver's channels; where a secret file is the destination, the channel's name is all there is to say."""
    (receiver,) = [one for one in config["receivers"] if one["name"] == name]
    found = []
    for kind in (key for key in receiver if key.endswith("_configs")):
        for channel in receiver[kind]:
            destination = channel.get("channel") or channel.get("to") or ""
            found.append(f"{kind.removesuffix('_configs')} {destination}".strip())
    return found


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
