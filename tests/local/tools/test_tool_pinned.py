"""The pinned programs themselves: found or built for real, they run, print their version and do their work."""

import subprocess
from pathlib import Path

import pytest

from vitals.local.tools import ensure, required
from vitals.local.tools.locate import ask_version
from vitals.local.tools.programs import program

pytestmark = pytest.mark.rules


@pytest.fixture
def real(monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    """All required programs, from the user's own PATH and cache."""
    monkeypatch.undo()
    return ensure(required())


def run(*command: str | Path) -> str:
    """Output of a program that must succeed."""
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout


def test_each_required_program_prints_a_good_version(real: dict[str, Path]) -> None:
    """What we hand to the stack satisfies what we ask for; a built one says exactly what is pinned."""
    assert real
    for name, path in real.items():
        entry = program(name)
        version = ask_version(entry, path)
        assert entry.accepts(version), f"{path} says {version}"
        if entry.pin and "tools" in path.parts:
            assert str(version) == entry.pin.version


def test_promtool_checks_a_rule_file(real: dict[str, Path], tmp_path: Path) -> None:
    """The rule checker accepts a sound rule and refuses a broken expression."""
    rules = tmp_path / "rules.yaml"
    rules.write_text("groups: [{name: a, rules: [{record: 'job:up:sum', expr: sum by (job) (up)}]}]", encoding="utf-8")
    assert "1 rules found" in run(real["promtool"], "check", "rules", rules)
    rules.write_text("groups: [{name: a, rules: [{record: 'job:up:sum', expr: sum by (}]}]", encoding="utf-8")
    with pytest.raises(subprocess.CalledProcessError):
        run(real["promtool"], "check", "rules", rules)


def test_amtool_follows_a_route(real: dict[str, Path], tmp_path: Path) -> None:
    """The route checker prints the receiver that a label set is routed to."""
    config = tmp_path / "alertmanager.yml"
    config.write_text(
        "route: {receiver: quiet, routes: [{receiver: loud, matchers: ['severity=\"critical\"']}]}\n"
        "receivers: [{name: quiet}, {name: loud}]\n",
        encoding="utf-8",
    )
    test = (real["amtool"], "config", "routes", "test", f"--config.file={config}")
    assert run(*test, "severity=critical").strip() == "loud"
    assert run(*test, "severity=info").strip() == "quiet"
