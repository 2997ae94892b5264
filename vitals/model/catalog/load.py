"""Load a catalogue from its folder: one file per service and environment, one for the teams.

Each file is run on its own, so an error can be laid at the very line that caused it. A catalogue is code of the
repository that is being built; whatever reviews a branch reads ``rendered/`` instead and never runs this. Files may
import what they share from each other, relatively: ``from ..defaults import on_cluster``.
"""

from __future__ import annotations

import ast
import contextlib
import difflib
import importlib.util
import inspect
import re
import sys
import traceback
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import TypeVar

from pydantic import ValidationError

from vitals.errors import VitalsError
from vitals.model.catalog.entry_error import EntryError
from vitals.model.catalog.environment import Environment
from vitals.model.catalog.maintenance import MaintenanceWindow
from vitals.model.catalog.measured import Measured, read_all_measured
from vitals.model.catalog.prices import Prices, read_prices
from vitals.model.catalog.service import Service
from vitals.model.catalog.team import Team
from vitals.model.metrics.exposed import read_exposed
from vitals.model.promql import Series
from vitals.paths import ALERT_RULES, CATALOG

Entry = TypeVar("Entry", Service, Environment, Team, MaintenanceWindow)
_PACKAGE = "vitals_catalogue"
"""The name under which the folder is a package, only while it is read: another catalogue may be read next."""


class CatalogueError(VitalsError):
    """An entry of the catalogue that cannot be used; names file, line, field, consequence and fix."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything that people declared, checked for agreement by :func:`vitals.model.catalog.check.check`.

    Attributes:
        services: In the order of their names.
        teams: By name.
        environments: By name.
        prices: What stored metrics cost.
        places: File and line of each entry by kind and name, so that later errors can say where to look.
        rule_files: Where hand-written rules and mixins about its services are; ``None`` where it has none.
        measured: What was measured of services, by the names of environment and service.
        maintenance: Planned maintenance, by name.
        exposed: What jobs expose beside their contract, by the names of services and exporters.
    """

    services: tuple[Service, ...]
    teams: dict[str, Team]
    environments: dict[str, Environment]
    prices: Prices
    places: dict[tuple[str, str], str] = field(default_factory=dict)
    rule_files: Path | None = None
    measured: dict[tuple[str, str], Measured] = field(default_factory=dict)
    maintenance: dict[str, MaintenanceWindow] = field(default_factory=dict)
    exposed: dict[str, tuple[Series, ...]] = field(default_factory=dict)

    def maintenance_in(self, environment: Environment) -> tuple[MaintenanceWindow, ...]:
        """The planned maintenance of an environment, by name."""
        found = (self.maintenance[name] for name in sorted(self.maintenance))
        return tuple(one for one in found if not one.environments or environment.name in one.environments)

    def measured_in(self, environment: Environment) -> dict[str, Measured]:
        """What was measured in an environment, by service."""
        return {service: one for (where, service), one in self.measured.items() if where == environment.name}

    def place(self, entry: Service | Environment | Team | MaintenanceWindow) -> str:
        """The entry as an error names it: file, line, kind and name."""
        kind = type(entry).__name__
        file = self.places.get((kind, entry.name))
        return f"{file}: {kind} {entry.name!r}" if file else f"{kind} {entry.name!r}"

    @contextlib.contextmanager
    def places_named(self) -> Iterator[None]:
        """Give each problem of an entry the file and line of it."""
        try:
            yield
        except EntryError as error:
            place = self.places.get((type(error.entry).__name__, error.entry.name))
            raise (CatalogueError(f"{place}: {error}") if place else error) from None


def load(folder: Path) -> Catalogue:
    """Read ``services/*.py``, ``environments/*.py``, ``receivers.py``, ``prices.toml`` and ``measured/``.

    Planned maintenance is in ``maintenance.py``, where there is some, and what programs of others expose in
    ``exposed/*.toml``.
    Rules name services, so a folder beside that of the project brings its own with it, in ``rule_files/``: those of the
    project are in ``alert_rules/``.

    Raises:
        CatalogueError: A file cannot be run, an entry is wrong, a name is taken twice, or nothing is declared.
    """
    folder = folder.resolve()
    if not (folder / "services").is_dir():
        raise CatalogueError(
            f"{folder} holds no catalogue: it has no folder services/. Give the folder that has one, or "
            "begin a project with `vitals init DIR` and run commands in it."
        )
    places: dict[tuple[str, str], str] = {}
    with _importable(folder):
        services = _named(folder, Service, sorted((folder / "services").glob("*.py")), places)
        environments = _named(folder, Environment, sorted((folder / "environments").glob("*.py")), places)
        teams = _named(folder, Team, [folder / "receivers.py"], places)
        planned = folder / "maintenance.py"
        maintenance = _named(folder, MaintenanceWindow, [planned] if planned.exists() else [], places)
    for name, found in (("services/", services), ("environments/", environments)):
        if not found:
            raise CatalogueError(f"{folder / name} declares nothing, so there is nothing to render. Add a file to it.")
    rules = ALERT_RULES if folder == CATALOG.resolve() else folder / "rule_files"
    return Catalogue(
        tuple(services[name] for name in sorted(services)),
        teams,
        environments,
        _prices(folder),
        places,
        rules if rules.is_dir() else None,
        _measured(folder),
        maintenance,
        _exposed(folder),
    )


@contextlib.contextmanager
def _importable(folder: Path) -> Iterator[None]:
    """Let files of a folder import each other relatively, and forget them afterwards."""
    for name in ("", "services", "environments", "dialects"):
        package = ModuleType(f"{_PACKAGE}.{name}".rstrip("."))
        package.__path__ = [str(folder / name)]
        sys.modules[package.__name__] = package
    try:
        yield
    finally:
        for name in [name for name in sys.modules if name.split(".")[0] == _PACKAGE]:
            del sys.modules[name]


def _prices(folder: Path) -> Prices:
    file = folder / "prices.toml"
    shown = file.relative_to(folder.parent)
    try:
        return read_prices(file)
    except OSError as error:
        raise CatalogueError(
            f"{shown} cannot be read: {error.strerror}. Without it the cost of the metrics is unknown. Create it."
        ) from None
    except ValueError as error:
        raise CatalogueError(f"{shown}: {error}. Nothing was rendered; correct the file and render again.") from None


def _measured(folder: Path) -> dict[tuple[str, str], Measured]:
    try:
        return read_all_measured(folder)
    except OSError as error:
        raise CatalogueError(
            f"{error.filename} cannot be read: {error.strerror}, so what was measured is unknown. Repair the file, or "
            "remove it to go back to what is assumed."
        ) from None
    except ValueError as error:
        raise CatalogueError(
            f"{folder.name}/{error}. Nothing was rendered; measure again with `vitals capacity`, or remove the file to "
            "go back to what is assumed."
        ) from None


def _exposed(folder: Path) -> dict[str, tuple[Series, ...]]:
    try:
        return read_exposed(folder)
    except OSError as error:
        raise CatalogueError(
            f"{error.filename} cannot be read: {error.strerror}, so what is exposed is unknown. Repair the file, or "
            "remove it."
        ) from None
    except ValueError as error:
        raise CatalogueError(
            f"{folder.name}/{error}. Nothing was rendered; write the file anew with `vitals import metrics`."
        ) from None


def _named(folder: Path, kind: type[Entry], files: list[Path], places: dict[tuple[str, str], str]) -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    for file in files:
        shown, word = file.relative_to(folder.parent), kind.__name__.lower()
        declared = _entries(_run(folder, file), kind)
        if not declared and not file.name.startswith("_") and kind is not MaintenanceWindow:
            raise CatalogueError(
                f"{shown} declares no {word}, so nothing comes of it. Give it one under a name of its own, such as "
                f"mine = {kind.__name__}(...): lists are not looked into, nor names that begin with an underscore. A "
                "file that only shares values with others has a name that begins with one."
            )
        lines = _lines(file)
        for variable, entry in declared.items():
            place = f"{shown}:{lines.get(variable, 1)}"
            if entry.name in found and found[entry.name] is not entry:
                raise CatalogueError(
                    f"{place}: the {word} name {entry.name!r} is taken at {places[kind.__name__, entry.name]}. What "
                    "belongs to the two would mix. Give one of them another name."
                )
            found[entry.name] = entry
            places.setdefault((kind.__name__, entry.name), place)
    return found


def _entries(module: ModuleType, kind: type[Entry]) -> dict[str, Entry]:
    """The entries of a kind that a file declares, by the names of their variables."""
    return {name: value for name, value in vars(module).items() if isinstance(value, kind) and not name.startswith("_")}


def _lines(file: Path) -> dict[str, int]:
    """The line on which each variable of a file gets its value."""
    return {
        node.id: statement.lineno
        for statement in ast.parse(file.read_bytes()).body
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }


def _run(folder: Path, file: Path) -> ModuleType:
    shown = file.relative_to(folder.parent)
    name = ".".join((_PACKAGE, *file.relative_to(folder).with_suffix("").parts))
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None or not file.is_file():
        raise CatalogueError(f"{shown} is missing. Without it no receiver would be notified of anything. Create it.")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except ValidationError as error:
        raise CatalogueError(_explain(error, f"{shown}:{_line(error, file)}")) from None
    except (Exception, SystemExit) as error:
        raise CatalogueError(
            f"{shown}:{_line(error, file)}: the file cannot be run: {type(error).__name__}: {error}.{_meant(error)} "
            "Nothing was rendered; correct the file and render again."
        ) from error
    return module


def _meant(error: BaseException) -> str:
    """What of this language has nearly the name that was written: of a kind of channel, or an option of a dialect."""
    language = sys.modules["vitals.model.catalog"]
    if asked := re.match(r"cannot import name '(\w+)' from 'vitals\.model\.catalog'", str(error)):
        return _nearest(asked[1], vars(language)["__all__"])
    if asked := re.match(r"(\w+)\(\) got an unexpected keyword argument '(\w+)'", str(error)):
        return _nearest(asked[2], _options(vars(language).get(asked[1])))
    return ""


def _options(of: object) -> tuple[str, ...]:
    return tuple(inspect.signature(of).parameters) if callable(of) else ()


def _fields(of: object) -> str:
    return ", ".join(_options(of))


def _nearest(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f" Did you mean {close[0]}?" if close else ""


def _line(error: BaseException, file: Path) -> int:
    if isinstance(error, SyntaxError) and error.lineno:
        return error.lineno
    frames = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(file)]
    return frames[-1] or 1 if frames else 1


def _explain(error: ValidationError, where: str) -> str:
    lines = []
    for problem in error.errors(include_url=False, include_context=False):
        field = ".".join(str(part) for part in problem["loc"])
        message = problem["msg"].removeprefix("Value error, ").removesuffix(".")
        if problem["type"] == "missing" and field.endswith("_file"):
            message = "it is the name of the file that holds the secret, and without it no notification is taken"
        if problem["type"] == "unexpected_keyword_argument":
            declared = vars(sys.modules["vitals.model.catalog"]).get(error.title)
            message = f"there is no such field.{_nearest(field, _options(declared)) or f' It has {_fields(declared)}'}"
        # What stands in the place of a secret's file may be the secret: it is not shown. Nor is a whole entry.
        hidden = problem["type"] == "missing" or field.endswith("_file") or "_file=" in repr(problem["input"])
        given = f" Got: {problem['input']!r}." if field and not hidden else ""
        ends = "" if message.endswith("?") else "."
        lines.append(f"{where}: {error.title}{f', field {field}' if field else ''}: {message}{ends}{given}")
    return "\n".join([*lines, "Nothing was rendered; correct the entry and render again."])
