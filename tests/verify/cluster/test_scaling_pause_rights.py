"""What a pause refuses, and what it says of a user whom the API server refuses, before, after and in the middle."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.verify.cluster.scaled_shop import SHOP, deployment, scaled, scaled_object, vitals
from tests.verify.cluster.shipped import namespace, read
from vitals.paths import RENDERED
from vitals.rendered import names
from vitals.verify.cluster.api import ApiServer
from vitals.verify.cluster.state import ClusterState

pytestmark = pytest.mark.cluster


def _rules(*more: tuple[str, str, str]) -> list[dict[str, list[str]]]:
    """What a status takes, and more: group, resource and verb of each."""
    seen = (("autoscaling", "horizontalpodautoscalers"), ("keda.sh", "scaledobjects"), ("", "configmaps"))
    rights = [*((group, resource, "list") for group, resource in seen), *more]
    return [{"apiGroups": [group], "resources": [resource], "verbs": [verb]} for group, resource, verb in rights]


_POLICIES = ("admissionregistration.k8s.io", "validatingadmissionpolicybindings", "get")
_TIMERS, _NOTES = ("batch", "jobs", "create"), ("", "configmaps", "create")
_RIGHTS = {
    "none": [],
    "looks": _rules(),
    "timer-only": _rules(_POLICIES, _TIMERS, ("batch", "jobs", "delete")),
    "ends-notes": _rules(_POLICIES, _TIMERS, _NOTES, ("", "configmaps", "delete")),
}


@pytest.fixture
def as_user(control_plane: ClusterState, api: ApiServer, tmp_path: Path) -> Callable[..., str]:
    """Run a command as a user with some of the rights; contexts are called as in ``_RIGHTS``, and ``unknown``."""
    config = yaml.safe_load(control_plane.kubeconfig.read_text())
    api.apply(namespace(SHOP))
    rbac = {"apiVersion": "rbac.authorization.k8s.io/v1"}
    for name, rules in _RIGHTS.items():
        metadata = {"name": f"scale-{name}"}
        account = {"kind": "ServiceAccount", "name": metadata["name"], "namespace": SHOP}
        role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": metadata["name"]}
        api.apply({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {**metadata, "namespace": SHOP}})
        api.apply({**rbac, "kind": "ClusterRole", "metadata": metadata, "rules": rules})
        api.apply({**rbac, "kind": "ClusterRoleBinding", "metadata": metadata, "roleRef": role, "subjects": [account]})
    tokens = {"unknown": "not-a-token", **{name: _token(api, f"scale-{name}") for name in _RIGHTS}}
    where = config["contexts"][0]["context"]["cluster"]
    config["users"] += [{"name": name, "user": {"token": token}} for name, token in tokens.items()]
    config["contexts"] += [{"name": name, "context": {"cluster": where, "user": name}} for name in tokens]
    file = tmp_path / "kubeconfig"
    file.write_text(yaml.safe_dump(config))

    def run(user: str, *arguments: str, code: int = 1) -> str:
        return vitals(file, *arguments, context=user, code=code)

    return run


def _token(api: ApiServer, account: str) -> str:
    asked = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}}
    answer = api._http.post(f"/api/v1/namespaces/{SHOP}/serviceaccounts/{account}/token", json=asked)
    token: str = answer.json()["status"]["token"]
    return token


def test_a_user_without_the_rights_hears_what_was_done(
    control_plane: ClusterState, api: ApiServer, as_user: Callable[..., str]
) -> None:
    """Refused before anything is stored, after the timer, on resume and on status: each says what is so now."""
    service = "counter"
    scaled(api, service)
    pause = ("pause", service, "--for", "10m", "--why", "x")

    for user in ("none", "looks"):
        said = as_user(user, *pause)
        assert "is forbidden" in said
        assert "Nothing was paused. docs/scaling.md lists the rights" in said
    assert "sign in again" in as_user("unknown", *pause)
    assert 'cannot create resource "configmaps"' in as_user("timer-only", *pause)
    assert not [one for one in api.listed("batch/v1", "Job", SHOP) if service in one["metadata"]["name"]]
    assert "Nothing can be shown. docs/scaling.md" in as_user("none", "status")
    assert service in as_user("looks", "status", code=0)

    vitals(control_plane.kubeconfig, *pause)
    assert f"{service} may still be paused. docs/scaling.md" in as_user("looks", "resume", service)
    said = as_user("ends-notes", "resume", service, code=0)
    assert f"{service} scales again." in said
    assert "You may not remove its timer" in said
    assert "is not paused" in as_user("looks", "resume", service)


def test_what_a_pause_cannot_hold_or_tell_apart_is_refused(control_plane: ClusterState, api: ApiServer) -> None:
    """A workload of another kind; a name in two namespaces, also when it is resumed; KEDA's own pause is not hidden."""
    service, kubeconfig = "booth", control_plane.kubeconfig
    for where in ("booth-east", "booth-west"):
        api.apply(namespace(where))
        scaler = scaled_object(service)
        scaler["metadata"]["namespace"] = where
        scaler["metadata"]["annotations"] = {"autoscaling.keda.sh/paused": str(where == "booth-west").lower()}
        api.apply(deployment(service, where))
        api.apply(scaler)
    rollout = scaled_object("rollout-scaler")
    rollout["metadata"]["namespace"] = "booth-east"
    rollout["spec"]["scaleTargetRef"] = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "name": "lobby"}
    api.apply(rollout)
    for file in (RENDERED / "prod" / names.SCALING_PAUSE).iterdir():
        api.apply(read(file))
    lasts = ("--for", "5m", "--why", "x")

    said = vitals(kubeconfig, "pause", "lobby", *lasts, code=1)
    assert "lobby is a Rollout" in said
    assert "annotate scaledobject rollout-scaler" in said
    assert "then it scales again" in vitals(kubeconfig, "pause", service, *lasts, "-n", "booth-east")
    assert "goes on to be paused by KEDA" in vitals(kubeconfig, "pause", service, *lasts, "-n", "booth-west")
    assert "paused in booth-east, booth-west. Nothing was ended" in vitals(kubeconfig, "resume", service, code=1)
    vitals(kubeconfig, "resume", service, "-n", "booth-east")
    shown = json.loads(vitals(kubeconfig, "status", "--json"))
    assert {one["namespace"]: one["paused"] for one in shown if one["name"] == service} == {
        "booth-east": False,
        "booth-west": True,
    }
