"""A project's cases in Python: each is held to the rendered rules, and each mistake in one is named."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.oracle.declared import FOLDER
from vitals.errors import VitalsError
from vitals.verify.project import alert_tests
from vitals.verify.project.checks import checks

CASE = (FOLDER / "queue_filling.py").read_text(encoding="utf-8")


@pytest.fixture
def rendered(demo_rendered: Path, tmp_path: Path) -> Path:
    """What is rendered of the demo's local environment, to be damaged."""
    shutil.copytree(demo_rendered / "local", tmp_path / "rendered" / "local")
    return tmp_path / "rendered"


def _file(folder: Path, text: str) -> Path:
    file = folder / "queue_filling.py"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.rules
def test_an_alert_that_is_as_its_case_says_passes(rendered: Path, tmp_path: Path) -> None:
    """Rising and falling, at the bound, and without its series; with its whole text."""
    alert_tests.check(_file(tmp_path, CASE), rendered)


@pytest.mark.rules
@pytest.mark.parametrize(
    ("before", "after"),
    [("> 0.5", "> 0.55"), ("for: 1m", "for: 2m"), ("severity: warning", "severity: critical"), ("queue fill", "fill")],
)
def test_a_rule_that_is_otherwise_than_its_case_is_found(
    before: str, after: str, rendered: Path, tmp_path: Path
) -> None:
    """Another bound, another wait, another urgency or another text: promtool's report is shown."""
    (rule,) = [
        file for file in (rendered / "local" / "rules").glob("*.yaml") if "QueueFilling" in file.read_text("utf-8")
    ]
    head, name, text = rule.read_text(encoding="utf-8").partition("- alert: QueueFilling")
    assert before in text
    rule.write_text(head + name + text.replace(before, after, 1), encoding="utf-8")

    with pytest.raises(VitalsError, match=r"(?s)QueueFilling of wellness-worker does not fire as the case says.*exp"):
        alert_tests.check(_file(tmp_path, CASE), rendered)


@pytest.mark.parametrize(
    ("before", "after", "refused"),
    [
        ("import annotations\n", "import annotations\nimport nowhere\n", r"queue_filling.py:\d+ cannot be run"),
        ("CASES = (", "CASES = (]", r"queue_filling.py:\d+ cannot be run.*SyntaxError"),
        ("CASES = (", "CASES_OF = (", "no attribute 'CASES'.*it needs a tuple CASES"),
        ("CASES = (", "CASES = () and (", "has no case in CASES"),
        ('id="tasks.queue.high"', 'id="tasks.queue.full"', r"no alert with the id tasks.queue.full.*tasks.queue.high"),
        ("high=165", "high=150", "never break the condition for long enough"),
        ("under=150", "under=151", "samples break the condition, and here it must hold"),
        ("low=2", "low=151", "break the condition from the start"),
    ],
)
def test_a_case_that_proves_nothing_is_refused(
    before: str, after: str, refused: str, rendered: Path, tmp_path: Path
) -> None:
    """The file, where it is, what is wrong and what to do."""
    assert before in CASE

    with pytest.raises(VitalsError, match=rf"(?s){refused}"):
        alert_tests.check(_file(tmp_path, CASE.replace(before, after, 1)), rendered)


def test_every_case_of_a_project_has_its_check(rendered: Path) -> None:
    """Files of Python beside promtool tests, and not those that pytest collects itself."""
    folder = rendered.parent / "tests" / "alerts"
    folder.mkdir(parents=True)
    for name in ("queue_filling.py", "test_more.py", "conftest.py", "other.test.yaml"):
        (folder / name).touch()

    names = [check.name for check in checks(rendered.parent)]

    assert [name for name in names if name.startswith("alert-test")] == ["alert-test[tests/alerts/queue_filling.py]"]
