"""The visible list of all checks of a project."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from vitals.errors import VitalsError
from vitals.rendered import environments
from vitals.verify.project import alert_tests, commands, objectives, pages, routes, rules, tests_beside


@dataclass(frozen=True, slots=True)
class ProjectCheck:
    """One check.

    Attributes:
        name: What it is about, such as ``rules[prod]``.
        run: Raises :class:`vitals.errors.VitalsError` where something does not hold.
    """

    name: str
    run: Callable[[], None]


def checks(project: Path) -> Iterator[ProjectCheck]:
    """Every check of a project, the cheap ones first.

    Args:
        project: Its folder.
    """
    rendered = project / "rendered"
    yield ProjectCheck("drift", partial(commands.check, project, "render", "--check"))
    yield ProjectCheck("defects", partial(commands.check, project, "check"))
    for name in environments(rendered):
        yield ProjectCheck(f"runbooks[{name}]", partial(pages.check, rendered / name, project / "docs" / "runbooks"))
        yield ProjectCheck(f"rules[{name}]", partial(rules.check, rendered / name))
        yield ProjectCheck(f"routes[{name}]", partial(routes.check, rendered / name))
    for test in tests_beside.found(project):
        name = test.relative_to(project).as_posix()
        yield ProjectCheck(f"rule-test[{name}]", partial(tests_beside.check, test, rendered))
    for test in alert_tests.found(project):
        name = test.relative_to(project).as_posix()
        yield ProjectCheck(f"alert-test[{name}]", partial(alert_tests.check, test, rendered))
    yield from _of_objectives(rendered)


def _refuse(error: VitalsError) -> None:
    """Say when the check runs what was found when it was made: pytest shows it as a failure and not as an error."""
    raise error


def _of_objectives(rendered: Path) -> Iterator[ProjectCheck]:
    """A check for each service with objectives, or the one that says why they cannot be read."""
    try:
        services = objectives.judged(rendered) if environments(rendered) else []
    except VitalsError as error:
        yield ProjectCheck("objectives", partial(_refuse, error))
        return
    for service in services:
        yield ProjectCheck(f"objectives[{service}]", partial(objectives.check, service, rendered))
