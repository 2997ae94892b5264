"""The rules behind the alerts, as they are evaluated: where an alert's link to its rule leads.

They are read from the rule files of the running stack, so what is shown is what fired, not what the catalogue says by
now. A name that no file has is no path: nothing outside the folder can be asked for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml


@dataclass(frozen=True, slots=True)
class Rule:
    """One alerting rule.

    Attributes:
        expr: The condition, as it is written in the file.
        lasting: How long it must hold.
        labels: Labels of the alert.
        annotations: What it says, before its values are filled in.
    """

    expr: str
    lasting: str
    labels: Mapping[str, str]
    annotations: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Rules:
    """The rule files in a folder, one ``<group>.yaml`` each."""

    folder: Path

    def of(self, group: str, alert: str) -> list[Rule]:
        """Return the rules of that name in a group, in the order of the file; empty when there is none."""
        file = next((path for path in self.folder.glob("*.yaml") if path.stem == group), None)
        if file is None:
            return []
        document = yaml.safe_load(file.read_text(encoding="utf-8"))
        return [
            Rule(rule["expr"], str(rule.get("for", "0s")), rule.get("labels", {}), rule.get("annotations", {}))
            for one in document["groups"]
            for rule in one["rules"]
            if rule.get("alert") == alert
        ]
