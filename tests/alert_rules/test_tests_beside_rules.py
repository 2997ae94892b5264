"""A promtool test beside a pasted rule file is part of the suite: it runs against what is rendered of the files."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest
import yaml

from tests.alert_rules.conftest import ShippedEnvironment
from tests.catalogues import WELLNESS
from vitals.kit.alerts.places import promtool_tests
from vitals.paths import ALERT_RULES, RENDERED
from vitals.rendered import read, write_plain_rule_files

pytestmark = pytest.mark.rules
TESTS = promtool_tests(ALERT_RULES)
OF_FILES = ("handwritten.", "mixins.")


def _run(test: Path, rules: Iterable[Path], promtool: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    document = {**yaml.safe_load(test.read_text(encoding="utf-8")), "rule_files": [str(file) for file in rules]}
    (folder / test.name).write_text(yaml.safe_dump(document), encoding="utf-8")
    return subprocess.run([promtool, "test", "rules", folder / test.name], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("test", TESTS, ids=[test.name for test in TESTS])
def test_rules_do_what_the_test_beside_them_says(test: Path, promtool: Path, tmp_path: Path) -> None:
    """The author of a rule says when it fires in promtool's own format; it is so where most of the rules exist."""
    groups = [
        [group for group in read(folder).groups() if group.name.startswith(OF_FILES)] for folder in RENDERED.iterdir()
    ]
    most = max(groups, key=len)
    ran = _run(test, write_plain_rule_files(most, tmp_path / "rules").values(), promtool, tmp_path)

    assert most
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_a_test_beside_a_rule_fails_without_the_rule(prod: ShippedEnvironment, promtool: Path, tmp_path: Path) -> None:
    """The one that is shipped asks for its alert: it cannot pass with nothing rendered."""
    test = WELLNESS / "rule_files" / "handwritten" / "clock.test.yaml"
    of_files = [file for file in prod.rules if file.name.startswith(OF_FILES)]
    without = [file for file in of_files if file.stem != "handwritten.clock"]

    assert len(without) < len(of_files)
    assert _run(test, of_files, promtool, tmp_path).returncode == 0
    assert _run(test, without, promtool, tmp_path).returncode != 0
