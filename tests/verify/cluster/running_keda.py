"""KEDA's operator and adapter on the control plane of the tests, for the scalers of one namespace.

The operator calls the API server as its own service account, as it does on every cluster: a policy that knows
autoscalers by their name must know it, too.
"""

from __future__ import annotations

import os
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import yaml

from vitals.local.processes.part import Part
from vitals.local.stack.folder import RunFolder
from vitals.verify.cluster.api import ApiServer
from vitals.verify.cluster.state import ClusterState
from vitals.verify.scaling_loop.components import KEDA_ADAPTER, keda, plan_loop
from vitals.verify.scaling_loop.objects import served_by
from vitals.verify.scaling_loop.programs import find_programs

ACCOUNT = "system:serviceaccount:keda:keda-operator"
READY_WITHIN_S = 60.0
_VALUES = "v1beta1.external.metrics.k8s.io"


@contextmanager
def running_keda(cluster: ClusterState, api: ApiServer, root: Path, namespace: str) -> Iterator[None]:
    """Run it while the context is open; the scalers must be deleted before it closes.

    Args:
        cluster: The control plane.
        api: Its API server.
        root: An empty folder.
        namespace: Whose scalers it looks at; those of other tests stay without an operator.
    """
    folder = RunFolder(root)
    folder.clear()
    plan = plan_loop(find_programs(lambda _: None), folder, cluster.kubeconfig)
    as_itself = root / "operator.kubeconfig"
    _write_as(ACCOUNT, cluster.kubeconfig, as_itself)
    api.apply(_administrator(ACCOUNT))
    operator, _ = keda(replace(plan, kubeconfig=as_itself))
    _, adapter = keda(plan)
    trust = ssl.create_default_context(cafile=str(plan.keys / "ca.crt"))
    served = served_by(_VALUES, KEDA_ADAPTER, plan.ports[KEDA_ADAPTER])
    with ExitStack() as cleanup:
        client = cleanup.enter_context(httpx.Client(verify=trust, trust_env=False))
        for part in (operator, adapter):
            process = _started(part, namespace, folder.logs / f"{part.name}.log")
            cleanup.callback(_stopped, process)
            _await_ready(part, process, client, folder.logs)
        for manifest in served:
            api.apply(manifest)
            # While a group is registered and not served, the control plane deletes no namespace.
            cleanup.callback(
                api.delete,
                manifest["apiVersion"],
                manifest["kind"],
                manifest["metadata"]["name"],
                manifest["metadata"].get("namespace"),
            )
        yield


def _write_as(user: str, kubeconfig: Path, file: Path) -> None:
    config = yaml.safe_load(kubeconfig.read_text(encoding="utf-8"))
    config["users"][0]["user"]["as"] = user
    file.touch(mode=0o600)
    file.write_text(yaml.safe_dump(config), encoding="utf-8")


def _administrator(user: str) -> dict[str, object]:
    """What the chart's roles allow and more; what a policy refuses, it refuses an administrator as well."""
    group = "rbac.authorization.k8s.io"
    return {
        "apiVersion": f"{group}/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": "keda-of-tests"},
        "roleRef": {"apiGroup": group, "kind": "ClusterRole", "name": "cluster-admin"},
        "subjects": [{"apiGroup": group, "kind": "User", "name": user}],
    }


def _started(part: Part, namespace: str, log: Path) -> subprocess.Popen[bytes]:
    environment = {**os.environ, **part.environment, "WATCH_NAMESPACE": namespace}
    with log.open("ab") as output:
        return subprocess.Popen(part.argv, cwd=part.folder, env=environment, stdout=output, stderr=output)


def _await_ready(part: Part, process: subprocess.Popen[bytes], client: httpx.Client, logs: Path) -> None:
    assert part.ready_url
    deadline = time.monotonic() + READY_WITHIN_S
    while True:
        said = (logs / f"{part.name}.log").read_text(encoding="utf-8", errors="replace")[-2000:]
        assert process.poll() is None, said
        assert time.monotonic() < deadline, said
        try:
            if client.get(part.ready_url).is_success:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.2)


def _stopped(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
