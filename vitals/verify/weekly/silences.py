"""Silences of the week, from Alertmanager: Prometheus stores none, and Alertmanager keeps ended ones for days only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

from vitals.errors import VitalsError
from vitals.http_client import BoundedClient
from vitals.verify.routing.matcher import Matcher, all_match
from vitals.verify.weekly.week import Week

_LONGEST_COMMENT = 200
_OPERATORS = {(False, True): "=", (False, False): "!=", (True, True): "=~", (True, False): "!~"}
"""By whether the value is a pattern, and whether it has to match."""


@dataclass(frozen=True, slots=True)
class WeekSilence:
    """One silence.

    Attributes:
        matchers: Which alerts it keeps quiet.
        author: Who made it.
        comment: Why.
        start: Unix seconds.
        end: Unix seconds.
    """

    matchers: tuple[Matcher, ...]
    author: str
    comment: str
    start: float
    end: float

    @property
    def words(self) -> str:
        """The matchers as Alertmanager writes them."""
        return ", ".join(map(str, self.matchers))

    def covers(self, labels: Mapping[str, str], at: float) -> bool:
        """Whether it keeps an alert with these labels quiet at a moment."""
        return self.start <= at < self.end and all_match(self.matchers, labels)


async def silences(client: BoundedClient, url: str, week: Week) -> tuple[WeekSilence, ...]:
    """The silences that an Alertmanager knows and that overlap with a week, by time.

    Raises:
        VitalsError: It does not answer, or not as Alertmanager does.
    """
    try:
        answer = await client.get(f"{url.rstrip('/')}/api/v2/silences")
        found = [_silence(one) for one in answer.raise_for_status().json()]
    except (
        httpx.HTTPError,
        httpx.InvalidURL,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        RecursionError,
    ) as error:
        raise VitalsError(
            f"The Alertmanager at {url} does not say which silences there were ({str(error) or type(error).__name__}), "
            "so nothing was reviewed. Look whether it runs there, or leave --alertmanager out."
        ) from error
    overlapping = [one for one in found if one.start < week.end and one.end > week.start]
    return tuple(sorted(overlapping, key=lambda one: (one.start, one.words)))


def _silence(raw: Mapping[str, Any]) -> WeekSilence:
    return WeekSilence(
        matchers=tuple(map(_matcher, raw["matchers"])),
        author=str(raw["createdBy"]),
        comment=str(raw["comment"])[:_LONGEST_COMMENT],
        start=datetime.fromisoformat(raw["startsAt"]).timestamp(),
        end=datetime.fromisoformat(raw["endsAt"]).timestamp(),
    )


def _matcher(raw: Mapping[str, Any]) -> Matcher:
    pattern, equal = bool(raw["isRegex"]), bool(raw.get("isEqual", True))
    return Matcher(str(raw["name"]), _OPERATORS[pattern, equal], str(raw["value"]))
