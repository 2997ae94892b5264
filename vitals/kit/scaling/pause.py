"""A pause of a scaler that ends by itself: no autoscaler may change the replicas of a service while the pause lasts.

Three objects of Kubernetes do it, and no program of ours. A *policy* refuses every autoscaler the change while there is
a *note* that names the service. The note belongs to a *timer*: a Job that runs no pod and fails at its deadline, after
which the control plane deletes it, and its note with it. So nothing is pulled, scheduled, or given rights while a
cluster is in trouble, and a laptop that is closed in the meantime changes nothing. People may still set the number of
replicas by hand. Why not KEDA's own annotation: docs/adr/0027-a-pause-ends-by-itself.md.

Reference: https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/ and
https://kubernetes.io/docs/concepts/workloads/controllers/job/#job-termination-and-cleanup.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from vitals.model.conventions import PAUSED, PauseNote

POLICY = "vitals-scaling-pause"
"""Of the policy and of its binding."""
HELD = ("Deployment", "StatefulSet")
"""Kinds of workloads that the policy holds."""
_NEVER_RUN = "registry.k8s.io/pause:3.10"
"""A Job must name an image; no pod of this one ever starts."""


def pause_policy() -> dict[str, Any]:
    """The policy; without a note it refuses nothing, and a fault in it must not stop an autoscaler either.

    An autoscaler is known by its name, ``system:...``: that of the control plane, that of GKE, and KEDA's service
    account. People have other names, and an administrator by certificate is in ``system:masters``.
    """
    people = "!request.userInfo.username.startsWith('system:') || 'system:masters' in request.userInfo.groups"
    service, until, why = (f"params.data.{said}" for said in (PauseNote.SERVICE, PauseNote.UNTIL, PauseNote.WHY))
    return {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingAdmissionPolicy",
        "metadata": {"name": POLICY},
        "spec": {
            "failurePolicy": "Ignore",
            "paramKind": {"apiVersion": "v1", "kind": "ConfigMap"},
            "matchConstraints": {
                "resourceRules": [
                    {
                        "apiGroups": ["apps"],
                        "apiVersions": ["v1"],
                        "operations": ["UPDATE"],
                        "resources": [f"{kind.lower()}s/scale" for kind in HELD],
                    }
                ]
            },
            "validations": [
                {
                    "expression": f"request.name != {service} || {people}",
                    "messageExpression": f"'scaling of ' + {service} + ' is paused until ' + {until} + ': ' + {why}",
                    "reason": "Forbidden",
                }
            ],
        },
    }


def pause_binding() -> dict[str, Any]:
    """Puts the policy into force, with every note of the namespace in which something is scaled."""
    return {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingAdmissionPolicyBinding",
        "metadata": {"name": POLICY},
        "spec": {
            "policyName": POLICY,
            "paramRef": {"selector": {"matchLabels": PAUSED}, "parameterNotFoundAction": "Allow"},
            "validationActions": ["Deny"],
        },
    }


def timer(name: str, namespace: str, seconds: int) -> dict[str, Any]:
    """A Job that runs no pod, fails after some seconds, and is deleted then."""
    locked = {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "readOnlyRootFilesystem": True,
        "runAsNonRoot": True,
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": name, "namespace": namespace, "labels": PAUSED},
        "spec": {
            "parallelism": 0,
            "completions": 1,
            "backoffLimit": 0,
            "activeDeadlineSeconds": seconds,
            "ttlSecondsAfterFinished": 0,
            "template": {
                "spec": {
                    "restartPolicy": "Never",
                    "automountServiceAccountToken": False,
                    # For policies that judge a Job by its pods: it would be as harmless as it is.
                    "containers": [{"name": "timer", "image": _NEVER_RUN, "securityContext": locked}],
                }
            },
        },
    }


def note(of_timer: Mapping[str, Any], *, service: str, until: datetime, why: str, by: str) -> dict[str, Any]:
    """The note of a pause, which goes when its timer goes.

    Args:
        of_timer: The timer as the API server stored it.
        service: What is not scaled.
        until: When the timer ends.
        why: For the people who wonder.
        by: Who said so.
    """
    metadata = of_timer["metadata"]
    owner = {"apiVersion": "batch/v1", "kind": "Job", "name": metadata["name"], "uid": metadata["uid"]}
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {
            "name": metadata["name"],
            "namespace": metadata["namespace"],
            "labels": PAUSED,
            "ownerReferences": [owner],
        },
        "data": {
            PauseNote.SERVICE.value: service,
            PauseNote.UNTIL.value: f"{until:%Y-%m-%dT%H:%M:%SZ}",
            PauseNote.WHY.value: why,
            PauseNote.BY.value: by,
        },
    }
