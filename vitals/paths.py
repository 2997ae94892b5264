"""Where things are on disk: what a project owns, and what comes with Vitals.

In a checkout of Vitals both are the same folder. Where Vitals is installed as a package, the project is the folder with
a table ``[tool.vitals]`` in its ``pyproject.toml`` in or above which a command runs, and what comes with Vitals lies
within the package.
"""

import tomllib
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_BUNDLED = _PACKAGE / "bundled"
"""Only a wheel has it: there the folders of the checkout that are read lie in the package."""


def _project(start: Path) -> Path | None:
    """The project that holds a folder."""
    for folder in (start, *start.parents):
        try:
            declared = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        if "vitals" in declared.get("tool", {}):
            return folder
    return None


def project_elsewhere() -> Path | None:
    """The project in which a command runs, where that is not the one on which this Vitals works.

    The Vitals of a checkout works on its checkout, wherever it is started; an installed one looked when it was loaded.
    """
    found = ROOT if BUNDLED == _BUNDLED else _project(Path.cwd())
    return found if found != ROOT else None


BUNDLED = _BUNDLED if _BUNDLED.is_dir() else _PACKAGE.parent
"""What comes with Vitals: pins of programs, values of charts, runbooks of its alerts."""
ROOT = (_project(Path.cwd()) or Path.cwd()) if BUNDLED == _BUNDLED else _PACKAGE.parent
"""The project: what a team edits, and what is rendered of it; without one, the loading of a catalogue says so."""
CATALOG = ROOT / "catalog"
ALERT_RULES = ROOT / "alert_rules"
DASHBOARDS = ROOT / "dashboards_py"
RENDERED = ROOT / "rendered"
DOCS = ROOT / "docs"
RUNBOOKS = DOCS / "runbooks"
STATE = ROOT / ".vitals"
PINS = BUNDLED / "tools"
BUNDLED_RUNBOOKS = BUNDLED / "docs" / "runbooks"
