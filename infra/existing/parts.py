"""Parts of the stack that are in the cluster already: declared where they are not, there and not declared, or unfit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..settings import ExistingGrafana, ExistingOperator, ExistingPods
from .answers import declare, remove, set_command
from .inventory import Inventory
from .owners import manager
from .wanted import WantedStack
from .workloads import GRAFANA, KEDA, NODES, OPERATOR, RUN_BY_THE_CLOUD, STATE, FoundWorkload, Marks

_WHY_NOT_TWO = {
    OPERATOR: "Two of them make the same servers and undo each other's work.",
    KEDA: "Only one can answer for external metrics, and the definitions can have one manager.",
    NODES: "A second one would never start: both want port 9100 of each node.",
    GRAFANA: "Dashboards can go into that one, or into one of our own beside it.",
    STATE: "It can be asked, or one of our own can run beside it.",
}
Declared = ExistingOperator | ExistingPods | ExistingGrafana


def problems_of_parts(stack: WantedStack, found: Inventory) -> Iterator[str]:
    """What is wrong with each part that runs: where it is declared, and where it is there."""
    existing, rendered = stack.existing, stack.rendered
    separate = {GRAFANA: existing.separate.grafana, STATE: existing.separate.kube_state_metrics}
    for marks, wanted, declared in (
        (OPERATOR, True, existing.prometheus_operator),
        (KEDA, rendered.scrapes("keda"), existing.keda),
        (GRAFANA, True, existing.grafana),
        (STATE, True, existing.kube_state_metrics),
        (NODES, rendered.scrapes("node"), existing.node_exporter),
    ):
        others = _of_others(found, marks)
        if declared is not None and not wanted:
            yield (
                f"vitals:existing.{marks.key} is set, and the environment {rendered.name!r} does not use it. "
                f"Remove it with {remove(stack.name, 'existing', marks.key)}, or add it to the environment's exporters."
            )
        elif declared is not None:
            yield from _declared(stack, marks, declared, others, found)
        elif wanted and others and not separate.get(marks):
            yield _undeclared(stack.name, marks, others)
        elif wanted and (same := [one for one in others if one.namespace == stack.namespace]):
            yield (
                f"vitals:existing.separate.{marks.key} is true, and the other one ({same[0].where}) is in the "
                f"namespace that ours would be in, under the same labels. Use it with "
                f"vitals:existing.{marks.key}, or move it."
            )


def _declared(
    stack: WantedStack, marks: Marks, declared: Declared, others: Sequence[FoundWorkload], found: Inventory
) -> Iterator[str]:
    """A part that the stack file declares: one of its pods' makers must be where the file says."""
    if chosen(found, marks, declared):
        return
    labels = _labels(declared)
    said = f"vitals:existing.{marks.key} says that {marks.words} is in namespace {declared.namespace}"
    wearing = " with " + ", ".join(f"{key}={value}" for key, value in labels.items()) if labels else ""
    if others:
        commands = _declare(stack.name, marks, others[0])
        yield "\n".join([f"{said}{wearing}, and there is none. There is {_list(others)}. Correct it:", *commands])
    else:
        yield (
            f"{said}{wearing}, and there is none in the whole cluster, so what needs it would get nothing. Remove it "
            f"with {remove(stack.name, 'existing', marks.key)}, and the stack installs one."
        )


def _undeclared(stack: str, marks: Marks, others: Sequence[FoundWorkload]) -> str:
    commands = _declare(stack, marks, others[0])
    lines = [
        f"The cluster has {marks.words} already: {_list(others)}. {_WHY_NOT_TWO[marks]} Say that it is there:",
        *commands,
    ]
    if marks in (GRAFANA, STATE):
        command = set_command(stack, ("existing", "separate", marks.key), "true")
        lines += ["or that ours is to run beside it:", command]
    return "\n".join(lines)


def _declare(stack: str, marks: Marks, there: FoundWorkload) -> list[str]:
    labels = None if marks is OPERATOR else there.selector or there.pod_labels
    return declare(stack, marks.key, there.namespace, labels)


def _list(others: Sequence[FoundWorkload]) -> str:
    return "; ".join(one.where for one in others)


def chosen(found: Inventory, marks: Marks, declared: Declared | None) -> FoundWorkload | None:
    """The workload that a declaration means, where it is there."""
    if declared is None:
        return None
    labels = _labels(declared)
    candidates = found.workloads if labels else _of_others(found, marks)
    return next((one for one in candidates if one.namespace == declared.namespace and one.carries(labels)), None)


def _of_others(found: Inventory, marks: Marks) -> list[FoundWorkload]:
    """Those that run a program for another manager, and that we could use."""
    return [
        one
        for one in found.workloads
        if one.is_a(marks) and not one.ours and not RUN_BY_THE_CLOUD.fullmatch(one.namespace)
    ]


def _labels(declared: Declared) -> Mapping[str, str]:
    """The labels by which its pods are found; none of an operator, which is known by what it runs."""
    return {} if isinstance(declared, ExistingOperator) else declared.labels


def name_of(manifest: Mapping[str, Any]) -> str:
    """An object and its manager, in words."""
    return f"{manifest['metadata']['name']} (managed by {manager(manifest)})"
