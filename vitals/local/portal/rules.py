"""The rules behind the alerts, as they are evaluated: where an alert's link to its rule leads.

They are read from the rule files of the running stack, so what is shown is what fired, not what the catalogue says by
now. A name that no file has is not a path: nothing outside the folder can be asked for.
"""

from dataclasses import dataclass
from pathlib import Path

from vitals.rendered import RuleEntry, groups_of_file


@dataclass(frozen=True, slots=True)
class Rules:
    """The rule files in a folder, one ``<group>.yaml`` each."""

    folder: Path

    def of(self, group: str, alert: str) -> list[RuleEntry]:
        """Return the rules of that name in a group, in the order of the file; empty when there is none.

        Raises:
            VitalsError: A rule file cannot be read.
        """
        file = next((path for path in self.folder.glob("*.yaml") if path.stem == group), None)
        if file is None:
            return []
        return [rule for one in groups_of_file(file) for rule in one.rules if rule.alert == alert]
