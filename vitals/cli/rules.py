"""``vitals rules case``: a case of the alerts' tests as the promtool document that it is.

The cases are not part of the product. ``[tool.vitals]`` in pyproject.toml names the module that has them.
"""

from __future__ import annotations

import difflib
import importlib
import re
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Protocol, cast

import typer
import yaml

from vitals.cli.series_notation import shortened
from vitals.errors import VitalsError
from vitals.paths import RENDERED, ROOT, STATE
from vitals.rendered import read, write_plain_rule_files

rules = typer.Typer(rich_markup_mode=None, add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)


class PrintableCase(Protocol):
    """One case.

    Attributes:
        groups: The rule groups that it loads.
        document: A unit-test document of promtool, without ``rule_files``.
    """

    @property
    def groups(self) -> frozenset[str]: ...  # noqa: D102 - said above

    @property
    def document(self) -> Mapping[str, object]: ...  # noqa: D102 - said above


class Cases(Protocol):
    """A module that has cases.

    Attributes:
        ENVIRONMENT: The environment whose rendered rules they are about.
    """

    ENVIRONMENT: str

    def names(self) -> Mapping[str, list[str]]:
        """The alerts that each case names, by its name."""

    def case(self, name: str) -> PrintableCase:
        """One of them."""


@rules.callback()
def _group() -> None:
    """The alerting rules and their tests."""


@rules.command()
def case(
    name: Annotated[str | None, typer.Argument(help="Name of a case, as --list shows it.")] = None,
    *,
    listed: Annotated[bool, typer.Option("--list", help="List the cases and the alerts that each names.")] = False,
    cases: Annotated[
        str | None, typer.Option(metavar="MODULE", help="Module with the cases; by default that of pyproject.toml.")
    ] = None,
) -> None:
    """Print a test case of the alerts as a promtool document: `promtool test rules FILE` runs it."""
    found = _cases(cases)
    alerts = found.names()
    by_slug = {_slug(one): one for one in alerts}
    if listed or name is None:
        for slug, one in by_slug.items():
            typer.echo(f"{slug}\t{', '.join(alerts[one])}")
        return
    chosen = by_slug.get(_slug(name))
    if chosen is None:
        close = difflib.get_close_matches(_slug(name), by_slug, n=3)
        near = f"Did you mean {', '.join(close)}?" if close else "`vitals rules case --list` names them."
        raise VitalsError(f"No case is called {name!r}, so nothing was printed. {near}")
    typer.echo(text(found, chosen), nl=False)


def text(cases: Cases, name: str) -> str:
    """A case as a file that promtool runs wherever it lies; the rules that it loads are written beside the stack's.

    Raises:
        VitalsError: A rule group that it loads is not rendered.
    """
    one = cases.case(name)
    groups = [group for group in read(RENDERED / cases.ENVIRONMENT).groups() if group.name in one.groups]
    if missing := sorted(one.groups - {group.name for group in groups}):
        raise VitalsError(
            f"The rule groups {', '.join(missing)} are not in {RENDERED / cases.ENVIRONMENT}, so promtool would have "
            "no rules to test. Run `vitals render`."
        )
    files = write_plain_rule_files(groups, STATE / "rules" / cases.ENVIRONMENT).values()
    document = {"rule_files": [str(file) for file in files], **one.document}
    document["tests"] = [_readable(test) for test in cast("list[Mapping[str, object]]", one.document["tests"])]
    written = yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=120)
    return f"# {name}\n# promtool test rules THIS_FILE\n{written}"


def _readable(test: Mapping[str, object]) -> dict[str, object]:
    """A test with its samples in the short notation, series by series."""
    series = sorted(cast("list[Mapping[str, str]]", test["input_series"]), key=lambda one: one["series"])
    return {**test, "input_series": [{**one, "values": shortened(one["values"].split())} for one in series]}


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9.]+", "-", name.lower()).strip("-.")


def _cases(module: str | None) -> Cases:
    """The module with the cases.

    Raises:
        VitalsError: None is named, or it cannot be imported or has no cases.
    """
    if module and not all(part.isidentifier() for part in module.split(".")):
        raise VitalsError(
            f"{module!r} is not the name of a module, so no case was looked for. Write it as tests.cases."
        )
    named = ((root, module or _declared(root)) for root in (Path.cwd(), ROOT))
    root, name = next(((root, name) for root, name in named if name), (ROOT, ""))
    if not name:
        raise VitalsError(
            f"Neither {Path.cwd() / 'pyproject.toml'} nor that of Vitals names a module with cases, so there is none "
            'to print. Write `cases = "MODULE"` under [tool.vitals], or give --cases MODULE.'
        )
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    try:
        found = importlib.import_module(name)
    except Exception as error:
        raise VitalsError(
            f"The cases of {name} cannot be loaded from {root} ({error}), so there is none to print. Correct the name "
            "under [tool.vitals] in pyproject.toml or after --cases, or what is wrong in the module, and install what "
            "the tests need (`make setup`)."
        ) from error
    if lacking := [one for one in ("ENVIRONMENT", "names", "case") if not hasattr(found, one)]:
        raise VitalsError(
            f"The module {name} has no {', '.join(lacking)}, so its cases cannot be listed. Name a module that has "
            "them, as tests/alert_rules/named.py of Vitals does."
        )
    return cast("Cases", found)


def _declared(root: Path) -> str:
    file = root / "pyproject.toml"
    if not file.is_file():
        return ""
    try:
        declared = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise VitalsError(f"{file} cannot be read ({error}), so no case was looked for. Correct it.") from error
    for table in ("tool", "vitals"):
        declared = declared.get(table, {})
        if not isinstance(declared, dict):
            raise VitalsError(f"{file}: [tool.vitals] is not a table, so no case was looked for. Correct it.")
    name = declared.get("cases", "")
    if not isinstance(name, str):
        raise VitalsError(f'{file}: cases is not a text, so no case was looked for. Write cases = "MODULE".')
    return name
