"""A scaler that loses its metric without a fallback freezes, or scales to its minimum in the middle of a peak."""

from __future__ import annotations

from collections.abc import Iterator

from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.defect import Found, Gravity
from vitals.verify.review.panels import mapping
from vitals.verify.review.scope import Scope

_KEEPS = frozenset({"currentReplicas", "currentReplicasIfHigher", "scalingModifiers"})
"""Behaviours that take no replicas away, or go by what another trigger still says; ``static``, the default, sets their
number whatever the load is."""
_ELSE = "??"
"""In a formula: what counts instead of a trigger that has failed."""


def _find(scope: Scope) -> Iterator[Found]:
    for scaler in scope.scalers:
        if not scaler.is_keda or not any(one.type == "prometheus" for one in scaler.triggers):
            continue
        fallback = mapping(scaler.spec.get("fallback"))
        replicas, behaviour = fallback.get("replicas"), str(fallback.get("behavior") or "static")
        if not fallback and _ELSE not in scaler.formula:
            yield Found(
                scaler.at,
                "There is no fallback: while Prometheus does not answer, the replicas stay as they are, so an incident "
                "that takes both away never scales up.",
                "Add fallback with failureThreshold, replicas and behavior: currentReplicasIfHigher.",
            )
        elif fallback and behaviour not in _KEEPS and isinstance(replicas, int) and replicas < (scaler.most or 0):
            yield Found(
                scaler.at.inside("fallback"),
                f"The fallback sets {replicas} replicas whatever runs then: at {scaler.most} replicas under load, a "
                f"Prometheus that restarts takes {(scaler.most or 0) - replicas} of them away.",
                "Write behavior: currentReplicasIfHigher.",
            )


SCALER_FALLBACK = ReviewCheck("scaler-fallback", "scalers that lose replicas with their metric", Gravity.ERROR, _find)
