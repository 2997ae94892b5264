"""Matchers as Alertmanager has them: one label, compared with a value or a regular expression."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vitals.errors import VitalsError

_MATCHER = re.compile(r"\s*(?P<name>[a-zA-Z_][a-zA-Z0-9_]*)\s*(?P<sign>=~|!~|!=|=)\s*(?P<value>.*?)\s*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class SilenceMatcher:
    """One condition of a silence; ``sign`` is ``=``, ``!=``, ``=~`` or ``!~``. A missing label is the empty text."""

    name: str
    sign: str
    value: str

    def __str__(self) -> str:
        return f"{self.name}{self.sign}{json.dumps(self.value, ensure_ascii=False)}"

    def fits(self, labels: Mapping[str, str]) -> bool:
        """Whether labels meet it.

        Alertmanager's expressions are RE2; those that mean something else in Python are none that people write here.
        """
        value = labels.get(self.name, "")
        same = re.fullmatch(self.value, value) is not None if "~" in self.sign else value == self.value
        return same is not self.sign.startswith("!")

    def document(self) -> dict[str, Any]:
        """Return it as Alertmanager's API takes it."""
        negative = self.sign.startswith("!")
        return {"name": self.name, "value": self.value, "isRegex": "~" in self.sign, "isEqual": not negative}

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "SilenceMatcher":
        """Read one of Alertmanager's; ``isEqual`` is true where it is left out."""
        equal, regex = document.get("isEqual", True), document.get("isRegex", False)
        sign = {(True, False): "=", (False, False): "!=", (True, True): "=~", (False, True): "!~"}
        return cls(str(document["name"]), sign[bool(equal), bool(regex)], str(document["value"]))


def parse_matcher(text: str) -> SilenceMatcher:
    """Read ``name=value``, ``name!=value``, ``name=~expression`` or ``name!~expression``; quotes may be left out.

    Raises:
        VitalsError: It is none of them, or the expression is not one.
    """
    found = _MATCHER.fullmatch(text)
    if found is None:
        raise VitalsError(
            f"{text!r} is not a matcher, so nothing was silenced. Write a label, =, !=, =~ or !~, and a value, such as "
            'alertname=ApiLatencyHigh or service=~"api|worker".'
        )
    matcher = SilenceMatcher(found["name"], found["sign"], _unquoted(found["value"], text))
    if "~" in matcher.sign:
        try:
            re.compile(matcher.value)
        except re.error as error:
            raise VitalsError(
                f"{text!r}: {matcher.value!r} is not a regular expression ({error}). Nothing was silenced. To compare "
                f"with the text itself, write {matcher.sign[0].replace('=', '')}= in place of {matcher.sign}."
            ) from None
    return matcher


def _unquoted(value: str, text: str) -> str:
    if not value.startswith('"'):
        return value
    try:
        read = json.loads(value)
    except ValueError:
        read = None
    if not isinstance(read, str):
        raise VitalsError(f"{text!r}: the quotes around the value do not match, so nothing was silenced. Close them.")
    return read
