"""``vitals init`` and the loading of a project's own alerts: what is refused, and in which words."""

from __future__ import annotations

import ast
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from vitals.cli import app
from vitals.cli.init import project_files
from vitals.errors import VitalsError
from vitals.render import content


def test_every_file_of_a_project_can_be_read() -> None:
    """Python, TOML and YAML parse, no field is left to fill, and nothing names an environment of ours."""
    files = project_files("acme-monitoring")

    assert {"pyproject.toml", ".gitignore", "tests/test_vitals.py", "Pulumi.yaml", "dashboards_py/load.py"} <= set(
        files
    )
    for path, text in files.items():
        assert "@{" not in text, path
        assert "wellness.example" not in text, path
        match Path(path).suffix:
            case ".py":
                assert ast.parse(text).body, path
            case ".toml":
                assert tomllib.loads(text), path
            case ".yaml" | ".yml":
                assert yaml.safe_load(text), path


def test_a_project_depends_on_this_version_of_vitals() -> None:
    """An upgrade is another version, so one is named."""
    declared = tomllib.loads(project_files("acme-monitoring")["pyproject.toml"])

    assert declared["project"]["name"] == "acme-monitoring"
    assert declared["project"]["dependencies"] == ["vitals==0.1.0"]


def test_a_project_is_begun_once(tmp_path: Path) -> None:
    """Nothing is overwritten: a second time, and in a folder that has one of the files, nothing is written."""
    (tmp_path / "README.md").write_text("mine")
    before = sorted(tmp_path.rglob("*"))

    ran = CliRunner().invoke(app, ["init", str(tmp_path), "--name", "acme"])

    assert isinstance(ran.exception, VitalsError)
    assert "has README.md already, so nothing was written" in str(ran.exception)
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("name", ["", "Acme Inc", "9lives", "a--b"])
def test_a_name_that_no_package_can_have_is_refused(name: str, tmp_path: Path) -> None:
    """It would be refused by everything that installs the project."""
    ran = CliRunner().invoke(app, ["init", str(tmp_path / "new"), "--name", name])

    assert isinstance(ran.exception, VitalsError)
    assert "cannot be the name of a project: nothing was written" in str(ran.exception)
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("at", ["docs", "docs/runbooks/ApiSaturated.md"])
def test_what_stands_in_the_way_of_a_project_leaves_nothing_of_it(at: str, tmp_path: Path) -> None:
    """A file where a folder must be: neither files nor folders stay, and what was there does."""
    (tmp_path / at).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / at).symlink_to("nowhere")
    before = sorted(tmp_path.rglob("*"))

    ran = CliRunner().invoke(app, ["init", str(tmp_path), "--name", "acme"])

    assert isinstance(ran.exception, VitalsError)
    assert "nothing was written" in str(ran.exception)
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("name", ["vitals", "pytest"])
def test_a_project_is_not_called_as_what_it_depends_on(name: str, tmp_path: Path) -> None:
    """No installer takes a project that depends on itself."""
    ran = CliRunner().invoke(app, ["init", str(tmp_path / "new"), "--name", name])

    assert isinstance(ran.exception, VitalsError)
    assert "would depend on itself: nothing was written" in str(ran.exception)
    assert not (tmp_path / "new").exists()


def test_the_next_steps_can_be_pasted(tmp_path: Path) -> None:
    """A folder with a blank is quoted."""
    ran = CliRunner().invoke(app, ["init", str(tmp_path / "our monitoring")])

    assert f"cd '{tmp_path}/our monitoring'" in ran.output
    assert "docs/project.md says" in ran.output


def _alerts(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, folder.name, raising=False)
    monkeypatch.setattr(content, "ALERT_RULES", folder)
    content.alert_rules.__wrapped__()


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({}, r"their_alerts/__init__\.py is missing"),
        ({"__init__.py": "RULES = ()\n"}, r"their_alerts/__init__\.py does not say ALERT_RULES"),
        (
            {"__init__.py": "ALERT_RULES = (1,)\n"},
            r"their_alerts/__init__\.py: ALERT_RULES is \(1,\), .*Make it AlertR",
        ),
        (
            {"__init__.py": "from . import api\n", "api.py": "import sys\nsys.exit(3)"},
            r"their_alerts/api\.py:2: .*SystemExit",
        ),
        ({"__init__.py": "from . import api\n", "api.py": "\n1 / 0\n"}, r"their_alerts/api\.py:2: .*ZeroDivisionError"),
        ({"__init__.py": "from . import api\n", "api.py": "\nx = (\n"}, r"their_alerts/api\.py:\d: .*SyntaxError"),
        ({"__init__.py": "from . import gone\n"}, r"their_alerts/__init__\.py:1: .*gone"),
    ],
    ids=["no file", "no name", "another kind", "ends the program", "cannot run", "cannot be read", "imports nothing"],
)
def test_alerts_that_cannot_be_loaded_are_explained(
    files: dict[str, str], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """File and line of the project's own code, never a traceback through ours."""
    folder = tmp_path / "their_alerts"
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text)

    with pytest.raises(VitalsError, match=words):
        _alerts(folder, monkeypatch)


@pytest.mark.parametrize("listed", ["3", "[]", "(1,)", "(their_dashboards,)"])
def test_dashboards_that_are_not_functions_are_refused(
    listed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A module in the place of its function is what is written first by mistake."""
    folder = tmp_path / "their_dashboards"
    folder.mkdir()
    (folder / "__init__.py").write_text(f"import sys\ntheir_dashboards = sys\nDASHBOARDS = {listed}\n")
    monkeypatch.delitem(sys.modules, folder.name, raising=False)
    monkeypatch.setattr(content, "DASHBOARDS", folder)

    with pytest.raises(
        VitalsError, match=r"their_dashboards/__init__\.py: DASHBOARDS is .*Make it a tuple of functions"
    ):
        content.dashboards.__wrapped__()
    monkeypatch.delitem(sys.modules, folder.name)
