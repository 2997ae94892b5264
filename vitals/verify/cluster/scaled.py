"""What scales in a cluster, and what is paused there, as its API server has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from vitals.model.conventions import PAUSED, PauseNote
from vitals.verify.cluster.api import ApiServer

_PAUSED, _PAUSED_AT = "autoscaling.keda.sh/paused", "autoscaling.keda.sh/paused-replicas"
"""Annotations by which KEDA itself is paused, until they are taken away by hand."""
_FALSE = frozenset({"0", "f", "F", "false", "False", "FALSE"})
"""What Go reads as false; KEDA takes every other value of ``paused`` for true."""


@dataclass(frozen=True, slots=True)
class Pause:
    """A pause that is kept by the cluster.

    Attributes:
        namespace: Where.
        name: Of its note and of its timer.
        service: What stays as it is.
        until: When it ends, UTC.
        why: What was said for it.
        by: Whom the API server took the user for.
    """

    namespace: str
    name: str
    service: str
    until: str
    why: str
    by: str

    @classmethod
    def of(cls, note: Mapping[str, Any]) -> Pause:
        """The pause whose note is stored; what a note by hand does not say is empty."""
        metadata, data = note["metadata"], note.get("data") or {}
        said = {key.value: str(data.get(key.value, "")) for key in PauseNote}
        return cls(metadata["namespace"], metadata["name"], **said)

    def document(self) -> dict[str, str]:
        """For JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class ScaledService:
    """A service that scales.

    Attributes:
        namespace: Where.
        name: Of the workload that its ScaledObject scales.
        kind: Of that workload.
        scaler: Name of the ScaledObject.
        min_replicas: Its limits.
        max_replicas: Its limits.
        current: Replicas that run; None as long as there is no HorizontalPodAutoscaler.
        wanted: Replicas that the autoscaler wants.
        by_annotation: Whether KEDA itself is paused.
        pauses: Pauses that are kept by the cluster, the one that ends last at the end.
    """

    namespace: str
    name: str
    kind: str
    scaler: str
    min_replicas: int
    max_replicas: int
    current: int | None
    wanted: int | None
    by_annotation: bool
    pauses: tuple[Pause, ...]

    @property
    def paused(self) -> bool:
        """Whether it stays as it is, for whatever reason."""
        return self.by_annotation or bool(self.pauses)

    @property
    def last_pause(self) -> Pause | None:
        """The pause that ends last."""
        return self.pauses[-1] if self.pauses else None

    def document(self) -> dict[str, Any]:
        """For JSON."""
        return {**asdict(self), "paused": self.paused}


def pauses(api: ApiServer, namespace: str | None = None) -> list[Pause]:
    """The pauses of a cluster, the one that ends first at the beginning.

    Raises:
        RefusedError: The user may not list them.
        httpx.HTTPError: The server does not answer.
    """
    notes = api.listed("v1", "ConfigMap", namespace, labels=PAUSED)
    # Times in one form sort as text.
    return sorted(map(Pause.of, notes), key=lambda one: one.until)


def scaled_services(api: ApiServer, namespace: str | None = None) -> list[ScaledService]:
    """Every ScaledObject with its HorizontalPodAutoscaler and its pauses.

    Raises:
        RefusedError: The user may not list them.
        httpx.HTTPError: The server does not answer.
    """
    scalers = {_place(one): one for one in api.listed("autoscaling/v2", "HorizontalPodAutoscaler", namespace)}
    held = pauses(api, namespace)
    return [_service(one, scalers, held) for one in api.listed("keda.sh/v1alpha1", "ScaledObject", namespace)]


def paused_by_keda(annotations: Mapping[str, str]) -> list[str]:
    """The annotations of a ScaledObject that pause it."""
    return [
        name
        for name in (_PAUSED, _PAUSED_AT)
        if name in annotations and (name == _PAUSED_AT or annotations[name] not in _FALSE)
    ]


def _place(manifest: Mapping[str, Any]) -> tuple[str, str]:
    return manifest["metadata"]["namespace"], manifest["metadata"]["name"]


def _service(
    manifest: Mapping[str, Any], scalers: Mapping[tuple[str, str], Mapping[str, Any]], held: list[Pause]
) -> ScaledService:
    place, spec = _place(manifest), manifest["spec"]
    configured = spec.get("advanced", {}).get("horizontalPodAutoscalerConfig", {}).get("name")
    # KEDA's own name for it is keda-hpa-<name>.
    hpa = next(
        (scalers[place[0], name] for name in (configured, f"keda-hpa-{place[1]}") if (place[0], name) in scalers), None
    )
    status = hpa.get("status", {}) if hpa else {}
    reference = spec["scaleTargetRef"]
    target = reference["name"]
    return ScaledService(
        namespace=place[0],
        name=target,
        kind=reference.get("kind") or "Deployment",
        scaler=place[1],
        min_replicas=spec.get("minReplicaCount", 0),
        max_replicas=spec.get("maxReplicaCount", 100),
        current=status.get("currentReplicas"),
        wanted=status.get("desiredReplicas"),
        by_annotation=bool(paused_by_keda(manifest["metadata"].get("annotations") or {})),
        pauses=tuple(one for one in held if (one.namespace, one.service) == (place[0], target)),
    )
