"""The API server as we use it: apply an object on the server's side, read it, delete it.

Server-side apply is one PATCH with the object as its body, and the API server says itself under which path a kind is
served, so plain HTTP does; a client library would bring its own idea of types, which is what the API server is asked
to judge here. Every apply is strict: a field that the server does not know is an error, not a warning.
"""

import base64
import json
import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import yaml

from vitals.errors import VitalsError

Manifest = Mapping[str, Any]
FIELD_MANAGER = "vitals"
_ANSWER_WITHIN_S = 30.0


class RefusedError(VitalsError):
    """The API server did not take an object; the message is the server's own.

    Attributes:
        reason: The server's machine-readable reason, ``Invalid`` for example.
        causes: What is wrong, as ``field: message``; empty when the server gave no list.
    """

    def __init__(self, what: str, status: Mapping[str, Any]) -> None:
        super().__init__(f"The API server refuses {what}: {status.get('message', status)}")
        self.reason = str(status.get("reason", ""))
        causes = status.get("details", {}).get("causes", ())
        self.causes = tuple(f"{cause.get('field', '')}: {cause.get('message', '')}" for cause in causes)


class ApiServer:
    """A client of one API server, for any number of threads; close it, or use it as a context.

    Args:
        server: Its address.
        token: Bearer token; empty for a client whose certificate signs it in.
        trust: What its certificate is judged by, with the client's own where it has one.
        proxy: The proxy on the way, where there is one.
    """

    def __init__(self, server: str, *, token: str, trust: ssl.SSLContext, proxy: str | None = None) -> None:
        self._http = httpx.Client(
            base_url=server,
            headers={"Authorization": f"Bearer {token}"} if token else {},
            verify=trust,
            proxy=proxy,
            timeout=_ANSWER_WITHIN_S,
            trust_env=False,
        )
        self._served: dict[str, dict[str, tuple[str, bool]]] = {}

    @classmethod
    def of(cls, kubeconfig: Path) -> "ApiServer":
        """The API server of a control plane that runs here, from the kubeconfig that it wrote.

        Raises:
            OSError: The file cannot be read.
        """
        config = yaml.safe_load(kubeconfig.read_text(encoding="utf-8"))
        cluster, user = config["clusters"][0]["cluster"], config["users"][0]["user"]
        authority = base64.b64decode(cluster["certificate-authority-data"]).decode()
        return cls(cluster["server"], token=user["token"], trust=ssl.create_default_context(cadata=authority))

    def __enter__(self) -> "ApiServer":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close its connections."""
        self._http.close()

    def create(self, manifest: Manifest, *, manager: str = FIELD_MANAGER) -> dict[str, Any]:
        """Create an object that is not there yet.

        Args:
            manifest: The object.
            manager: In whose name; the server keeps who said which field.

        Returns:
            The object as it is stored, defaults included.

        Raises:
            RefusedError: The server does not take it; ``AlreadyExists`` where there is one of that name.
            httpx.HTTPError: The server does not answer.
        """
        kind, name = manifest["kind"], manifest["metadata"]["name"]
        path = self._path(manifest["apiVersion"], kind, name, manifest["metadata"].get("namespace"))
        asked = {"fieldManager": manager, "fieldValidation": "Strict"}
        return _judged(self._http.post(path.rpartition("/")[0], params=asked, json=manifest), f"{kind} {name}")

    def apply(self, manifest: Manifest, *, manager: str = FIELD_MANAGER, force: bool = True) -> dict[str, Any]:
        """Create an object, or make what is there as it says, on the server's side.

        Args:
            manifest: The object; what it does not say is left as it is, or as the server has it by default.
            manager: In whose name; the server keeps who said which field.
            force: Whether fields that another manager set to something else are taken over.

        Returns:
            The object as it is stored, defaults included.

        Raises:
            RefusedError: The server does not take it; ``Conflict`` where another manager's field would have to change.
            httpx.HTTPError: The server does not answer.
        """
        kind, name = manifest["kind"], manifest["metadata"]["name"]
        path = self._path(manifest["apiVersion"], kind, name, manifest["metadata"].get("namespace"))
        answer = self._http.patch(
            path,
            params={"fieldManager": manager, "fieldValidation": "Strict", "force": str(force).lower()},
            headers={"Content-Type": "application/apply-patch+yaml"},
            content=json.dumps(manifest),  # JSON is YAML, and quicker
        )
        return _judged(answer, f"{kind} {name}")

    def replace(self, manifest: Manifest, fields: Mapping[str, Any], *, manager: str = FIELD_MANAGER) -> None:
        """Replace fields of an object that is there, as an editor does: by JSON Patch (RFC 6902), whatever their owner.

        Args:
            manifest: Which object; only its kind and name are read.
            fields: Value by path, as ``/spec/replicas``.
            manager: In whose name.

        Raises:
            RefusedError: The server refuses; ``Conflict`` where a given ``/metadata/resourceVersion`` is an old one.
            httpx.HTTPError: The server does not answer.
        """
        kind, name = manifest["kind"], manifest["metadata"]["name"]
        answer = self._http.patch(
            self._path(manifest["apiVersion"], kind, name, manifest["metadata"].get("namespace")),
            params={"fieldManager": manager},
            headers={"Content-Type": "application/json-patch+json"},
            content=json.dumps([{"op": "replace", "path": path, "value": value} for path, value in fields.items()]),
        )
        _judged(answer, f"{kind} {name}")

    def get(self, api_version: str, kind: str, name: str, namespace: str | None = None) -> dict[str, Any] | None:
        """Read an object; None when there is none.

        Raises:
            RefusedError: The server refuses for another reason.
            httpx.HTTPError: The server does not answer.
        """
        answer = self._http.get(self._path(api_version, kind, name, namespace))
        return None if answer.status_code == httpx.codes.NOT_FOUND else _judged(answer, f"{kind} {name}")

    def listed(
        self,
        api_version: str,
        kind: str,
        namespace: str | None = None,
        *,
        labels: Mapping[str, str] | None = None,
        fields: str = "",
    ) -> list[dict[str, Any]]:
        """List the objects of a kind.

        Args:
            api_version: Of the kind.
            kind: The kind; none of its objects exists where the server does not serve it.
            namespace: Where; everywhere if not given.
            labels: Labels that they must have.
            fields: Field selector, such as ``spec.nodeName=local``.

        Raises:
            RefusedError: The server refuses, for the user may not list them.
            httpx.HTTPError: The server does not answer.
        """
        resource = self._resource(api_version, kind)
        if resource is None:
            return []
        place = f"/namespaces/{namespace}" if namespace and resource[1] else ""
        selector = ",".join(f"{name}={value}" for name, value in (labels or {}).items())
        answer = self._http.get(
            f"{_root(api_version)}{place}/{resource[0]}", params={"labelSelector": selector, "fieldSelector": fields}
        )
        items: list[dict[str, Any]] = _judged(answer, f"to list {kind}")["items"]
        return items

    def patch_status(self, manifest: Manifest, status: Mapping[str, Any]) -> None:
        """Merge into the status of an object, lists of named things by their names, as a kubelet does.

        Args:
            manifest: Which object; a kind of Kubernetes' own, for only those know how to merge lists.
            status: What to set.

        Raises:
            RefusedError: The server refuses.
            httpx.HTTPError: The server does not answer.
        """
        kind, name = manifest["kind"], manifest["metadata"]["name"]
        path = self._path(manifest["apiVersion"], kind, name, manifest["metadata"].get("namespace"))
        answer = self._http.patch(
            f"{path}/status",
            headers={"Content-Type": "application/strategic-merge-patch+json"},
            content=json.dumps({"status": status}),
        )
        _judged(answer, f"the status of {kind} {name}")

    def forget(self, manifest: Manifest) -> None:
        """Remove an object for good and at once, that very one and no later one of its name: its work has ended.

        Raises:
            RefusedError: The server refuses for another reason than that it is gone.
            httpx.HTTPError: The server does not answer.
        """
        about = manifest["metadata"]
        path = self._path(manifest["apiVersion"], manifest["kind"], about["name"], about.get("namespace"))
        options = {"gracePeriodSeconds": 0, "preconditions": {"uid": about["uid"]}}
        answer = self._http.request("DELETE", path, json=options)
        if answer.status_code not in (httpx.codes.NOT_FOUND, httpx.codes.CONFLICT):
            _judged(answer, f"to remove {manifest['kind']} {about['name']}")

    def delete(self, api_version: str, kind: str, name: str, namespace: str | None = None) -> None:
        """Ask for an object's deletion, after that of what it owns; one that is not there is not an error.

        It may stay for a while: until every finalizer is done.

        Raises:
            RefusedError: The server refuses for another reason.
            httpx.HTTPError: The server does not answer.
        """
        path = self._path(api_version, kind, name, namespace)
        answer = self._http.delete(path, params={"propagationPolicy": "Foreground"})
        if answer.status_code != httpx.codes.NOT_FOUND:
            _judged(answer, f"to delete {kind} {name}")

    def serves(self, api_version: str, kind: str) -> bool:
        """Whether the server knows the kind by now; a new CRD takes a moment.

        Raises:
            httpx.HTTPError: The server does not answer.
        """
        return self._resource(api_version, kind) is not None

    def _path(self, api_version: str, kind: str, name: str, namespace: str | None) -> str:
        plural, namespaced = self._known(api_version, kind, name)
        place = f"/namespaces/{namespace or 'default'}" if namespaced else ""
        return f"{_root(api_version)}{place}/{plural}/{name}"

    def _known(self, api_version: str, kind: str, name: str) -> tuple[str, bool]:
        """Plural of a kind and whether it lives in a namespace.

        Raises:
            RefusedError: The kind is not served.
        """
        resource = self._resource(api_version, kind)
        if resource is None:
            raise RefusedError(
                f"{kind} {name}".strip(), {"reason": "NotFound", "message": f"it serves no {kind} of {api_version}"}
            )
        return resource

    def _resource(self, api_version: str, kind: str) -> tuple[str, bool] | None:
        """Plural of a kind and whether it lives in a namespace; asked again as long as the kind is not served."""
        found = self._served.get(api_version, {}).get(kind)
        if found is None:
            self._served[api_version] = self._kinds(api_version)
            found = self._served[api_version].get(kind)
        return found

    def _kinds(self, api_version: str) -> dict[str, tuple[str, bool]]:
        """Every kind that is served; empty while the group is not."""
        answer = self._http.get(_root(api_version))
        if answer.status_code == httpx.codes.NOT_FOUND:
            return {}
        resources = _judged(answer, f"to list {api_version}")["resources"]
        return {entry["kind"]: (entry["name"], entry["namespaced"]) for entry in resources if "/" not in entry["name"]}


def _root(api_version: str) -> str:
    return f"/apis/{api_version}" if "/" in api_version else f"/api/{api_version}"


def _judged(answer: httpx.Response, what: str) -> dict[str, Any]:
    """The answer's object, or the error that it is."""
    try:
        content: dict[str, Any] = answer.json()
    except ValueError:
        content = {"message": answer.text}
    if answer.is_error:
        raise RefusedError(what, content)
    return content
