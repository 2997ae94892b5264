"""The content that people edit, loaded when it is rendered: ``vitals`` never imports it, it imports ``vitals``.

It is loaded from the project's folder, wherever a command is started and whatever else is installed, so two projects
that share an environment do not get each other's alerts.
"""

from __future__ import annotations

import functools
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

from vitals.errors import VitalsError, place_within
from vitals.kit.alerts.families import AlertRules
from vitals.kit.dashboards.build import MakesDashboard
from vitals.paths import ALERT_RULES, DASHBOARDS


@functools.cache
def alert_rules() -> AlertRules:
    """Every family of alerts, and who is notified.

    Raises:
        VitalsError: The project has none, or they cannot be loaded.
    """
    found = _declared(ALERT_RULES, "ALERT_RULES")
    if not isinstance(found, AlertRules):
        raise _of_another_kind(ALERT_RULES, "ALERT_RULES", found, "AlertRules, such as replace(STANDARD, ...)")
    return found


@functools.cache
def dashboards() -> tuple[MakesDashboard, ...]:
    """Every dashboard, in the order in which they are listed.

    Raises:
        VitalsError: The project has none, or they cannot be loaded.
    """
    found = _declared(DASHBOARDS, "DASHBOARDS")
    if not isinstance(found, tuple) or not all(callable(one) for one in found):
        raise _of_another_kind(DASHBOARDS, "DASHBOARDS", found, "a tuple of functions, such as (load.dashboard,)")
    return found


def _of_another_kind(folder: Path, name: str, found: object, wanted: str) -> VitalsError:
    return VitalsError(
        f"{folder.name}/__init__.py: {name} is {found!r}, so nothing can be made of it. Nothing was rendered. Make it "
        f"{wanted}."
    )


def _declared(folder: Path, name: str) -> object:
    file = folder / "__init__.py"
    shown = file.relative_to(folder.parent)
    module = sys.modules.get(folder.name) or _loaded(folder, file)
    try:
        return getattr(module, name)
    except AttributeError:
        raise VitalsError(
            f"{shown} does not say {name}, so nothing says what is rendered. Nothing was rendered. Set it there, as "
            "`vitals init` does in a new project."
        ) from None


def _loaded(folder: Path, file: Path) -> ModuleType:
    """A content folder as the package of its own name, so that its files can import each other."""
    shown = file.relative_to(folder.parent)
    spec = importlib.util.spec_from_file_location(folder.name, file, submodule_search_locations=[str(folder)])
    if spec is None or spec.loader is None or not file.is_file():
        raise VitalsError(
            f"{shown} is missing, so nothing says what is rendered. Nothing was rendered. `vitals init` writes one in "
            "a new project."
        )
    module = importlib.util.module_from_spec(spec)
    sys.modules[folder.name] = module
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        for name in [name for name in sys.modules if name.split(".")[0] == folder.name]:
            del sys.modules[name]
        if isinstance(error, VitalsError):
            raise
        raise VitalsError(
            f"{place_within(error, folder) or shown}: the file cannot be loaded: {type(error).__name__}: {error}. "
            "Nothing was rendered; correct it and render again."
        ) from error
    return module
