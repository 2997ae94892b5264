"""The loop as a context: inside it the demo runs with its fewest replicas, is scraped, scaled and asked for.

The order is that of a cluster: control plane, CRDs, node, Prometheus and what scales, the platform, then its users.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import ssl
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import httpx

from vitals.errors import VitalsError
from vitals.local.processes.background import background_tasks
from vitals.local.processes.log_files import log_file
from vitals.local.processes.ports import LOOPBACK, listen
from vitals.local.processes.supervisor import Supervisor
from vitals.local.stack.discovery import Targets, write_targets
from vitals.local.stack.folder import RunFolder
from vitals.local.stack.history.blocks import create_blocks
from vitals.local.stack.parts.foresight import FORESIGHT
from vitals.local.stack.serve import serving
from vitals.paths import RENDERED
from vitals.rendered import Rendered, names, read, write_plain_rule_files
from vitals.verify.cluster.api import ApiServer
from vitals.verify.cluster.crds import load_crds
from vitals.verify.cluster.folder import ClusterFolder
from vitals.verify.cluster.run import ClusterOptions, install_crds, run_cluster
from vitals.verify.scaling_loop import components
from vitals.verify.scaling_loop.endpoints import Endpoints
from vitals.verify.scaling_loop.front_proxy import FrontProxy, proxy_client, serve_proxy
from vitals.verify.scaling_loop.hourly_past import HourlyPast
from vitals.verify.scaling_loop.node_agent import NodeAgent
from vitals.verify.scaling_loop.objects import Shipped, platform, served_by
from vitals.verify.scaling_loop.programs import LoopPrograms
from vitals.verify.scaling_loop.resource_metrics import resource_metrics_app
from vitals.verify.scaling_loop.users import Users

LOCAL = "local"
"""The environment whose Prometheus runs on one machine; its scrape configuration is used, for intervals are alike."""
READY_WITHIN_S = 120.0
_PROBE_S = 5.0


@dataclass(frozen=True, kw_only=True)
class LoopOptions:
    """What to run and where.

    Attributes:
        programs: Executables.
        root: Run folder; what a drill left there is emptied at the start.
        rendered: The environment that is drilled.
        shipped: What it ships for the service.
        bound: What a replica bears, as the demo's ``--bound`` takes it.
        past: What Prometheus knows of the days before; None where it begins with nothing.
        forecasts: Whether the service runs that forecasts the load; without it the forecast triggers say zero.
    """

    programs: LoopPrograms
    root: Path
    rendered: Rendered
    shipped: Shipped
    bound: str
    past: HourlyPast | None = None
    forecasts: bool = False

    @property
    def cluster(self) -> ClusterFolder:
        """Run folder of the control plane."""
        return cluster_folder(self.root)

    @property
    def stack(self) -> RunFolder:
        """Run folder of everything else."""
        return loop_folder(self.root)


def cluster_folder(root: Path) -> ClusterFolder:
    """Run folder of the control plane of a drill."""
    return ClusterFolder(root / "cluster")


def loop_folder(root: Path) -> RunFolder:
    """Run folder of everything else of it."""
    return RunFolder(root / "loop")


@dataclass(frozen=True, kw_only=True)
class Loop:
    """The running loop.

    Attributes:
        api: The API server.
        shipped: What is drilled.
        agent: The node agent.
        endpoints: Who serves.
        users: Who asks.
        parts: KEDA, metrics-server and Prometheus, to be stopped and started one by one.
        prometheus_url: Where Prometheus answers.
        cluster: Folder of the control plane, whose state file names its processes.
    """

    api: ApiServer
    shipped: Shipped
    agent: NodeAgent
    endpoints: Endpoints
    users: Users
    parts: Supervisor
    prometheus_url: str
    cluster: ClusterFolder


@contextlib.asynccontextmanager
async def run_loop(options: LoopOptions, say: Callable[[str], None]) -> AsyncIterator[Loop]:
    """Run the loop while the context is open.

    Args:
        options: What to run and where.
        say: Called, in a few words, with what has come up and what went wrong.

    Yields:
        The loop, once the fewest replicas are ready and the autoscaler knows a number for each of its metrics.

    Raises:
        VitalsError: Something cannot start, or is not ready in time.
    """
    shipped, stack = options.shipped, options.stack
    definitions = await asyncio.to_thread(load_crds, "keda")
    async with contextlib.AsyncExitStack() as cleanup:
        cluster = await cleanup.enter_async_context(
            run_cluster(ClusterOptions(programs=options.programs.cluster, folder=options.cluster), say)
        )
        await asyncio.to_thread(install_crds, options.cluster, definitions)
        stack.clear()
        api = cleanup.enter_context(ApiServer.of(cluster.kubeconfig))
        plan = components.plan_loop(
            options.programs,
            stack,
            options.cluster.kubeconfig,
            past_s=options.past.span_s if options.past else 0,
            forecasts=options.forecasts,
        )
        _configure(options, plan)
        if options.past is not None:
            await create_blocks(options.programs.promtool, options.past.lines(), stack.samples)
        trust = ssl.create_default_context(cafile=str(plan.keys / "ca.crt"))
        probes = await cleanup.enter_async_context(httpx.AsyncClient(verify=trust, timeout=_PROBE_S, trust_env=False))
        agent = NodeAgent(
            api,
            folder=stack.data,
            logs=stack.logs,
            run_id=cluster.run_id,
            client=probes,
            metrics_port=plan.ports[components.NODE_METRICS],
        )
        await asyncio.to_thread(agent.register)
        cleanup.push_async_callback(agent.stop)
        await cleanup.enter_async_context(
            serving(
                resource_metrics_app(lambda: agent.pods),
                listen(plan.ports[components.NODE_METRICS], "the node agent's port"),
                certificate=(plan.keys / "tls.crt", plan.keys / "tls.key"),
            )
        )
        proxy = FrontProxy(await cleanup.enter_async_context(proxy_client()))
        listener = listen(plan.ports[components.PROXY], "the proxy's port")
        url = await cleanup.enter_async_context(serve_proxy(proxy, listener))
        endpoints = Endpoints(
            api,
            agent,
            proxy,
            targets=stack.targets / f"{shipped.service}.json",
            service=shipped.service,
            namespace=shipped.namespace,
        )
        users = Users(url, log=log_file(stack.logs, "users"), run_id=cluster.run_id)
        parts = Supervisor(components.components(plan), logs=stack.logs, run_id=cluster.run_id, client=probes)
        cleanup.push_async_callback(parts.stop)
        await asyncio.to_thread(_apply, api, options, plan)
        await cleanup.enter_async_context(background_tasks(say, agent.work(say), endpoints.follow()))
        await parts.start(lambda: None)
        say(f"{', '.join(parts.names)}: ready")
        await cleanup.enter_async_context(background_tasks(say, parts.watch(say)))
        await users.start()
        cleanup.push_async_callback(users.stop)
        await cleanup.enter_async_context(background_tasks(say, users.listen()))
        await _until(lambda: proxy.ready >= shipped.lowest, f"{shipped.lowest} replicas are not ready", stack)
        say(f"{proxy.ready} replicas of {shipped.service}: ready")
        await asyncio.to_thread(api.apply, shipped.asking(plan.prometheus_url))
        yield Loop(
            api=api,
            shipped=shipped,
            agent=agent,
            endpoints=endpoints,
            users=users,
            parts=parts,
            prometheus_url=plan.prometheus_url,
            cluster=options.cluster,
        )


def _configure(options: LoopOptions, plan: components.LoopPlan) -> None:
    """Give Prometheus the scrape configuration of one machine and the rules of the environment.

    The service that forecasts reads what it asks for from the environment's own ``model.json``.
    """
    scraped = read(RENDERED / LOCAL)
    (options.stack.config / names.PROMETHEUS).write_text(scraped.prometheus, encoding="utf-8")
    write_plain_rule_files(options.rendered.groups(), options.stack.rules)
    if options.forecasts:
        shutil.copyfile(options.rendered.folder / names.MODEL, options.stack.config / names.MODEL)
        targets = Targets((f"{LOOPBACK}:{plan.ports[FORESIGHT]}",))
        write_targets(options.stack.targets / f"{FORESIGHT}.json", targets)


def _apply(api: ApiServer, options: LoopOptions, plan: components.LoopPlan) -> None:
    for manifest in (
        *served_by("v1beta1.metrics.k8s.io", components.METRICS_SERVER, plan.ports[components.METRICS_SERVER]),
        *served_by("v1beta1.external.metrics.k8s.io", components.KEDA_ADAPTER, plan.ports[components.KEDA_ADAPTER]),
        *platform(options.shipped, bound=options.bound, data=options.stack.data),
    ):
        api.apply(manifest)


async def _until(holds: Callable[[], bool], problem: str, folder: RunFolder) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while not holds():
        if time.monotonic() > deadline:
            raise VitalsError(f"After {READY_WITHIN_S:.0f} s {problem}. The logs are in {folder.logs}.")
        await asyncio.sleep(0.2)
