"""Shows a running build: a bar with elapsed and remaining time on a terminal, a line now and then in a log.

The remaining time is estimated from the packages compiled so far. Packages are not equal (a few large ones come late),
so it is said as "about", and not before enough of them are done to mean something.

Output goes to standard error, so that a command's own output stays clean for scripts.
"""

import contextlib
import time
from collections.abc import Iterator

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Column

from vitals.local.tools.compiler import Phase, Reporter, Step

# Below this share of the packages an estimate is off by more than half: what comes first is Go's own library.
_ENOUGH = 0.1
_MINUTES_FROM = 90.0  # seconds; less is said in seconds, "1 min" would hide half a minute


@contextlib.contextmanager
def showing_progress(console: Console | None = None) -> Iterator[Reporter]:
    """Gives a reporter for ``ensure`` that draws on a console (standard error by default).

    Nothing is shown when nothing is built.
    """
    console = console or Console(stderr=True)
    if console.is_terminal:
        with _bars(console) as progress:
            yield _on_terminal(progress)
    else:
        yield _in_log(console)


def _bars(console: Console) -> Progress:
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        TextColumn(
            "{task.fields[step]}", markup=False, table_column=Column(ratio=1, no_wrap=True, overflow="ellipsis")
        ),
        console=console,
        expand=True,
    )


def _on_terminal(progress: Progress) -> Reporter:
    tasks: dict[str, TaskID] = {}

    def report(step: Step) -> None:
        pin = step.pin
        if pin.name not in tasks:
            tasks[pin.name] = progress.add_task(f"{pin.name} {pin.version}", total=None, step="")
        total = step.total or (1 if step.phase is Phase.BUILT else None)
        done = total if step.phase is Phase.BUILT else step.done
        progress.update(tasks[pin.name], total=total, completed=done, step=f"{step.phase} {step.what}".strip())

    return report


def _in_log(console: Console) -> Reporter:
    """One line for each phase and each tenth of the packages."""
    started: dict[str, float] = {}
    compiling: dict[str, float] = {}
    last: dict[str, tuple[Phase, int]] = {}

    def report(step: Step) -> None:
        pin = step.pin
        now = time.monotonic()
        begun = started.setdefault(pin.name, now)
        place = (step.phase, 10 * step.done // step.total if step.total else 0)
        if last.get(pin.name) == place:
            return
        last[pin.name] = place
        count = left = ""
        if step.phase is Phase.BUILDING:
            count = f" {step.done}/{step.total} packages"
            left = _left(step, now - compiling.setdefault(pin.name, now))
        name = f" {step.what}" if step.phase is Phase.LINKING else ""
        console.print(
            f"{pin.name} {pin.version}: {step.phase}{count}{name} ({now - begun:.0f} s{left})",
            highlight=False,
            soft_wrap=True,
        )

    return report


def _left(step: Step, elapsed: float) -> str:
    """The end of a line about a build: the time that it still needs, if that can be estimated."""
    if not step.total or step.done < _ENOUGH * step.total:
        return ""
    seconds = elapsed * (step.total - step.done) / step.done
    return f", about {seconds / 60:.0f} min left" if seconds >= _MINUTES_FROM else f", about {seconds:.0f} s left"
