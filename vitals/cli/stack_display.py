"""How a running stack looks in a terminal: one live table; in a log, one line for each change."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import TYPE_CHECKING

from rich.console import Console, Group
from rich.live import Live
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from vitals.local.stack.state import Heartbeat, StackState

if TYPE_CHECKING:  # `vitals status` shows what another process runs, without all that a run needs
    from vitals.local.stack.run import Stack

_STYLE = {
    "healthy": "green", "starting": "cyan", "restarting": "yellow", "failing": "red", "stopped": "dim",
}  # fmt: skip


class Display:
    """Shows one stack; use it as a context.

    Args:
        console: Where to draw; standard output if None.
    """

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console()
        self._stack: Stack | None = None
        self._live: Live | None = None
        self._shown: dict[str, str] = {}
        self._begun = time.monotonic()

    def __enter__(self) -> Display:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop drawing; the table goes, the lines stay."""
        if self._live is not None:
            self._live.stop()
            self._live = None

    def announce(self, stack: Stack) -> None:
        """Show the stack for the first time, or that something in it changed."""
        if self._stack is None:
            self._stack = stack
            self._say_what_is_missing(stack.journal.state.not_run_here)
            if self._console.is_terminal:
                self._live = Live(
                    get_renderable=self._picture, console=self._console, refresh_per_second=2, transient=True
                )
                self._live.start()
            else:
                self.say(f"portal: {stack.addresses.portal}")
                self._shown = {part.name: part.state for part in stack.supervisor.records()}
        if self._live is None:
            for part in stack.supervisor.records():
                if self._shown.get(part.name) != part.state:
                    self._shown[part.name] = part.state
                    self.say(f"{part.name} is {part.state} {part.url or ''}".rstrip())

    def say(self, line: str) -> None:
        """Print a line with the seconds since the start, above the table if there is one."""
        self._console.print(
            f"[dim]{time.monotonic() - self._begun:6.1f} s[/]  {escape(line)}", highlight=False, soft_wrap=True
        )

    def _say_what_is_missing(self, services: Sequence[str]) -> None:
        if services:
            self.say(
                f"not run here: {', '.join(services)}. Only the demo platform runs here, so these have no targets and "
                f"no data, and an alert that asks whether they are there will fire."
            )

    def _picture(self) -> Group:
        stack = self._stack
        if stack is None:
            return Group()
        parts = tuple(stack.supervisor.records())
        return Group(*state_table(stack.journal.state.model_copy(update={"parts": parts})))


def _clock(at: float) -> str:
    return datetime.fromtimestamp(at, tz=UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S %Z")


def _heartbeat(heartbeat: Heartbeat) -> Text:
    """What the dead man's switch knows, in one line."""
    if heartbeat.missing_since is not None:
        silent = time.time() - heartbeat.missing_since
        return Text(f"ALARM for {silent:.0f} s: the Watchdog is missed, so no alert reaches anybody", style="bold red")
    if heartbeat.heard_at is None:
        return Text("waiting for the first heartbeat of the Watchdog")
    return Text(f"the Watchdog was heard {time.time() - heartbeat.heard_at:.0f} s ago")


def stale(state: StackState, age_s: float) -> Text:
    """Say that what follows is not the present, and why that can be."""
    return Text(
        f"What follows is {age_s:.0f} s old. The supervisor (process {state.supervisor.pid}) writes every second and "
        "does not now: it is starting, is stopped, hangs, or its disk is full.",
        style="red",
    )


def state_table(state: StackState) -> Iterable[Table | Text]:
    """Draw what ``state.json`` says: a table of the parts, and the addresses below it."""
    table = Table(box=None, pad_edge=False)
    for heading in ("part", "state", "pid", "restarts", "address"):
        table.add_column(heading, no_wrap=True)
    table.add_column("", overflow="fold")
    for part in state.parts:
        pid = str(part.process.pid) if part.process else ""
        style = _STYLE[part.state]
        table.add_row(
            part.name, f"[{style}]{part.state}[/]", pid, str(part.restarts or ""), part.url or "", Text(part.detail)
        )
    for name in state.not_run_here:
        table.add_row(name, "[dim]not run here[/]")
    yield table
    if state.addresses is not None:
        grafana = f"   Grafana {state.addresses.grafana}" if state.addresses.grafana else ""
        yield Text(f"portal {state.addresses.portal}{grafana}", style="bold")
    if state.heartbeat is not None:
        yield _heartbeat(state.heartbeat)
    first = state.first_data_after_s
    yield Text(f"first board with data after {first} s" if first is not None else "waiting for data on the first board")
    if state.real_since is not None:
        yield Text(f"data are real since {_clock(state.real_since)}; what is older is synthetic (--history)")
    for problem in state.problems:
        yield Text(problem, style="red")
