"""The programs that scale, as parts to supervise: KEDA's operator and adapter, metrics-server, Prometheus.

All of them listen on loopback, but for one: the adapter's page of its own metrics has no flag for an address and
listens everywhere while a drill runs. They call the API server as its administrator.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from vitals.local.processes.part import Part
from vitals.local.processes.ports import LOOPBACK, free_ports
from vitals.local.stack.folder import RunFolder
from vitals.local.stack.parts.foresight import FORESIGHT, foresight
from vitals.local.stack.parts.prometheus import PROMETHEUS, prometheus
from vitals.verify.cluster.authority import Authority
from vitals.verify.scaling_loop.programs import LoopPrograms

KEDA_OPERATOR = "keda-operator"
KEDA_ADAPTER = "keda-adapter"
METRICS_SERVER = "metrics-server"
NODE_METRICS = "node-metrics"
PROXY = "front-proxy"
_OPERATOR_HEALTH, _OPERATOR_METRICS, _OPERATOR_VALUES = (
    f"{KEDA_OPERATOR}-{what}" for what in ("health", "own", "grpc")
)
_ADAPTER_METRICS = f"{KEDA_ADAPTER}-own"

GRACE_S = 5.0
METRICS_EVERY_S = 15
"""How often metrics-server asks, in seconds: its default, and GKE's."""
_KEDA_ENVIRONMENT = {"WATCH_NAMESPACE": "", "POD_NAMESPACE": "default", "KEDA_CLUSTER_OBJECT_NAMESPACE": "default"}


@dataclass(frozen=True, kw_only=True)
class LoopPlan:
    """What the parts are made of.

    Attributes:
        programs: Executables.
        folder: Run folder of Prometheus, with its empty subfolders.
        kubeconfig: Of the administrator.
        keys: Folder with ``ca.crt``, ``tls.crt`` and ``tls.key`` for loopback.
        ports: Port by part name, see ``choose_ports``.
        past_s: Seconds that Prometheus' data reach back when it starts.
        forecasts: Whether the service runs that forecasts the load.
    """

    programs: LoopPrograms
    folder: RunFolder
    kubeconfig: Path
    keys: Path
    ports: dict[str, int]
    past_s: int = 0
    forecasts: bool = False

    @property
    def prometheus_url(self) -> str:
        """Where Prometheus answers."""
        return f"http://{LOOPBACK}:{self.ports[PROMETHEUS]}"


def choose_ports() -> dict[str, int]:
    """Pick a free port for everything that listens."""
    return free_ports(
        (
            KEDA_OPERATOR, _OPERATOR_HEALTH, _OPERATOR_METRICS, _OPERATOR_VALUES, KEDA_ADAPTER, _ADAPTER_METRICS,
            METRICS_SERVER, NODE_METRICS, PROXY, PROMETHEUS, FORESIGHT,
        )
    )  # fmt: skip


def plan_loop(
    programs: LoopPrograms, folder: RunFolder, kubeconfig: Path, *, past_s: int = 0, forecasts: bool = False
) -> LoopPlan:
    """Choose ports, and make the certificate that everything serves with.

    Args:
        programs: Executables.
        folder: Run folder, cleared.
        kubeconfig: Of the administrator.
        past_s: As in the plan.
        forecasts: As in the plan.
    """
    keys = folder.secrets
    authority = Authority("loop", keys)
    certificate, key = authority.issue("tls", "vitals-loop")
    shutil.copyfile(authority.certificate, keys / "ca.crt")
    assert (certificate.name, key.name) == ("tls.crt", "tls.key")  # noqa: S101 - as KEDA looks for them
    return LoopPlan(
        programs=programs,
        folder=folder,
        kubeconfig=kubeconfig,
        keys=keys,
        ports=choose_ports(),
        past_s=past_s,
        forecasts=forecasts,
    )


def components(plan: LoopPlan) -> list[Part]:
    """Every part, in start order."""
    watching = prometheus(
        plan.programs.prometheus, plan.folder, port=plan.ports[PROMETHEUS], after=(), past_s=plan.past_s
    )
    asked = foresight(plan.folder, port=plan.ports[FORESIGHT], prometheus_url=plan.prometheus_url, after=(PROMETHEUS,))
    return [watching, _metrics_server(plan), *keda(plan), *([asked] if plan.forecasts else [])]


def keda(plan: LoopPlan) -> list[Part]:
    """KEDA's operator and its adapter."""
    return [_keda_operator(plan), _keda_adapter(plan)]


def _keda_operator(plan: LoopPlan) -> Part:
    return Part(
        name=KEDA_OPERATOR,
        argv=(
            str(plan.programs.keda_operator),
            f"--kubeconfig={plan.kubeconfig}",
            f"--cert-dir={plan.keys}",
            f"--metrics-bind-address={LOOPBACK}:{plan.ports[_OPERATOR_METRICS]}",
            f"--health-probe-bind-address={LOOPBACK}:{plan.ports[_OPERATOR_HEALTH]}",
            f"--metrics-service-bind-address={LOOPBACK}:{plan.ports[_OPERATOR_VALUES]}",
        ),
        folder=plan.folder.data,
        ready_url=f"http://{LOOPBACK}:{plan.ports[_OPERATOR_HEALTH]}/readyz",
        stop_within_s=GRACE_S,
        environment=_KEDA_ENVIRONMENT,
    )


def _keda_adapter(plan: LoopPlan) -> Part:
    port = plan.ports[KEDA_ADAPTER]
    return Part(
        name=KEDA_ADAPTER,
        argv=(
            str(plan.programs.keda_adapter),
            *_served(plan, port),
            # "localhost" is the name in the certificate that the operator shows.
            f"--metrics-service-address=localhost:{plan.ports[_OPERATOR_VALUES]}",
            f"--lister-kubeconfig={plan.kubeconfig}",
            f"--port={plan.ports[_ADAPTER_METRICS]}",
        ),
        folder=plan.folder.data,
        after=(KEDA_OPERATOR,),
        ready_url=f"https://{LOOPBACK}:{port}/readyz",
        stop_within_s=GRACE_S,
        environment=_KEDA_ENVIRONMENT,
    )


def _metrics_server(plan: LoopPlan) -> Part:
    port = plan.ports[METRICS_SERVER]
    return Part(
        name=METRICS_SERVER,
        argv=(
            str(plan.programs.metrics_server),
            *_served(plan, port),
            f"--metric-resolution={METRICS_EVERY_S}s",
            "--kubelet-use-node-status-port",
            "--kubelet-preferred-address-types=InternalIP",
            f"--kubelet-certificate-authority={plan.keys / 'ca.crt'}",
        ),
        folder=plan.folder.data,
        ready_url=f"https://{LOOPBACK}:{port}/livez",
        stop_within_s=GRACE_S,
    )


def _served(plan: LoopPlan, port: int) -> tuple[str, ...]:
    """Flags of a server behind the API server, which it asks about who calls it."""
    return (
        f"--kubeconfig={plan.kubeconfig}",
        f"--authentication-kubeconfig={plan.kubeconfig}",
        f"--authorization-kubeconfig={plan.kubeconfig}",
        f"--bind-address={LOOPBACK}",
        f"--secure-port={port}",
        f"--cert-dir={plan.keys}",
        f"--tls-cert-file={plan.keys / 'tls.crt'}",
        f"--tls-private-key-file={plan.keys / 'tls.key'}",
    )
