"""A promtool test beside a pasted rule file is part of the suite: it runs against what is rendered of the files."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import yaml

from alert_rules import FOLDER
from tests.alert_rules.conftest import Rendered
from vitals.kit.alerts.places import promtool_tests

pytestmark = pytest.mark.rules
TESTS = promtool_tests(FOLDER)


def _run(
    test: Path, prod: Rendered, promtool: Path, folder: Path, *, without: str = ""
) -> subprocess.CompletedProcess[str]:
    rules = [file for file in prod.rules if file.name.startswith(("handwritten.", "mixins.")) and file.stem != without]
    document = {**yaml.safe_load(test.read_text(encoding="utf-8")), "rule_files": [str(file) for file in rules]}
    (folder / test.name).write_text(yaml.safe_dump(document), encoding="utf-8")
    return subprocess.run([promtool, "test", "rules", folder / test.name], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("test", TESTS, ids=[test.name for test in TESTS])
def test_rules_do_what_the_test_beside_them_says(test: Path, prod: Rendered, promtool: Path, tmp_path: Path) -> None:
    """The author of a rule says when it fires in promtool's own format and without a line of Python."""
    ran = _run(test, prod, promtool, tmp_path)

    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_a_test_beside_a_rule_fails_without_the_rule(prod: Rendered, promtool: Path, tmp_path: Path) -> None:
    """The one that is shipped asks for its alert: it cannot pass with nothing rendered."""
    ran = _run(FOLDER / "handwritten" / "clock.test.yaml", prod, promtool, tmp_path, without="handwritten.clock")

    assert ran.returncode != 0
