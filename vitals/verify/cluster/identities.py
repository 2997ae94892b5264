"""Who is who in a control plane: every certificate, key and token of one run, and the kubeconfigs made of them.

Each component calls the API server under the name that Kubernetes' own roles are bound to, so it may do what it may do
in any cluster and no more. The administrator has a token; the operator, which would get a role from its chart, is an
administrator too.
"""

import base64
import secrets
from dataclasses import dataclass
from pathlib import Path

import yaml
from cryptography.hazmat.primitives.asymmetric import ec

from vitals.atomic import write_atomic
from vitals.verify.cluster.authority import Authority, write_private_key

ADMINISTRATORS = "system:masters"
FRONT_PROXY = "front-proxy"


@dataclass(frozen=True, kw_only=True)
class Identity:
    """A certificate with its key, and the authority that vouches for it."""

    certificate: Path
    key: Path
    authority: Path


@dataclass(frozen=True, kw_only=True)
class Identities:
    """Everything that proves identities in this run; all of it in one folder.

    Attributes:
        etcd: What etcd serves with; its clients and peers must come from the same authority.
        etcd_client: The API server towards etcd.
        serving: What the API server, controller manager and scheduler serve with.
        controller_manager: A client.
        scheduler: A client.
        operator: A client, an administrator.
        front_proxy: The API server towards extension API servers.
        account_key: Signs the tokens of service accounts.
        tokens: The API server's token file.
        token: The administrator's token.
    """

    etcd: Identity
    etcd_client: Identity
    serving: Identity
    controller_manager: Identity
    scheduler: Identity
    operator: Identity
    front_proxy: Identity
    account_key: Path
    tokens: Path
    token: str


def make_identities(folder: Path) -> Identities:
    """Make new ones for a run.

    Args:
        folder: An empty private folder.

    Raises:
        OSError: It cannot be written.
    """
    cluster, store, proxy = (Authority(name, folder) for name in ("cluster", "etcd", FRONT_PROXY))

    def issue(authority: Authority, file: str, user: str, *groups: str) -> Identity:
        certificate, key = authority.issue(file, user, *groups)
        return Identity(certificate=certificate, key=key, authority=authority.certificate)

    account_key = folder / "service-accounts.key"
    write_private_key(account_key, ec.generate_private_key(ec.SECP256R1()))
    token = secrets.token_urlsafe(32)
    tokens = folder / "tokens.csv"
    write_atomic(tokens, f'{token},vitals,vitals,"{ADMINISTRATORS}"\n', mode=0o600)
    return Identities(
        etcd=issue(store, "etcd", "etcd"),
        etcd_client=issue(store, "etcd-client", "kube-apiserver"),
        serving=issue(cluster, "serving", "kube-apiserver"),
        controller_manager=issue(cluster, "kube-controller-manager", "system:kube-controller-manager"),
        scheduler=issue(cluster, "kube-scheduler", "system:kube-scheduler"),
        operator=issue(cluster, "prometheus-operator", "prometheus-operator", ADMINISTRATORS),
        front_proxy=issue(proxy, FRONT_PROXY, FRONT_PROXY),
        account_key=account_key,
        tokens=tokens,
        token=token,
    )


def write_kubeconfig(path: Path, server: str, authority: Path, user: dict[str, str]) -> None:
    """Write a kubeconfig with one context, named ``vitals``.

    Args:
        path: The file; 0600.
        server: Address of the API server.
        authority: Certificate of who vouches for it; copied into the file, so that the file can be moved.
        user: The credentials, as kubeconfig's ``user`` has them.

    Raises:
        OSError: It cannot be written.
    """
    trusted = base64.b64encode(authority.read_bytes()).decode()
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "vitals", "cluster": {"server": server, "certificate-authority-data": trusted}}],
        "users": [{"name": "vitals", "user": user}],
        "contexts": [{"name": "vitals", "context": {"cluster": "vitals", "user": "vitals"}}],
        "current-context": "vitals",
    }
    write_atomic(path, yaml.safe_dump(config, sort_keys=False), mode=0o600)
