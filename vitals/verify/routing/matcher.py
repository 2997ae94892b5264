"""Matchers as our rendered configuration writes them: ``severity=~"critical|warning"``.

Meaning after https://prometheus.io/docs/alerting/latest/configuration/#matcher: patterns match the whole value, and a
label that is missing has the empty value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from vitals.errors import VitalsError

_FORM = re.compile(r'\s*([A-Za-z_][A-Za-z0-9_]*)\s*(=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)"\s*')


class Matcher(NamedTuple):
    """One condition on a label.

    Attributes:
        label: Its name.
        operator: ``=``, ``!=``, ``=~`` or ``!~``.
        value: What it is compared with.
    """

    label: str
    operator: str
    value: str

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether the condition holds for an alert with these labels."""
        have = labels.get(self.label, "")
        same = have == self.value if self.operator in ("=", "!=") else bool(re.fullmatch(self.value, have))
        return same != self.operator.startswith("!")

    def __str__(self) -> str:
        return f'{self.label}{self.operator}"{self.value}"'


def parse(text: str) -> Matcher:
    """Read one matcher.

    Raises:
        VitalsError: It is written in a form that ``vitals render`` does not write.
    """
    found = _FORM.fullmatch(text)
    if not found:
        raise VitalsError(
            f"The matcher {text!r} is not understood: write label, operator and a value in double quotes."
        )
    return Matcher(found[1], found[2], re.sub(r"\\(.)", r"\1", found[3]))


def all_match(matchers: Iterable[Matcher], labels: Mapping[str, str]) -> bool:
    """Whether every condition holds."""
    return all(matcher.matches(labels) for matcher in matchers)
