"""What the state of this stack knows: only the engine can say, and only what it was asked before anything is made.

A state can be lost, or belong to another backend. The stack then looks new, and the cluster is full of its objects: an
update would make each a second time and stop half-way.
"""

from __future__ import annotations

import pulumi

_OUTPUTS = "pulumi:pulumi:readStackResourceOutputs"
"""The function of the engine behind ``pulumi.StackReference``, for all resources of a stack."""


def knows_objects() -> bool:
    """Whether the state of this stack holds an object of a cluster."""
    name = f"{pulumi.get_organization()}/{pulumi.get_project()}/{pulumi.get_stack()}"
    answer = pulumi.runtime.invoke(_OUTPUTS, {"stackName": name}).value or {}
    return any("::kubernetes:" in urn or "$kubernetes:" in urn for urn in answer.get("outputs") or {})
