"""Names of what is pasted: an id of each alert, and what other rules may ask for by name."""

from __future__ import annotations

from pathlib import Path

from tests.alert_rules.shapes import RULE
from vitals.kit.alerts.rule_file import FileRules, load
from vitals.model.catalog import Catalogue, Service

NODE = Service(name="node", owner="platform", description="The machines.")
RECORD = "{record: 'instance:load:max', expr: max by (instance) (node_load1), labels: {service: node, tier: low}}"


def _load(wellness: Catalogue, folder: Path, *rules: str) -> FileRules:
    for kind in ("handwritten", "mixins"):
        (folder / kind).mkdir()
    listed = "\n".join(f"      - {rule}" for rule in rules)
    (folder / "handwritten" / "case.yaml").write_text(f"groups:\n  - name: case\n    rules:\n{listed}\n")
    return load([NODE], wellness.teams, folder)


def test_alerts_of_one_name_have_ids_of_their_own(wellness: Catalogue, tmp_path: Path) -> None:
    """The first is called as its group and name, those behind it are counted; an alert of another name is not."""
    tighter, tightest = (RULE.replace("> 50", f"> {bound}") for bound in (60, 70))
    other = RULE.replace("CaseRule", "OtherRule")
    found = _load(wellness, tmp_path, RULE, other, tighter, tightest)

    assert [alert.id for alert in found.alerts] == [
        "handwritten.case.CaseRule",
        "handwritten.case.OtherRule",
        "handwritten.case.CaseRule.2",
        "handwritten.case.CaseRule.3",
    ]


def test_what_may_be_asked_for_by_name_is_known(wellness: Catalogue, tmp_path: Path) -> None:
    """Alerts by their names, records with their targets, and every label that a rule sets; records are not alerts."""
    found = _load(wellness, tmp_path, RULE, RECORD)

    assert found.names == {"CaseRule"}
    assert found.recorded == {"instance:load:max": {"node"}}
    assert {"service", "severity", "tier"} <= found.labels
