"""The API server behind a context of the kubeconfig, signed in as the user whom the context names.

Clusters are reached as kubectl reaches them: by a token, by a certificate, or by a program that hands one out, which
is how GKE signs people in. What a context asks for beside that (old auth providers, impersonation, a user name with a
password) is refused by name rather than left out, which would sign in as someone else or not at all.
"""

from __future__ import annotations

import json
import os
import ssl
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from vitals.errors import VitalsError
from vitals.kubeconfig import KubeEntry, entries, trust_of
from vitals.verify.cluster.api import ApiServer

SIGN_IN_WITHIN_S = 60.0
"""A sign-in program may open a browser; it must not hang a terminal for ever."""
_UNKNOWN = ("auth-provider", "username", "password", "as", "as-uid", "as-groups", "as-user-extra")
_EXEC = "client.authentication.k8s.io"


def connect(context: str) -> ApiServer:
    """The API server of a context of ``$KUBECONFIG``, or of ``~/.kube/config``; close it, or use it as a context.

    Raises:
        VitalsError: No kubeconfig knows the context, it signs in in a way that is not known here, or its sign-in fails.
    """
    contexts = entries("contexts")
    if context not in contexts:
        known = ", ".join(sorted(contexts)) or "none"
        raise VitalsError(
            f"No kubeconfig has the context {context!r} (there are: {known}), so there is no cluster to talk to. "
            "Nothing was changed. Name one of those, or set KUBECONFIG to the file that has it."
        )
    chosen = contexts[context].content
    cluster = entries("clusters").get(str(chosen.get("cluster")), KubeEntry({}, Path()))
    user = entries("users").get(str(chosen.get("user")), KubeEntry({}, Path()))
    return sign_in(context, cluster, user)


def sign_in(context: str, cluster: KubeEntry, user: KubeEntry) -> ApiServer:
    """The API server of a cluster, for a user; close it, or use it as a context.

    Args:
        context: What the two are called together, for messages.
        cluster: The cluster's entry of a kubeconfig.
        user: The user's.

    Raises:
        VitalsError: The user signs in in a way that is not known here, or the sign-in fails.
    """
    try:
        return _client(context, cluster, user)
    except (OSError, ValueError, ssl.SSLError) as error:
        raise VitalsError(
            f"The context {context!r} cannot be used: {error}. Nothing was changed. Look with `kubectl --context "
            f"{context} version`, and repair the kubeconfig."
        ) from error


def _client(context: str, cluster: KubeEntry, user: KubeEntry) -> ApiServer:
    strange = sorted(set(_UNKNOWN) & set(user.content))
    if strange:
        raise ValueError(f"its user signs in by {', '.join(strange)}, which is not supported here")
    trust = trust_of(cluster)
    token, certificate, key = _credentials(context, user)
    if certificate and key:
        _present(trust, certificate, key)
    server = str(cluster.content.get("server", ""))
    if not server:
        raise ValueError("its cluster has no server")
    return ApiServer(server, token=token, trust=trust, proxy=cluster.content.get("proxy-url"))


def _credentials(context: str, user: KubeEntry) -> tuple[str, str | None, str | None]:
    """Token, certificate and key of a user; what it does not have is empty."""
    if "exec" in user.content:
        status = _handed_out(context, user)
        return status.get("token", ""), status.get("clientCertificateData"), status.get("clientKeyData")
    token_file = user.file("tokenFile")
    token = token_file.read_text(encoding="utf-8").strip() if token_file else str(user.content.get("token", ""))
    return token, user.text("client-certificate"), user.text("client-key")


def _handed_out(context: str, user: KubeEntry) -> Mapping[str, str]:
    """What the user's sign-in program prints.

    Reference: https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins.
    """
    asked: Mapping[str, Any] = user.content["exec"]
    version = asked.get("apiVersion", f"{_EXEC}/v1")
    info = {"apiVersion": version, "kind": "ExecCredential", "spec": {"interactive": False}}
    added = {one["name"]: one["value"] for one in asked.get("env") or ()}
    command = str(asked["command"])
    # A command with a slash is relative to the kubeconfig, any other is looked up on the PATH.
    program = str(user.folder / command) if os.sep in command else command
    try:
        done = subprocess.run(
            [program, *(asked.get("args") or ())],
            env={**os.environ, **added, "KUBERNETES_EXEC_INFO": json.dumps(info)},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            timeout=SIGN_IN_WITHIN_S,
        )
        status: Mapping[str, str] = json.loads(done.stdout)["status"]
    except (OSError, subprocess.SubprocessError, ValueError, KeyError) as error:
        hint = asked.get("installHint") or f"Run `kubectl --context {context} version` to see what it says."
        raise VitalsError(
            f"The sign-in program {command!r} of the context {context!r} gave no credentials: {error}. Nothing was "
            f"changed. {hint}"
        ) from error
    return status


def _present(trust: ssl.SSLContext, certificate: str, key: str) -> None:
    """Sign in by a certificate; the library reads it from files only."""
    with tempfile.TemporaryDirectory(prefix="vitals-sign-in-") as folder:
        files = Path(folder, "certificate"), Path(folder, "key")
        for file, text in zip(files, (certificate, key), strict=True):
            file.write_text(text, encoding="utf-8")
        trust.load_cert_chain(*files)
