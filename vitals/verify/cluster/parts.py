"""The programs of a control plane as parts to supervise: their flags, and nothing else.

Everything listens on loopback and speaks TLS with certificates of this run; only the health of etcd and the operator's
own page are plain. Admission is what an API server has by default, without the plugin that wants a token of a service
account in every pod: no pod ever runs here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from vitals.local.processes.part import Part
from vitals.local.processes.ports import LOOPBACK, free_ports
from vitals.verify.cluster.folder import ClusterFolder
from vitals.verify.cluster.identities import FRONT_PROXY, Identities, Identity, write_kubeconfig
from vitals.verify.cluster.programs import ClusterPrograms

ETCD = "etcd"
API_SERVER = "kube-apiserver"
CONTROLLER_MANAGER = "kube-controller-manager"
SCHEDULER = "kube-scheduler"
OPERATOR = "prometheus-operator"
_ETCD_PEERS = "etcd-peers"
_ETCD_HEALTH = "etcd-health"

GRACE_S = 5.0
"""Patience after SIGTERM: an API server would wait a minute for its own watches, and its store is thrown away."""


@dataclass(frozen=True, kw_only=True)
class ClusterPlan:
    """What the parts are made of.

    Attributes:
        programs: Executables.
        folder: Run folder, with its empty subfolders.
        identities: Who is who.
        ports: Port by part name, see ``choose_ports``.
    """

    programs: ClusterPrograms
    folder: ClusterFolder
    identities: Identities
    ports: dict[str, int]

    @property
    def server(self) -> str:
        """Address of the API server."""
        return self.url(API_SERVER)

    def url(self, name: str, scheme: str = "https") -> str:
        """Address of a part."""
        return f"{scheme}://{LOOPBACK}:{self.ports[name]}"


def choose_ports() -> dict[str, int]:
    """Pick a free port for everything that listens."""
    return free_ports((ETCD, _ETCD_PEERS, _ETCD_HEALTH, API_SERVER, CONTROLLER_MANAGER, SCHEDULER, OPERATOR))


def control_plane(plan: ClusterPlan) -> list[Part]:
    """The four programs of Kubernetes, in start order.

    Raises:
        OSError: A kubeconfig cannot be written.
    """
    return [_etcd(plan), _api_server(plan), _controller_manager(plan), _scheduler(plan)]


def operator(plan: ClusterPlan, program: Path) -> Part:
    """The Prometheus operator; it looks for its CRDs when it starts, so they must be there.

    It would rather follow a ``KUBECONFIG`` than its own flags, and work on whatever cluster the user has there.
    """
    me = plan.identities.operator
    argv = (
        f"--apiserver={plan.server}",
        f"--ca-file={me.authority}",
        f"--cert-file={me.certificate}",
        f"--key-file={me.key}",
        f"--web.listen-address={LOOPBACK}:{plan.ports[OPERATOR]}",
    )
    url = plan.url(OPERATOR, "http")
    return replace(_part(plan, OPERATOR, program, argv, f"{url}/healthz"), environment={"KUBECONFIG": ""})


def _part(
    plan: ClusterPlan,
    name: str,
    program: Path,
    arguments: Sequence[str],
    ready_url: str,
    *,
    after: tuple[str, ...] = (),
) -> Part:
    return Part(
        name=name,
        argv=(str(program), *arguments),
        folder=plan.folder.data,
        after=after,
        ready_url=ready_url,
        stop_within_s=GRACE_S,
        url=ready_url.rpartition("/")[0],
    )


def _etcd(plan: ClusterPlan) -> Part:
    me, client, peers = plan.identities.etcd, plan.url(ETCD), plan.url(_ETCD_PEERS)
    health = plan.url(_ETCD_HEALTH, "http")
    arguments = (
        "--name=vitals",
        f"--data-dir={plan.folder.data / 'etcd'}",
        f"--listen-client-urls={client}",
        f"--advertise-client-urls={client}",
        f"--cert-file={me.certificate}",
        f"--key-file={me.key}",
        f"--trusted-ca-file={me.authority}",
        "--client-cert-auth",
        f"--listen-peer-urls={peers}",
        f"--initial-advertise-peer-urls={peers}",
        f"--initial-cluster=vitals={peers}",
        f"--peer-cert-file={me.certificate}",
        f"--peer-key-file={me.key}",
        f"--peer-trusted-ca-file={me.authority}",
        "--peer-client-cert-auth",
        f"--listen-metrics-urls={health}",
        "--unsafe-no-fsync",
    )
    return _part(plan, ETCD, plan.programs.etcd, arguments, f"{health}/readyz")


def _api_server(plan: ClusterPlan) -> Part:
    who = plan.identities
    arguments = (
        f"--etcd-servers={plan.url(ETCD)}",
        f"--etcd-cafile={who.etcd_client.authority}",
        f"--etcd-certfile={who.etcd_client.certificate}",
        f"--etcd-keyfile={who.etcd_client.key}",
        f"--bind-address={LOOPBACK}",
        f"--advertise-address={LOOPBACK}",
        f"--secure-port={plan.ports[API_SERVER]}",
        "--endpoint-reconciler-type=none",
        "--service-cluster-ip-range=10.96.0.0/16",
        *_serving(who.serving),
        f"--client-ca-file={who.serving.authority}",
        f"--token-auth-file={who.tokens}",
        "--authorization-mode=RBAC",
        "--disable-admission-plugins=ServiceAccount",
        "--allow-privileged=true",
        "--service-account-issuer=https://kubernetes.default.svc",
        f"--service-account-key-file={who.account_key}",
        f"--service-account-signing-key-file={who.account_key}",
        f"--requestheader-client-ca-file={who.front_proxy.authority}",
        f"--requestheader-allowed-names={FRONT_PROXY}",
        "--requestheader-username-headers=X-Remote-User",
        "--requestheader-group-headers=X-Remote-Group",
        "--requestheader-extra-headers-prefix=X-Remote-Extra-",
        f"--proxy-client-cert-file={who.front_proxy.certificate}",
        f"--proxy-client-key-file={who.front_proxy.key}",
        "--profiling=false",
    )
    return _part(plan, API_SERVER, plan.programs.api_server, arguments, f"{plan.server}/readyz", after=(ETCD,))


def _controller_manager(plan: ClusterPlan) -> Part:
    who = plan.identities
    arguments = (
        f"--service-account-private-key-file={who.account_key}",
        f"--root-ca-file={who.serving.authority}",
        "--use-service-account-credentials",
        *_client(plan, CONTROLLER_MANAGER, who.controller_manager),
    )
    return _of_kubernetes(plan, CONTROLLER_MANAGER, plan.programs.controller_manager, arguments)


def _scheduler(plan: ClusterPlan) -> Part:
    return _of_kubernetes(plan, SCHEDULER, plan.programs.scheduler, _client(plan, SCHEDULER, plan.identities.scheduler))


def _of_kubernetes(plan: ClusterPlan, name: str, program: Path, arguments: Sequence[str]) -> Part:
    ours = (*arguments, *_serving(plan.identities.serving), "--leader-elect=false", "--profiling=false")
    return _part(plan, name, program, ours, f"{plan.url(name)}/healthz", after=(API_SERVER,))


def _serving(identity: Identity) -> tuple[str, ...]:
    return (f"--tls-cert-file={identity.certificate}", f"--tls-private-key-file={identity.key}")


def _client(plan: ClusterPlan, name: str, identity: Identity) -> tuple[str, ...]:
    """Flags of a component that calls the API server and asks it who calls the component."""
    kubeconfig = plan.folder.keys / f"{name}.kubeconfig"
    credentials = {"client-certificate": str(identity.certificate), "client-key": str(identity.key)}
    write_kubeconfig(kubeconfig, plan.server, identity.authority, credentials)
    return (
        f"--kubeconfig={kubeconfig}",
        f"--authentication-kubeconfig={kubeconfig}",
        f"--authorization-kubeconfig={kubeconfig}",
        f"--bind-address={LOOPBACK}",
        f"--secure-port={plan.ports[name]}",
    )
