"""An API server that only answers: what a cluster holds before a stack comes, for programs that look before they act.

It speaks of kinds and objects as a real one does and takes nothing; what it holds is given. The real one is asked the
same questions in the tests of the control plane.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from typing import Any, NamedTuple

from tests.serving import serving

Manifest = Mapping[str, Any]
PLURALS = {
    "v1": {"Namespace": "namespaces", "Service": "services"},
    "apps/v1": {"Deployment": "deployments", "DaemonSet": "daemonsets", "StatefulSet": "statefulsets"},
    "apiextensions.k8s.io/v1": {"CustomResourceDefinition": "customresourcedefinitions"},
    "apiregistration.k8s.io/v1": {"APIService": "apiservices"},
    "storage.k8s.io/v1": {"StorageClass": "storageclasses"},
    "scheduling.k8s.io/v1": {"PriorityClass": "priorityclasses"},
    "networking.k8s.io/v1": {"IngressClass": "ingressclasses"},
    "gateway.networking.k8s.io/v1": {"Gateway": "gateways"},
}
NAMESPACED = ("Service", "Deployment", "DaemonSet", "StatefulSet", "Gateway")
STORAGE: Manifest = {
    "apiVersion": "storage.k8s.io/v1",
    "kind": "StorageClass",
    "metadata": {"name": "standard", "annotations": {"storageclass.kubernetes.io/is-default-class": "true"}},
    "provisioner": "rancher.io/local-path",
}
"""The class that kind brings."""


class _Wanted(NamedTuple):
    version: str
    plural: str
    namespace: str
    name: str


def _wanted(path: str) -> _Wanted:
    """What a path asks for; a plural only is a list, nothing but a version its kinds."""
    words = path.partition("?")[0].strip("/").split("/")
    version, rest = (words[1], words[2:]) if words[0] == "api" else ("/".join(words[1:3]), words[3:])
    namespace = ""
    if rest[:1] == ["namespaces"] and len(rest) > 2:
        namespace, rest = rest[1], rest[2:]
    return _Wanted(version, next(iter(rest), ""), namespace, next(iter(rest[1:]), ""))


def _answer(wanted: _Wanted, objects: Sequence[Manifest]) -> Mapping[str, Any] | None:
    kinds = PLURALS.get(wanted.version, {})
    if not wanted.plural:
        listed = [{"kind": kind, "name": name, "namespaced": kind in NAMESPACED} for kind, name in kinds.items()]
        return {"resources": listed} if listed else None
    found = [
        one
        for one in objects
        if one["apiVersion"] == wanted.version
        and kinds.get(one["kind"]) == wanted.plural
        and wanted.namespace in ("", one["metadata"].get("namespace", ""))
    ]
    if wanted.name:
        return next((one for one in found if one["metadata"]["name"] == wanted.name), None)
    return {"items": found}


@contextmanager
def answering_cluster(*objects: Manifest) -> Iterator[str]:
    """Serves what a cluster holds on a free port of loopback.

    Yields:
        Its address.
    """

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = _answer(_wanted(self.path), objects)
            body = json.dumps(content or {"reason": "NotFound", "message": "not found"}).encode()
            self.send_response(200 if content is not None else 404)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's own name
            pass

    with serving(Answers) as address:
        yield address
