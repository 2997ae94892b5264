"""Data outlive the program that wrote them."""

from collections.abc import Iterator

from infra.policy.registered import Finding, Registered

PROTECTED_BY_FIELD = {
    "gcp:container/cluster:Cluster": ("deletionProtection", True),
    "gcp:firestore/database:Database": ("deleteProtectionState", "DELETE_PROTECTION_ENABLED"),
}
"""Resources with a protection of their own: the field, and its value when it is on."""


def volumes_outlive(resource: Registered) -> Iterator[Finding]:
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


def deletion_protected(resource: Registered) -> Iterator[Finding]:
    """What holds data or carries everything else is protected by its own field and by the engine."""
    protection = PROTECTED_BY_FIELD.get(resource.type)
    if protection is None:
        return
    field, on = protection
    if resource.at(field) != on:
        yield resource.breaks(
            "deletion-protected", f"{field} is not {on}", "Set it; day 2 in docs/ says how to lift it"
        )
    if not resource.protect:
        yield resource.breaks("deletion-protected", "the engine would delete it", "Register it with protect")
