"""One lock on the whole stack, because protecting single resources is not enough.

``pulumi destroy`` deletes in the order of dependencies and stops at the first protected resource, by when everything
that depends on it is gone: the nodes of a protected cluster, say. The lock depends on every resource, so it is what a
destroy reaches first, and while it is protected nothing else is touched. An update may still replace what it must.
"""

from __future__ import annotations

import pulumi
from pulumi.runtime import register_stack_transformation


class Lock(pulumi.ComponentResource):
    """What a destroy reaches first. It is there when it is open, too, or opening it would mean deleting it."""

    def __init__(self, name: str, everything: list[pulumi.Resource], *, protected: bool) -> None:
        """Put the lock on.

        Args:
            name: Of the component.
            everything: The resources that it keeps.
            protected: Whether it is shut.
        """
        super().__init__(
            "vitals:infra:Lock", name, None, pulumi.ResourceOptions(protect=protected, depends_on=everything)
        )
        self.register_outputs({})


def everything_from_now_on() -> list[pulumi.Resource]:
    """A list that fills as the program goes on: every resource that the engine is asked for."""
    made: list[pulumi.Resource] = []

    def note(args: pulumi.ResourceTransformationArgs) -> None:
        if isinstance(args.resource, pulumi.CustomResource):
            made.append(args.resource)

    register_stack_transformation(note)
    return made
