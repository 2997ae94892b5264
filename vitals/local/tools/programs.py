"""The programs Vitals can use: adding one is one entry in ``table/`` and, if it is built, one folder under tools/.

A folder is made by ``go mod init vitals.local/tools/NAME``, ``go mod edit -require=MODULE@VERSION -tool=PACKAGE`` and
``go mod tidy``; raising a version is editing the same lines, ``go mod tidy``, and the version in the table.

The module version of a pin has its home in ``tools/<pin>/go.mod``; what the built program says of itself, the packages
and the versions that are good enough have theirs in the table, and a test holds the two together.
"""

from vitals.errors import VitalsError
from vitals.local.tools.entry import Program, ProgramGroup
from vitals.local.tools.table.charts import CHARTS
from vitals.local.tools.table.cluster import CLUSTER
from vitals.local.tools.table.engine import ENGINE
from vitals.local.tools.table.lint import LINT
from vitals.local.tools.table.optional import OPTIONAL
from vitals.local.tools.table.scaling import SCALING
from vitals.local.tools.table.stack import STACK

PROGRAMS: tuple[Program, ...] = (*STACK, *ENGINE, *CLUSTER, *SCALING, *CHARTS, *LINT, *OPTIONAL)


def program(name: str) -> Program:
    """The program called ``name``.

    Raises:
        VitalsError: There is none; the message lists those there are.
    """
    for candidate in PROGRAMS:
        if candidate.name == name:
            return candidate
    known = ", ".join(candidate.name for candidate in PROGRAMS)
    raise VitalsError(
        f"There is no program called {name!r}, so it can neither be found nor built. Choose from: {known}."
    )


def of_group(group: ProgramGroup) -> tuple[str, ...]:
    """The names of the programs that a group consists of."""
    return tuple(candidate.name for candidate in PROGRAMS if candidate.group is group)


def required() -> tuple[str, ...]:
    """The names of the programs without which Vitals is of little use."""
    return of_group(ProgramGroup.STACK)
