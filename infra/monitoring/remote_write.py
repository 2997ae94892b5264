"""Endpoints that get our samples, as the object Prometheus names them; tokens are files of its pod.

The operator takes a password only from a Secret, so there is basic authentication only where secret files are one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vitals.errors import VitalsError

from ..settings import RemoteWrite
from .secret_files import SecretFiles, user_key

FOLDER = "/etc/prometheus/vitals-secrets"


def remote_writes(endpoints: Mapping[str, RemoteWrite], files: SecretFiles | None) -> list[dict[str, Any]]:
    """The endpoints, by name.

    Args:
        endpoints: What the stack file says.
        files: The secret files of Prometheus, where an endpoint reads one.

    Raises:
        VitalsError: One wants a password where secret files are not in a Secret.
    """
    return [_remote_write(name, one, files) for name, one in sorted(endpoints.items())]


def _remote_write(name: str, endpoint: RemoteWrite, files: SecretFiles | None) -> dict[str, Any]:
    written: dict[str, Any] = {"name": name, "url": endpoint.url, "sendExemplars": True, "sendNativeHistograms": True}
    if endpoint.headers:
        written["headers"] = dict(sorted(endpoint.headers.items()))
    if endpoint.token_file:
        written["authorization"] = {"type": "Bearer", "credentialsFile": f"{FOLDER}/{endpoint.token_file}"}
    if endpoint.basic_auth and files:
        secret = files.source.get("secret")
        if secret is None:
            raise VitalsError(no_password(name))
        key = {"name": secret["secretName"]}
        written["basicAuth"] = {
            "username": {**key, "key": user_key(name)},
            "password": {**key, "key": endpoint.basic_auth.password_file},
        }
    if endpoint.only:
        written["writeRelabelConfigs"] = [
            {"action": "keep", "sourceLabels": ["__name__"], "regex": endpoint.only},
        ]
    return written


def no_password(name: str) -> str:
    """Why there is no basic authentication on Google."""
    return (
        f"vitals:remoteWrite.{name}.basicAuth is set. On Google secret files come from Secret Manager, and the "
        "Prometheus operator takes a password only from a Secret of the cluster. Use tokenFile, or a proxy inside the "
        "cluster that signs in."
    )
