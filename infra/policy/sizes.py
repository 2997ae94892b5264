"""Every container says what it needs: requests place it, and a limit of memory keeps it from taking its node along.

A limit of CPU is not asked for: it slows a program down that could have used an idle processor.
"""

from collections.abc import Iterator, Mapping

from .registered import Json, Registered, Violation, containers

OPERATED = frozenset({"Prometheus", "Alertmanager"})
"""Objects from which the Prometheus operator makes a workload; they carry ``resources`` themselves."""
ASKED = (("requests", "cpu"), ("requests", "memory"), ("limits", "memory"))


def sized_containers(resource: Registered) -> Iterator[Violation]:
    """Requests of CPU and memory and a limit of memory, on every container and every operated object."""
    whose = list(containers(resource))
    if resource.kind in OPERATED:
        whose.append((resource.kind, resource.at("spec") or {}))
    for name, container in whose:
        for part, quantity in ASKED:
            if not _says(container, part, quantity):
                yield resource.breaks(
                    "sized-containers",
                    f"{name} has no resources.{part}.{quantity}",
                    "Measure it under load and write it down",
                )


def _says(container: Mapping[str, Json], part: str, quantity: str) -> bool:
    return bool(((container.get("resources") or {}).get(part) or {}).get(quantity))
