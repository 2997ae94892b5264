"""Rules and alerts as checks look at them, from a rule file or from an object that carries one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import promql_parser as ast

from vitals.model.promql import duration
from vitals.verify.review.defect import At
from vitals.verify.review.document import Document
from vitals.verify.review.panels import elements, mapping, shown
from vitals.verify.review.promql import parsed


def seconds(text: Any) -> float | None:  # noqa: ANN401 - any YAML value
    """A duration such as ``1m30s`` in seconds, as Prometheus reads it; None for what is none."""
    if isinstance(text, int) and not isinstance(text, bool) and text == 0:
        return 0.0
    try:
        return duration(text) if isinstance(text, str) else None
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class ReviewedRule:
    """One rule.

    Attributes:
        at: Where it is.
        content: As the file has it.
        group: Name of its group.
        interval_s: Seconds between two evaluations; None where the group leaves that to the server.
        group_labels: Labels that its group sets.
    """

    at: At
    content: Mapping[str, Any]
    group: str
    interval_s: float | None
    group_labels: Mapping[str, Any]

    @property
    def alert(self) -> str:
        """The name of the alert; empty for a record."""
        return str(self.content.get("alert") or "")

    @property
    def record(self) -> str:
        """The recorded name; empty for an alert."""
        return str(self.content.get("record") or "")

    @property
    def expr(self) -> str:
        """Its expression; a number is one as well."""
        found = self.content.get("expr")
        return "" if found is None else str(found)

    @property
    def node(self) -> ast.Expr | None:
        """The syntax tree of its expression; None where it is not PromQL."""
        return parsed(self.expr)[0]

    @property
    def labels(self) -> dict[str, str]:
        """The labels that it sets, those of its group included."""
        return {str(k): str(v) for k, v in {**self.group_labels, **mapping(self.content.get("labels"))}.items()}

    @property
    def annotations(self) -> dict[str, str]:
        """What an alert says, before its values are filled in."""
        return {str(k): str(v) for k, v in mapping(self.content.get("annotations")).items()}

    @property
    def for_s(self) -> float:
        """Seconds for which the condition must hold."""
        return seconds(self.content.get("for")) or 0.0

    @property
    def severity(self) -> str:
        """How urgent it is, as its label has it; empty where it has none."""
        return self.labels.get("severity", "")

    @property
    def pages(self) -> bool:
        """Whether it wakes on-call: what people call such a severity."""
        return self.severity.lower() in ("critical", "page", "p1", "sev1", "emergency", "disaster")


def rules_of(document: Document) -> Iterator[ReviewedRule]:
    """Every rule of a document."""
    for number, group in enumerate(elements(mapping(document.value).get("groups"))):
        found = mapping(group)
        for index, rule in enumerate(elements(found.get("rules"))):
            if isinstance(rule, dict):
                kind = "alert" if "alert" in rule else "record"
                at = At(document, ("groups", number, "rules", index), f"{kind} {shown(rule.get(kind))}")
                yield ReviewedRule(
                    at, rule, str(found.get("name", "")), seconds(found.get("interval")), mapping(found.get("labels"))
                )
