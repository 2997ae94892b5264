"""The routes of an Alertmanager configuration in the one form that :mod:`vitals.verify.routing` reads.

People write conditions as ``match``, ``match_re`` or ``matchers``, quoted or not, in one string or several.
https://prometheus.io/docs/alerting/latest/configuration/
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from vitals.errors import VitalsError
from vitals.verify.review.defect import At
from vitals.verify.review.document import Document, JsonPath
from vitals.verify.review.panels import elements, mapping
from vitals.verify.routing.matcher import Matcher, all_match

_MATCHER = re.compile(r'\s*"?([\w.:/-]+)"?\s*(=~|!~|!=|=)\s*("(?:[^"\\]|\\.)*"|[^,}]*)\s*(?:,|$)')


def matchers_of(content: Mapping[str, Any], prefix: str = "") -> list[Matcher]:
    """The conditions of a route or of one side of an inhibition.

    Args:
        content: As the file has it.
        prefix: ``source_`` or ``target_`` for an inhibition.
    """
    found = [Matcher(str(k), "=", str(v)) for k, v in mapping(content.get(f"{prefix}match")).items()]
    found += [Matcher(str(k), "=~", str(v)) for k, v in mapping(content.get(f"{prefix}match_re")).items()]
    listed = content.get(f"{prefix}matchers")
    for text in [listed] if isinstance(listed, str) else elements(listed):
        if isinstance(text, dict):  # AlertmanagerConfig writes them as objects
            sign = str(text.get("matchType") or ("=~" if text.get("regex") else "="))
            found.append(Matcher(str(text.get("name")), sign, str(text.get("value", ""))))
            continue
        for label, sign, value in _MATCHER.findall(str(text).strip().strip("{}")):
            found.append(Matcher(label, sign, _plain(value.strip())))
    return found


def _plain(value: str) -> str:
    if value[:1] == '"':
        try:
            return str(json.loads(value))
        except ValueError:
            return value[1:-1]
    return value


@dataclass(frozen=True, slots=True)
class Reached:
    """A route at which an alert ends: its receiver, and where it is."""

    at: At
    receiver: str


@dataclass(frozen=True)
class ReviewedRoutes:
    """One Alertmanager configuration."""

    document: Document

    @cached_property
    def content(self) -> Mapping[str, Any]:
        """As the file has it."""
        return mapping(self.document.value)

    @property
    def at(self) -> At:
        """Where it is."""
        return At(self.document, (), "routes")

    @cached_property
    def receivers(self) -> Mapping[str, tuple[At, Mapping[str, Any]]]:
        """Its receivers, by name."""
        return {
            str(one.get("name")): (At(self.document, ("receivers", index), f"receiver {one.get('name')}"), one)
            for index, one in enumerate(elements(self.content.get("receivers")))
            if isinstance(one, dict)
        }

    def notifies(self, receiver: str) -> bool:
        """Whether a receiver has a channel."""
        found = self.receivers.get(receiver)
        return found is not None and any(str(key).endswith("_configs") and value for key, value in found[1].items())

    def every_route(self) -> Iterator[tuple[At, Mapping[str, Any]]]:
        """Every route of the tree."""
        yield from self._below(mapping(self.content.get("route")), ("route",))

    def _below(self, route: Mapping[str, Any], path: JsonPath) -> Iterator[tuple[At, Mapping[str, Any]]]:
        yield At(self.document, path, "route"), route
        for index, inner in enumerate(elements(route.get("routes"))):
            yield from self._below(mapping(inner), (*path, "routes", index))

    @cached_property
    def _conditions(self) -> Mapping[JsonPath, list[Matcher]]:
        """What each route asks of an alert, by its path: read once for all alerts."""
        return {at.path: matchers_of(route) for at, route in self.every_route()}

    def reached(self, labels: Mapping[str, str]) -> list[Reached]:
        """The routes at which an alert with some labels ends.

        Raises:
            VitalsError: A pattern is not a regular expression.
        """
        return self._walk(mapping(self.content.get("route")), ("route",), "", labels)

    def _walk(self, route: Mapping[str, Any], path: JsonPath, above: str, labels: Mapping[str, str]) -> list[Reached]:
        receiver = str(route.get("receiver") or above)
        ends: list[Reached] = []
        for index, one in enumerate(elements(route.get("routes"))):
            inner, place = mapping(one), (*path, "routes", index)
            if not holds(self._conditions[place], labels):
                continue
            ends += self._walk(inner, place, receiver, labels)
            if not inner.get("continue"):
                break
        return ends or [Reached(At(self.document, path, f"route to {receiver}"), receiver)]


def holds(conditions: list[Matcher], labels: Mapping[str, str]) -> bool:
    """Whether an alert meets every condition.

    Raises:
        VitalsError: A pattern is not a regular expression.
    """
    try:
        return all_match(conditions, labels)
    except re.error as error:
        raise VitalsError(f"A matcher of the routes is not a regular expression: {error}") from error
