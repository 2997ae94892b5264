"""promtool tests that a project has of its own rules: beside pasted rules, and in ``tests/alerts``."""

from __future__ import annotations

import tempfile
from pathlib import Path

import yaml

from vitals.errors import VitalsError
from vitals.rendered import write_plain_rule_files
from vitals.verify.project.programs import complaint
from vitals.verify.project.promtool_test import fullest

PLACES = ("alert_rules", "tests/alerts")
_ENDS = (".test.yaml", ".test.yml")


def found(project: Path) -> list[Path]:
    """Every such test of a project, by path."""
    files = (file for place in PLACES for file in sorted((project / place).rglob("*.test.y*ml")))
    return [file for file in files if file.name.endswith(_ENDS)]


def check(test: Path, rendered: Path) -> None:
    """Run a test against all rules of the environment that has most of them.

    Args:
        test: A unit-test document of promtool; the rules that it loads are ours to say.
        rendered: Holds one folder for each environment.

    Raises:
        VitalsError: It fails, is not such a document, or asserts nothing.
    """
    try:
        document = yaml.safe_load(test.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise VitalsError(f"{test} cannot be read: {' '.join(str(error).split())}. Correct it.") from error
    if not isinstance(document, dict) or not all(map(_asserts, document.get("tests") or [None])):
        raise VitalsError(
            f"{test} has a test without alert_rule_test and promql_expr_test, so it could not fail. Say in it what "
            "must fire, and when."
        )
    with tempfile.TemporaryDirectory(prefix="vitals-rule-test-") as place:
        files = write_plain_rule_files(fullest(rendered).groups(), Path(place, "rules"))
        file = Path(place, test.name)
        file.write_text(yaml.safe_dump({**document, "rule_files": [str(one) for one in files.values()]}), "utf-8")
        if said := complaint("promtool", "test", "rules", files=[file]):
            raise VitalsError(f"{test}:\n{said}")


def _asserts(test: object) -> bool:
    return isinstance(test, dict) and any(test.get(key) for key in ("alert_rule_test", "promql_expr_test"))
