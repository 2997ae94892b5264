"""``vitals cluster``: a Kubernetes control plane on this machine, until Ctrl-C, where no cluster is at hand."""

from __future__ import annotations

import json
import shlex
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from vitals.cli.interrupt import run_until_interrupted, wait_for_the_end
from vitals.local.tools import showing_progress
from vitals.paths import STATE
from vitals.verify.cluster.folder import ClusterFolder
from vitals.verify.cluster.programs import find_programs
from vitals.verify.cluster.run import ClusterOptions, check, run_cluster

DEFAULT_STATE = STATE / "cluster"


def cluster(
    *,
    seconds: Annotated[float | None, typer.Option("--for", min=1, help="Stop after so many seconds.")] = None,
    state: Annotated[Path | None, typer.Option("--state", help="Run folder.", show_default=str(DEFAULT_STATE))] = None,
    bare: Annotated[bool, typer.Option("--bare", help="Without the CRDs and the Prometheus operator.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object on standard output when it is ready.")
    ] = False,
) -> None:
    """Run etcd, API server, controller manager, scheduler and the Prometheus operator, without any node.

    Objects are taken or refused as in a cluster, and the operator makes configuration of them; no container runs.
    """
    folder = ClusterFolder((state or DEFAULT_STATE).absolute())
    check(folder)
    with showing_progress() as report:
        programs = find_programs(report, bare=bare)
    options = ClusterOptions(programs=programs, folder=folder)
    run_until_interrupted(_run(options, seconds, as_json=as_json))


async def _run(options: ClusterOptions, seconds: float | None, *, as_json: bool) -> None:
    begun = time.monotonic()
    console = Console(stderr=True)

    def say(line: str) -> None:
        passed = time.monotonic() - begun
        console.print(f"[dim]{passed:6.1f} s[/]  {escape(line)}", highlight=False, soft_wrap=True)

    async with run_cluster(options, say) as state:
        if as_json:
            typer.echo(json.dumps({"server": state.server, "kubeconfig": str(state.kubeconfig)}))
        else:
            typer.echo(f"export KUBECONFIG={shlex.quote(str(state.kubeconfig))}")
        await wait_for_the_end(seconds)
        say("stopping")
    say("stopped")
