"""What ``vitals doctor`` finds out: every program, as plain values that print and serialise alike.

It judges by the same search that the stack uses, so what it calls ok is what will run. It changes nothing.
"""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from vitals.local.tools import go, programs
from vitals.local.tools.entry import Pin, Program, ProgramGroup
from vitals.local.tools.locate import Status, look


@dataclass(frozen=True)
class Finding:
    """One program as found on this machine.

    Attributes:
        program: Its name.
        required: Whether Vitals is of little use without it.
        group: What it is needed for, the name that ``vitals tools build --group`` takes; None for optional ones.
        status: ok, missing or old.
        path: Where it is, if anywhere.
        version: What it says of itself, if it does.
        wanted: The versions that are good enough.
        buildable: Whether ``vitals tools build`` can make it here.
        missing_costs: What does not work without it.
        get: Ways to get it, best first.
    """

    program: str
    required: bool
    group: ProgramGroup | None
    status: Status
    path: str | None
    version: str | None
    wanted: str
    buildable: bool
    missing_costs: str
    get: tuple[str, ...]


def survey() -> list[Finding]:
    """Looks for every program, Go included; takes as long as the slowest of them takes to report its version."""
    toolchain = go.installed()
    with ThreadPoolExecutor() as pool:
        found = list(pool.map(lambda program: _finding(program, toolchain), programs.PROGRAMS))
    return [*found, _go_finding(toolchain)]


def healthy(findings: Iterable[Finding]) -> bool:
    """Whether every required program is there or can be built."""
    return all(finding.status is Status.OK or finding.buildable for finding in findings if finding.required)


def _finding(program: Program, toolchain: go.Go | None) -> Finding:
    sighting = look(program)
    pin = program.pin
    return Finding(
        program=program.name,
        required=program.required,
        group=program.group,
        status=sighting.status,
        path=str(sighting.path) if sighting.path else None,
        version=str(sighting.version) if sighting.version else None,
        wanted=program.wanted,
        buildable=pin is not None and toolchain is not None and toolchain.can_build(pin),
        missing_costs=program.missing_costs,
        get=program.get,
    )


def _go_finding(toolchain: go.Go | None) -> Finding:
    pins: list[Pin] = [program.pin for program in programs.PROGRAMS if program.pin]
    newest = max(go.wanted(pin) for pin in pins)
    if toolchain is None:
        status = Status.MISSING
    else:
        status = Status.OK if all(toolchain.can_build(pin) for pin in pins) else Status.OLD
    return Finding(
        program="go",
        required=False,
        group=None,
        status=status,
        path=str(toolchain.path) if toolchain else None,
        version=str(toolchain.version) if toolchain else None,
        wanted=f">={newest}",
        buildable=False,
        missing_costs="Required programs that are not on PATH cannot be built.",
        get=go.GET,
    )
