"""What people paste arrives as it is: colons, every character, and names that Kubernetes takes."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.alert_rules.shapes import RULE
from tests.alert_rules.test_pasted_files import HEAD, MIXIN
from tests.alert_rules.test_pasted_files import _load as load_files
from vitals.kit.alerts.messages import pagerduty_details
from vitals.local.tools import find
from vitals.model.catalog import Catalogue


def test_a_description_may_have_colons(wellness: Catalogue, tmp_path: Path) -> None:
    """Public rules end with VALUE: and LABELS:; every message takes them."""
    text = f"{HEAD}{RULE}".replace("The machine is busy.", "'Busy, VALUE: {{ $value }} LABELS: {{ $labels }}'")
    (alert,) = load_files(wellness, tmp_path, handwritten__a_DOT_yaml=text).alerts

    assert alert.impact == "Busy, VALUE: {{ $value }} LABELS: {{ $labels }}."


def test_a_name_is_one_that_kubernetes_takes(wellness: Catalogue, tmp_path: Path) -> None:
    """A group's name becomes a label of its object, of 63 characters at most, and stays one of its own."""
    text = f"{HEAD}{RULE}"
    first, second = ("long " * 20 + end for end in ("one", "two"))
    names = {
        alert.group
        for alert in load_files(
            wellness,
            tmp_path,
            handwritten__a_DOT_yaml=text.replace("name: case", f"name: {first}"),
            handwritten__b_DOT_yaml=text.replace("name: case", f"name: {second}").replace("> 50", "> 60"),
            handwritten__c_DOT_yaml=text.replace("name: case", f"name: {second}").replace("> 50", "> 70"),
        ).alerts
    }

    assert len(names) == 3
    assert all(len(name) <= 63 and re.fullmatch(r"[a-z][a-z0-9.-]*[a-z0-9]", name) for name in names)


def test_characters_of_a_mixin_arrive_as_they_are(wellness: Catalogue, tmp_path: Path) -> None:
    """Jsonnet writes JSON, which has characters beyond the first 65,536 in two halves; a backslash stays one."""
    text = MIXIN % ("prometheusAlerts", "own")
    said = "\U0001f525 \u00e9\u2028\u0085 {{ $value }} \\\\ud83d"
    (alert,) = load_files(wellness, tmp_path, mixins__a_DOT_jsonnet=text.replace("Load is {{ $value }}", said)).alerts

    assert alert.impact.startswith("\U0001f525 \u00e9\u2028\u0085 {{ $value }} \\ud83d")


def test_alerts_and_records_of_a_mixin_may_share_a_name(wellness: Catalogue, tmp_path: Path) -> None:
    """Their authors write them into two files."""
    other = (MIXIN % ("prometheusRules", "one")).replace("50", "60")
    files = load_files(wellness, tmp_path, mixins__a_DOT_jsonnet=f"{MIXIN % ('prometheusAlerts', 'one')} + {other}")

    assert [alert.group for alert in files.alerts] == ["mixins.one", "mixins.a-one"]


@pytest.mark.rules
def test_a_colon_makes_no_map_of_details(tmp_path: Path) -> None:
    """Alertmanager reads PagerDuty's details as YAML, and descriptions that people paste say VALUE: and LABELS:."""
    said = "Busy.\n  VALUE: 96\n  LABELS: map[a:b c: d]:"
    alert = {"status": "firing", "labels": {"alertname": "CaseRule"}, "annotations": {"description": said}}
    data, none = tmp_path / "group.json", tmp_path / "none.tmpl"
    data.write_text(json.dumps({"status": "firing", "alerts": [alert]}), encoding="utf-8")
    none.touch()
    text = pagerduty_details()["firing"]
    command = ["template", "render", f"--template.glob={none}", f"--template.data={data}", f"--template.text={text}"]
    filled = subprocess.run([find("amtool"), *command], capture_output=True, check=True, encoding="utf-8").stdout

    assert isinstance(yaml.safe_load(filled), str)
    assert "VALUE:\u00a096 LABELS:\u00a0map[a:b c:\u00a0d]:" in filled
