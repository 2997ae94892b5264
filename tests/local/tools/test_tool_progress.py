"""A build is visible on a terminal and in a log, and silent when there is nothing to build."""

import io
import re

from rich.console import Console

from vitals.local.tools import showing_progress
from vitals.local.tools.compiler import Phase, Reporter, Step
from vitals.local.tools.entry import Pin


def play(report: Reporter, pin: Pin) -> None:
    """A build of 40 packages."""
    report(Step(pin, Phase.RESOLVING))
    report(Step(pin, Phase.RESOLVING, "example.test/module v1.0.0"))
    for done in range(40):
        report(Step(pin, Phase.BUILDING, f"example.test/package{done}", done, 40))
    report(Step(pin, Phase.LINKING, "hello", 40, 40))
    report(Step(pin, Phase.BUILT, done=40, total=40))


def test_a_log_gets_a_line_per_phase_and_tenth(greet: Pin) -> None:
    """40 packages give ten lines, not forty, each with the pin, its version, the time so far and the time left."""
    log = io.StringIO()
    with showing_progress(Console(file=log, width=60)) as report:
        play(report, greet)
    lines = re.sub(r" \(\d+ s(?:, about \d+ s left)?\)$", "", log.getvalue(), flags=re.MULTILINE).splitlines()
    assert lines != log.getvalue().splitlines()
    assert len([line for line in lines if "packages" in line]) == 10
    assert "greet 1.4.0: building 20/40 packages" in lines
    assert len(re.findall(r"packages \(\d+ s, about \d+ s left\)$", log.getvalue(), re.MULTILINE)) == 9
    assert lines[-2:] == ["greet 1.4.0: linking hello", "greet 1.4.0: built"]


def test_a_terminal_gets_a_bar_with_count_time_and_step(greet: Pin) -> None:
    """The last picture shows a finished bar."""
    screen = io.StringIO()
    with showing_progress(Console(file=screen, force_terminal=True, width=100)) as report:
        play(report, greet)
    last = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", screen.getvalue()).rstrip().splitlines()[-1]
    assert re.search(r"greet 1\.4\.0 +━+ 40/40 0:00:\d\d (?:0:00:\d\d|-:--:--) built", last)


def test_nothing_is_shown_when_nothing_is_built() -> None:
    """A command whose programs are there prints no line about them."""
    log = io.StringIO()
    with showing_progress(Console(file=log)):
        pass
    assert log.getvalue() == ""
