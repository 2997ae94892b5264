"""Scalers: every rendered ScaledObject against the one that a cluster has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from vitals.verify.cluster.api import ApiServer
from vitals.verify.cluster.scaled import paused_by_keda
from vitals.verify.drift.same import RunningDifference, differences

_AREA = "scalers"


def drift_of_scaler(manifest: Mapping[str, Any], api: ApiServer) -> Iterator[RunningDifference]:
    """How a scaler differs from the one that the cluster has; a pause of KEDA's own has no end, so it is drift.

    Raises:
        RefusedError: The user may not read it, or the cluster does not know its kind.
        httpx.HTTPError: The server does not answer.
    """
    metadata = manifest["metadata"]
    subject = f"{metadata.get('namespace', 'default')}/{metadata['name']}"
    running = api.get(manifest["apiVersion"], manifest["kind"], metadata["name"], metadata.get("namespace"))
    if running is None:
        yield RunningDifference(_AREA, subject, "is not there: its replicas stay what they are")
        return
    yield from (
        RunningDifference(_AREA, subject, text) for text in differences(manifest["spec"], running.get("spec") or {})
    )
    annotations = running["metadata"].get("annotations") or {}
    yield from (
        RunningDifference(_AREA, subject, f"is paused by the annotation {name}, without an end")
        for name in paused_by_keda(annotations)
    )
