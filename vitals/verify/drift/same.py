"""Whether a value that a program reports is the one that was rendered, however the program spells it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vitals.model.promql import duration
from vitals.rendered import PLACEHOLDERS
from vitals.verify.review.panels import shown

_SECRET = "<secret>"  # noqa: S105 - what Prometheus and Alertmanager print in place of one
_MATCHER = re.compile(r"""^\s*"?([\w.:/-]+)"?\s*(=~|!~|!=|=)\s*"?(.*?)"?\s*$""")
_PLACEHOLDER = re.compile("|".join(map(re.escape, PLACEHOLDERS)))


@dataclass(frozen=True, slots=True)
class RunningDifference:
    """One thing that runs otherwise than it is rendered.

    Attributes:
        area: ``rules``, ``routes``, ``dashboards`` or ``scalers``.
        subject: What, such as ``group wellness-api.outage``.
        text: How, as half a sentence.
    """

    area: str
    subject: str
    text: str


def differences(rendered: Any, running: Any, path: str = "") -> Iterator[str]:  # noqa: ANN401 - any JSON or YAML value
    """What of a rendered value is missing or another in a running one, each as half a sentence.

    Args:
        rendered: As the file has it.
        running: As the program reports it; keys that the file does not have are its defaults.
        path: Where the value stands.
    """
    if isinstance(rendered, Mapping) and isinstance(running, Mapping):
        lower = {str(key).lower(): value for key, value in running.items()}  # headers come back in capitals
        for key, value in rendered.items():
            inner = f"{path}.{key}" if path else str(key)
            if str(key).lower() not in lower:
                if not _empty(value):
                    yield f"{inner} is not there ({_said(value)})"
            else:
                yield from differences(value, lower[str(key).lower()], inner)
    elif _is_list(rendered) and _is_list(running):
        if len(rendered) != len(running):
            yield f"{path} has {len(running)} entries instead of {len(rendered)}"
            return
        for index, (one, other) in enumerate(zip(rendered, running, strict=True)):
            yield from differences(one, other, f"{path}[{index}]")
    elif not alike(rendered, running):
        yield f"{path} is {_said(running)} instead of {_said(rendered)}"


def alike(rendered: Any, running: Any) -> bool:  # noqa: ANN401 - any JSON or YAML value
    """Whether two plain values mean the same."""
    if rendered == running or str(running) == _SECRET or (_empty(rendered) and _empty(running)):
        return True
    one, other = str(rendered), str(running)
    if isinstance(rendered, bool) or isinstance(running, bool):
        return one.lower() == other.lower()
    if one.strip() == other.strip() or _filled(one, other):
        return True
    return (_matcher(one) is not None and _matcher(one) == _matcher(other)) or _same_duration(one, other)


def _filled(rendered: str, running: str) -> bool:
    """Whether a text is a rendered one with its placeholders filled in."""
    if not _PLACEHOLDER.search(rendered):
        return False
    pattern = ".*?".join(map(re.escape, _PLACEHOLDER.split(rendered)))
    return re.fullmatch(pattern, running, re.DOTALL) is not None


def _matcher(text: str) -> tuple[str, ...] | None:
    found = _MATCHER.match(text)
    return found.groups() if found else None


def _same_duration(one: str, other: str) -> bool:
    try:
        return duration(one) == duration(other)
    except ValueError:
        return False


def _empty(value: Any) -> bool:  # noqa: ANN401 - any JSON or YAML value
    return value in (None, "", [], {}, False)


def _is_list(value: Any) -> bool:  # noqa: ANN401 - any JSON or YAML value
    return isinstance(value, Sequence) and not isinstance(value, str)


def _said(value: Any) -> str:  # noqa: ANN401 - any JSON or YAML value
    return shown(value) if not _empty(value) else "nothing"
