"""Two scalers of one workload undo each other every few seconds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.defect import Found, Gravity
from vitals.verify.review.panels import mapping
from vitals.verify.review.scalers import ReviewedScaler
from vitals.verify.review.scope import Scope

_TEMPLATES = ("{{", "${")
"""Of Helm, and of Flux and envsubst."""


def _find(scope: Scope) -> Iterator[Found]:
    of_target: dict[tuple[str, str], list[ReviewedScaler]] = defaultdict(list)
    for scaler in scope.scalers:
        of_target[scaler.target[1:]].append(scaler)
    for (kind, name), several in of_target.items():
        for number, scaler in enumerate(several if name else ()):
            first = next((one for one in several[:number] if _together(one, scaler)), None)
            if first is None or _one_and_the_same(first, scaler):
                continue
            yield Found(
                scaler.at.inside("scaleTargetRef"),
                f"{first.document.kind} {first.name} in {first.document.file} scales {kind} {name} as well: "
                "each sets its "
                "own number of replicas, and pods start and stop every few seconds.",
                "Keep one; KEDA makes a HorizontalPodAutoscaler of its own from a ScaledObject, with cpu as a trigger.",
            )
    for scaler in scope.scalers:
        own = mapping(mapping(scaler.content.get("metadata")).get("annotations"))
        if (
            scaler.least is not None
            and scaler.most is not None
            and scaler.least >= scaler.most > 0
            and not own.get("autoscaling.keda.sh/paused-replicas")
        ):
            yield Found(
                scaler.at,
                f"Its minimum ({scaler.least}) is not below its maximum ({scaler.most}), so it never scales.",
                "Raise the maximum.",
                Gravity.WARNING,
            )


def _together(first: ReviewedScaler, other: ReviewedScaler) -> bool:
    """Whether two scalers may stand in one namespace: a file that names none gets its namespace when it is applied.

    A name that is a template is another one in each chart, so it says something of its own folder only.
    """
    if any(mark in first.target[2] for mark in _TEMPLATES):
        return Path(first.document.file).parent == Path(other.document.file).parent
    namespaces = {first.target[0], other.target[0]}
    return len(namespaces) == 1 or "" in namespaces


def _one_and_the_same(first: ReviewedScaler, other: ReviewedScaler) -> bool:
    """Whether two documents are one scaler in the end.

    They are the same object of two environments, or a ScaledObject and the autoscaler that KEDA makes of it, as a dump
    of a cluster holds both.
    """
    if first.is_keda == other.is_keda:
        return first.name == other.name and first.document.file != other.document.file
    keda, autoscaler = (first, other) if first.is_keda else (other, first)
    return autoscaler.name == keda.own_autoscaler


SCALER_CONFLICT = ReviewCheck(
    "scaler-conflict", "workloads with two scalers, and scalers that cannot move", Gravity.ERROR, _find
)
