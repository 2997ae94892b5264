"""Which values the labels of made series have: the same few for every metric, so that joins and variables find them.

Everything stands in ``ENTITIES`` columns: the first pod is in the first namespace, on the first node. So there are as
many series as entities and not as many as combinations, and a panel of one namespace shows its pods.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from vitals.local.portal.variable_options import picked
from vitals.model.promql import regex
from vitals.verify.preview.matched_text import matched_texts
from vitals.verify.preview.selections import Matched, Selection

ENTITIES = 3
"""Pods, hosts, queues and so on of every dashboard: enough for a legend and for an order by size."""
_USUAL = {
    "quantile": ("0.5", "0.9", "0.99"),
    "method": ("GET", "POST", "PUT"),
    **dict.fromkeys(("status", "code", "status_code", "response_code", "http_status_code"), ("200", "404", "503")),
}
_ADDRESS = frozenset({"instance", "host", "target", "server", "addr", "address"})
MARK = "\ue000{}\ue001"
"""A variable within a text of a query, by its number."""
_MARKED = re.compile("\ue000(\\d+)\ue001")
_ONLY_MARKED = re.compile("\\^?\\(?\ue000(\\d+)\ue001\\)?\\$?")


@dataclass(frozen=True, slots=True)
class AskedVariable:
    """A variable whose values Prometheus knows.

    Attributes:
        label: Whose values it has; empty where that is not known.
        regex: Picks them.
        several: Whether all of its values are chosen.
        all_value: The pattern that stands for all of them; empty for a list of them.
    """

    label: str
    regex: str = ""
    several: bool = False
    all_value: str = ""


class LabelValues:
    """The values of every label, for each entity."""

    def __init__(
        self,
        selections: Collection[Selection],
        variables: Sequence[AskedVariable],
        patterns: Mapping[str, Sequence[str]],
        known: Mapping[str, Sequence[str]],
    ) -> None:
        """Read what all queries say of labels.

        Args:
            selections: Of all queries.
            variables: Those that Prometheus is asked for, by their number.
            patterns: What the values of a label must match.
            known: Values that other series have, by label.
        """
        self._variables = variables
        self._patterns = patterns
        self._known = known
        self._same: dict[str, str] = {}
        self._written: dict[str, list[str]] = {}
        self._made_of: dict[str, str] = {}
        self._single = {one.label for one in variables if one.label and not one.several}
        for one in variables:
            if one.label and one.all_value and not all(regex.matches(one.all_value, text) for text in regex.PROBES):
                self._made_of.setdefault(one.label, one.all_value)
        for matched in (matched for each in selections for matched in each.matched):
            self._read(matched)

    def _read(self, one: Matched) -> None:
        if variable := _ONLY_MARKED.fullmatch(one.text):
            label = self._variables[int(variable[1])].label
            if label and label != one.label and one.sign in ("=", "=~"):
                self._same.setdefault(one.label, label)
        elif _MARKED.search(one.text):
            if one.sign in ("=", "=~"):
                self._made_of.setdefault(one.label, one.text if one.sign == "=~" else _quoted(one.text))
        elif texts := wanted_texts(one):
            known = self._written.setdefault(one.label, [])
            known += [text for text in texts if text not in known]

    def of(self, label: str, entity: int) -> str:
        """The value of a label for an entity."""
        return self._of(label, entity, frozenset())

    def _of(self, label: str, entity: int, above: frozenset[str]) -> str:
        other = self._same.get(label)
        if other and other not in above and other != label:
            return self._of(other, entity, above | {label})
        if label in self._single:
            entity = 0
        usual = self._usual(label, entity)
        if (made_of := self._made_of.get(label)) and label not in above:
            pattern = self._filled(made_of, entity, above | {label})
            return usual if regex.matches(pattern, usual) else next(iter(matched_texts(pattern, entity)), usual)
        return usual

    def _usual(self, label: str, entity: int) -> str:
        for values in (self._known.get(label), sorted(self._written.get(label, ())), _USUAL.get(label)):
            if values:
                return values[entity % len(values)]
        return self._invented(label, entity)

    def _invented(self, label: str, entity: int) -> str:
        """A value that all relabellings and the variables of the label take."""
        number = entity + 1
        plain = f"{label.strip('_').replace('_', '-')}-{number}"
        usual = (f"host-{number}:9100", f"host-{number}.example:9100") if label in _ADDRESS else ()
        wanted = self._patterns.get(label, ())
        picks = [one.regex for one in self._variables if one.label == label and one.regex]
        shaped = (text for pattern in (*wanted, *picks) for text in matched_texts(pattern.strip("/^$"), entity))
        candidates: list[str] = [*usual, plain, f"{plain}:9100", f"/{plain}", f"{plain}.example", *shaped]
        for candidate in candidates:
            if all(regex.matches(one, candidate) for one in wanted) and all(picked([candidate], one) for one in picks):
                return candidate
        return plain

    def _filled(self, text: str, entity: int, above: frozenset[str]) -> str:
        def value(found: re.Match[str]) -> str:
            variable = self._variables[int(found[1])]
            if not variable.label:
                return "a"
            single = 0 if not variable.several else entity
            values = picked([self._of(variable.label, single, above)], variable.regex)
            return _quoted(values[0]) if values else "a"

        return _MARKED.sub(value, text)


def wanted_texts(one: Matched) -> tuple[str, ...]:
    """The texts of which a matcher without variables wants one; none where it takes anything or leaves texts out."""
    if one.sign == "=":
        return (one.text,) if one.text else ()
    if one.sign != "=~" or all(regex.matches(one.text, probe) for probe in regex.PROBES):
        return ()
    usual = tuple(text for text in _USUAL.get(one.label, ()) if regex.matches(one.text, text))
    return usual or tuple(text for text in matched_texts(one.text) if text)


def is_marked(one: Matched) -> bool:
    """Whether a matcher names a variable whose values are asked for."""
    return _MARKED.search(one.text) is not None


def _quoted(text: str) -> str:
    """A text as a pattern that matches it and nothing else; marks of variables stay."""
    return re.sub(r"([.+*?()\[\]{}|^$\\])", r"\\\1", text)
