"""``vitals up``: the whole stack on this machine, until Ctrl-C, for a while, or for a smoke test."""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import httpx
import typer

from vitals.atomic import write_atomic
from vitals.cli.interrupt import run_until_interrupted, wait_for_the_end
from vitals.cli.output_file import require_output
from vitals.cli.stack_display import Display
from vitals.errors import VitalsError
from vitals.local.portal.prometheus import QueryError
from vitals.local.processes.ports import if_free
from vitals.local.processes.probe import loopback_client
from vitals.local.stack import plan
from vitals.local.stack.first_data import note_first_data
from vitals.local.stack.first_scrapes import say_first_scrapes
from vitals.local.stack.folder import DEFAULT_FOLDER, RunFolder
from vitals.local.stack.history.fill import Past
from vitals.local.stack.history.history_series import rests_on_past
from vitals.local.stack.history.span import parse_span
from vitals.local.stack.metrics_api import MetricsApi
from vitals.local.stack.own_targets import own_targets
from vitals.local.stack.programs import find_programs
from vitals.local.stack.rendered_rules import load_rules
from vitals.local.stack.run import RunOptions, Stack, check, run_stack
from vitals.local.stack.smoke import smoke as test_all
from vitals.local.tools import ensure, showing_progress
from vitals.model.catalog import load
from vitals.paths import CATALOG, RENDERED
from vitals.render import drift
from vitals.render import render as render_files
from vitals.verify.drills.portal_drills import PortalDrills

ENVIRONMENT = "local"
PORTAL_PORT = 9800
"""Where the portal is unless another program listens there, so that a bookmark lasts."""


def up(
    *,
    seconds: Annotated[float | None, typer.Option("--for", min=1, help="Stop after so many seconds.")] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Write the outcome to this file.")
    ] = None,
    state: Annotated[
        Path | None, typer.Option("--state", help="Run folder of the stack.", show_default=str(DEFAULT_FOLDER))
    ] = None,
    users: Annotated[int, typer.Option(min=1, max=500, help="Number of simulated users.")] = 20,
    portal_port: Annotated[
        int | None,
        typer.Option(
            min=0, max=65535, help="Port of the portal; 0 for a free one.", show_default=f"{PORTAL_PORT} if it is free"
        ),
    ] = None,
    history: Annotated[
        str | None, typer.Option(metavar="SPAN", help="Begin with synthetic history of 1h to 30d, for example 8d.")
    ] = None,
    target: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=HOST:PORT[/PATH]", help="Scrape a service or exporter that runs beside; repeatable."
        ),
    ] = None,
    smoke: Annotated[
        bool, typer.Option("--smoke", help="Start in a fresh folder, test every target, rule and panel, and stop.")
    ] = False,
) -> None:
    """Run Prometheus, Alertmanager, node exporter and the demo platform under traffic, watched as rendered."""
    if smoke and (state is not None or seconds is not None):
        raise VitalsError(
            "--smoke runs in a fresh folder and stops when everything is tested, so --state and --for would have no "
            "effect. Nothing was started. Leave them out, or leave out --smoke."
        )
    require_output(json_file)
    span_s = None if history is None else parse_span(history)
    with run_folder(state or DEFAULT_FOLDER, fresh=smoke) as folder, Display() as display:
        # A smoke test is nothing that people open, and must not take the port from a stack that is.
        usual = 0 if smoke else if_free(PORTAL_PORT)
        port = usual if portal_port is None else portal_port
        taken = portal_port is None and not usual
        options = prepared(folder, portal_port=port, users=users, own=target or ())
        if span_s is not None:
            options = with_past(options, span_s, display)
        work = _smoke(options, display) if smoke else _up(options, display, seconds, taken=taken)
        passed, document = run_until_interrupted(work)
    if json_file is not None:
        write_atomic(json_file, json.dumps(document, indent=2) + "\n")
    if not passed:
        raise typer.Exit(1)


def prepared(folder: RunFolder, *, portal_port: int = 0, users: int = 20, own: Sequence[str] = ()) -> RunOptions:
    """Check everything that can be checked before a start, and find the programs, building the missing ones.

    Raises:
        VitalsError: The rendered files are stale or cannot be run, the disk is nearly full, or a program is missing.
    """
    rendered = RENDERED / ENVIRONMENT
    _require_current()
    targets = own_targets(own, check(rendered, folder).model, ours=plan.RUN_HERE)
    with showing_progress() as report:
        programs = find_programs(report)
    return RunOptions(
        rendered=rendered,
        folder=folder,
        programs=programs,
        portal_port=portal_port,
        users=users,
        targets=targets,
    )


def _require_current() -> None:
    """Refuse to run files that are not what the catalogue says now.

    Raises:
        VitalsError: The catalogue is wrong or has no ``local`` environment, or its files have not been rendered since
            it changed.
    """
    catalogue = load(CATALOG)
    folder = RENDERED / ENVIRONMENT
    if ENVIRONMENT not in catalogue.environments:
        raise VitalsError(
            f"The catalogue has no environment {ENVIRONMENT!r} (it has {', '.join(sorted(catalogue.environments))}), "
            f"and that is the one that runs on this machine. Nothing was started. Add environments/{ENVIRONMENT}.py."
        )
    found = drift(render_files(catalogue, catalogue.environments[ENVIRONMENT]), folder)
    if found:
        names = ", ".join((*found.changed, *found.missing, *found.extra)[:5])
        raise VitalsError(
            f"{folder} is stale: {names} (and perhaps more) differ from what the catalogue says, so other rules would "
            f"run than you read. Nothing was started. Run `vitals render --env {ENVIRONMENT}` and start again."
        )


def with_past(options: RunOptions, span_s: int, display: Display) -> RunOptions:
    """The same stack with synthetic history.

    Raises:
        VitalsError: The disk is too full for it, or promtool is missing and cannot be built.
    """
    check(options.rendered, options.folder, past=True)
    with showing_progress() as report:
        promtool = ensure(("promtool",), report)["promtool"]
    return replace(options, past=Past(span_s=span_s, promtool=promtool, say=display.say))


@contextmanager
def run_folder(chosen: Path, *, fresh: bool) -> Iterator[RunFolder]:
    """Give the run folder: the chosen one, or a temporary one that is removed afterwards."""
    if not fresh:
        yield RunFolder(chosen.absolute())
        return
    with tempfile.TemporaryDirectory(prefix="vitals-", ignore_cleanup_errors=True) as folder:
        yield RunFolder(Path(folder))


async def _up(
    options: RunOptions, display: Display, seconds: float | None, *, taken: bool
) -> tuple[bool, dict[str, object]]:
    drills = PortalDrills(options.folder)
    options = replace(options, drills=drills)
    async with run_stack(options, display.announce) as stack, loopback_client() as client:
        api = MetricsApi(stack.addresses.prometheus, client)
        why = f" (port {PORTAL_PORT} is taken)" if taken else ""
        display.say(f"ready: open {stack.addresses.portal}{why}, or try `vitals drill --list` in another terminal")
        saying = (
            asyncio.create_task(_say_first_data(stack, api, display)),
            asyncio.create_task(say_first_scrapes(options.targets, api, display.say)),
        )
        try:
            await wait_for_the_end(seconds)
        finally:
            for one in saying:
                one.cancel()
            await drills.ended()
        display.say("stopping")
    state = stack.journal.state
    lasted = round(time.time() - state.started_at, 1)
    first = state.first_data_after_s
    data = f"first dashboard data after {first} s" if first is not None else "no dashboard data"
    display.say(f"stopped after {lasted} s; {data}")
    restarts = {part.name: part.restarts for part in state.parts}
    return True, {
        "portal": stack.addresses.portal,
        "first_data_after_s": first,
        "restarts": restarts,
        "problems": list(state.problems),
        "duration_s": lasted,
    }


async def _say_first_data(stack: Stack, api: MetricsApi, display: Display) -> None:
    await note_first_data(stack, api)
    display.say(f"first dashboard data after {stack.journal.state.first_data_after_s} s")


async def _smoke(options: RunOptions, display: Display) -> tuple[bool, dict[str, object]]:
    begun = time.monotonic()
    async with run_stack(options, display.announce) as stack, loopback_client(timeout_s=10.0) as client:
        api = MetricsApi(stack.addresses.prometheus, client)
        try:
            report = await test_all(
                stack.model,
                stack.folder.dashboards,
                api,
                display.say,
                not_run_here=stack.journal.state.not_run_here,
                rests_on_past=rests_on_past(load_rules(stack.folder.rules)) if options.past else None,
            )
        except (httpx.HTTPError, QueryError) as error:
            raise VitalsError(f"Prometheus stopped answering in the middle of the smoke test: {error!r}.") from error
        display.say("stopping")
    for kind, part in (("target", report.targets), ("rule", report.rules), ("panel", report.panels)):
        display.say(f"{kind}s: {part.good} of {part.total} OK")
        for reason in part.errors:
            display.say(f"{kind} {reason}")
        for name, why in part.expected_empty:
            display.say(f"{kind} {name} is empty: {why}")
    if report.panels.with_history:
        display.say(f"panels with synthetic history: {len(report.panels.with_history)}, not counted as OK")
    return report.passed, {**report.document(), "duration_s": round(time.monotonic() - begun, 1)}
