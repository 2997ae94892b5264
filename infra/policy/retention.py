"""Data outlive the program that wrote them."""

from collections.abc import Iterable, Iterator

from .registered import Registered, Violation

PROTECTED_BY_FIELD = {
    "gcp:container/cluster:Cluster": ("deletionProtection", True),
    "gcp:firestore/database:Database": ("deleteProtectionState", "DELETE_PROTECTION_ENABLED"),
}
"""Resources with a protection of their own: the field, and its value when it is on."""


LOCK = "vitals:infra:Lock"
"""The one resource that depends on all others: the engine deletes it first, or refuses to delete anything."""


def volumes_outlive(resource: Registered) -> Iterator[Violation]:
    """A volume stays when its claim goes, can grow, and a claim of ours stays when the stack goes."""
    if not resource.is_kubernetes:
        return
    if resource.kind == "StorageClass":
        if resource.at("reclaimPolicy") != "Retain":
            yield resource.breaks(
                "volumes-outlive", "reclaimPolicy is not Retain", "Set it, so that a slip loses nothing"
            )
        if resource.at("allowVolumeExpansion") is not True:
            yield resource.breaks("volumes-outlive", "volumes cannot grow", "Set allowVolumeExpansion to true")
    if resource.kind == "PersistentVolumeClaim" and not resource.retain:
        yield resource.breaks("volumes-outlive", "the claim goes with the stack", "Register it with retain_on_delete")
    if resource.kind == "Prometheus" and resource.at("spec", "storage", "volumeClaimTemplate") is None:
        yield resource.breaks("volumes-outlive", "a restart would lose every sample", "Give it spec.storage")


def deletion_protected(resource: Registered) -> Iterator[Violation]:
    """What holds data or carries all else is protected by its own field, against a deletion elsewhere."""
    protection = PROTECTED_BY_FIELD.get(resource.type)
    if protection is None:
        return
    field, on = protection
    if resource.at(field) != on:
        yield resource.breaks(
            "deletion-protected", f"{field} is not {on}", "Set it; day 2 in docs/ says how to lift it"
        )


def locked(resources: Iterable[Registered]) -> Iterator[Violation]:
    """A stack that keeps data has a lock, and the engine protects it."""
    locks = [resource for resource in resources if resource.type == LOCK]
    for lock in locks:
        if not lock.protect:
            yield lock.breaks("locked", "the engine would delete the whole stack", "Register it with protect")
    if not locks:
        yield Violation("locked", LOCK, "the stack has no lock", "Make one that depends on every resource")
