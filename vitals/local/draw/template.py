"""Fill Grafana's variables into a query: the dashboard's own (``$service``) and the built-in ones (``$__range``)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vitals.local.draw.dashboard import Variable
from vitals.local.draw.window import Window

ALL = "$__all"
_REFERENCE = re.compile(r"\$(\w+)|\$\{(\w+)(?::(\w+))?\}|\[\[(\w+)\]\]")
_LABEL = re.compile(r"\{\{\s*([^{}]+?)\s*\}\}")
_REGEX_SPECIAL = re.compile(r"[\\^$.*+?()\[\]{}|/]")


@dataclass(frozen=True, slots=True)
class Choice:
    """What is chosen for a variable: ``values`` (one or more), as a regular expression if it may be several."""

    values: tuple[str, ...]
    as_regex: bool = False
    verbatim: str | None = None

    def text(self, form: str = "") -> str:
        """Return what stands in the query for this choice; ``form`` is the word after ``:`` in ``${name:form}``."""
        if self.verbatim is not None:
            return self.verbatim
        if form == "raw":
            return ",".join(self.values)
        if form == "pipe":
            return "|".join(self.values)
        if form == "regex" or (self.as_regex and form == ""):
            escaped = [_REGEX_SPECIAL.sub(r"\\\\\g<0>", value) for value in self.values]
            return escaped[0] if len(escaped) == 1 else f"({'|'.join(escaped)})"
        return ",".join(value.replace("\\", "\\\\").replace('"', '\\"') for value in self.values)


def choose(variable: Variable, options: Sequence[str], wanted: Sequence[str]) -> Choice:
    """Decide what a variable stands for.

    Args:
        variable: The dashboard's variable.
        options: Its values now.
        wanted: What the address asks for; empty when it does not say. ``$__all`` and ``All`` mean all.

    Returns:
        What is wanted, else the dashboard's own default, else the first option.
    """
    known = tuple(value for value in variable.current if value in options or (value == ALL and variable.include_all))
    first = (ALL,) if variable.include_all else tuple(options[:1])
    values = tuple(wanted) or known or first
    several = variable.multi or variable.include_all
    if variable.include_all and (ALL in values or "All" in values):
        return Choice((ALL,), verbatim=variable.all_value or Choice(tuple(options), as_regex=True).text())
    return Choice(values if several else values[:1], as_regex=several)


def built_in(window: Window, scrape_interval_s: float) -> dict[str, Choice]:
    """Return Grafana's built-in variables for a window."""
    seconds = max(1, round(window.duration))
    values = {
        "__interval": f"{window.step}s",
        "__interval_ms": str(window.step * 1000),
        "__rate_interval": f"{window.rate_interval(scrape_interval_s)}s",
        "__range": f"{seconds}s",
        "__range_s": str(seconds),
        "__range_ms": str(seconds * 1000),
        "__from": str(round(window.start * 1000)),
        "__to": str(round(window.end * 1000)),
    }
    return {name: Choice((value,), verbatim=value) for name, value in values.items()}


def substitute(text: str, choices: Mapping[str, Choice]) -> str:
    """Replace ``$name``, ``${name}``, ``${name:form}`` and ``[[name]]``; unknown names stay as they are."""

    def replace(match: re.Match[str]) -> str:
        choice = choices.get(match[1] or match[2] or match[4])
        return choice.text(match[3] or "") if choice else match[0]

    return _REFERENCE.sub(replace, text)


def fill_labels(text: str, labels: Mapping[str, str]) -> str:
    """Replace ``{{label}}`` with the label's value; a label that is missing becomes empty text."""
    return _LABEL.sub(lambda match: labels.get(match[1], ""), text)
