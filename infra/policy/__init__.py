"""What every resource of the program must keep, whatever stack it belongs to: rules in plain Python.

A rule looks at what was registered and returns findings; it changes nothing, makes no calls and imports neither Pulumi
nor the program, so it judges the real registrations of a real engine as well as one that a test planted.
"""

from collections.abc import Iterable

from .exposure import not_public
from .images import pinned_images
from .labels import labelled
from .privilege import least_privilege
from .registered import Registered, Rule, Violation
from .releases import settled_releases
from .retention import deletion_protected, locked, volumes_outlive
from .secrecy import no_plain_secret
from .sizes import sized_containers

EVERYWHERE: tuple[Rule, ...] = (
    sized_containers,
    pinned_images,
    no_plain_secret,
    not_public,
    least_privilege,
    volumes_outlive,
    labelled,
    settled_releases,
)
"""The rules of every stack."""
WHERE_DATA_ARE_KEPT: tuple[Rule, ...] = (deletion_protected,)
"""Further rules of stacks that one command may not delete."""


def findings(resources: Iterable[Registered], *, keeps_data: bool) -> list[Violation]:
    """Everything that breaks a rule, in the order of the resources.

    Args:
        resources: What the engine registered.
        keeps_data: Whether the stack is one that one command may not delete.
    """
    registered = list(resources)
    rules = EVERYWHERE + (WHERE_DATA_ARE_KEPT if keeps_data else ())
    found = [finding for resource in registered for rule in rules for finding in rule(resource)]
    return [*found, *locked(registered)] if keeps_data else found


__all__ = [
    "EVERYWHERE",
    "WHERE_DATA_ARE_KEPT",
    "Registered",
    "Rule",
    "Violation",
    "findings",
    "locked",
    "no_plain_secret",
]
