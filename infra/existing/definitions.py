"""Definitions of the operators' kinds: whose they are, whether all are there, and whether they know our fields.

Helm refuses a definition that another release or another tool installed ("invalid ownership metadata"), by when half of
the stack is made. One that a release of our own left behind is adopted, so it is not in the way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from .answers import set_command
from .inventory import KEDA_GROUP, OF_KEDA, OF_OPERATOR, OPERATOR_GROUP, Found, Inventory
from .owners import helm_release, manager
from .wanted import WantedStack
from .workloads import KEDA, OPERATOR, Marks

RELEASE_OF_OPERATOR, RELEASE_OF_KEDA = "prometheus-operator-crds", "keda"
NEEDED = {
    f"{plural}.{OPERATOR_GROUP}" for plural in ("alertmanagers", "prometheuses", "prometheusrules", "servicemonitors")
}
NEEDED_OF_KEDA = {f"scaledobjects.{KEDA_GROUP}"}
_SHOWN = 3
"""Fields of one kind that a message names: the first ones tell that the definitions are old."""


def problems_of_definitions(stack: WantedStack, found: Inventory) -> Iterator[str]:
    """What is wrong with the definitions that are there, and with those that are declared."""
    existing = stack.existing
    of_operator, of_keda = _of(found, OF_OPERATOR), _of(found, OF_KEDA)
    if existing.definitions:
        key = "prometheusOperator" if existing.prometheus_operator else "prometheusOperatorCrds"
        yield from _unfit(key, NEEDED, of_operator, stack.objects)
    else:
        foreign = _foreign(of_operator, RELEASE_OF_OPERATOR, stack.namespace)
        if foreign and not _runs(OPERATOR, found):
            yield _taken(stack.name, foreign, NEEDED - of_operator.keys())
    if existing.keda:
        yield from _unfit("keda", NEEDED_OF_KEDA, of_keda, stack.objects)
    elif stack.rendered.scrapes("keda"):
        foreign = _foreign(of_keda, RELEASE_OF_KEDA, RELEASE_OF_KEDA)
        if foreign and not _runs(KEDA, found):
            yield (
                f"The cluster has definitions of KEDA ({_names(foreign)}) and no KEDA that would act on them, so ours "
                "could not be installed with its own. Uninstall the rest of that KEDA, or have its manager install all "
                "of it and declare it as vitals:existing.keda."
            )


def unknown_fields(schema: Mapping[str, Any], value: object, path: str = "") -> Iterator[str]:
    """The fields of an object that a definition does not know; the API server would refuse or drop each.

    Args:
        schema: Of the value, as a definition has it (structural, without references).
        value: A part of the object.
        path: Where that is, for the answer.
    """
    if schema.get("x-kubernetes-preserve-unknown-fields"):
        return
    if isinstance(value, Mapping):
        properties, others = schema.get("properties", {}), schema.get("additionalProperties")
        for key, inner in value.items():
            under = properties.get(key, others)
            if under is None or under is False:
                yield f"{path}.{key}".lstrip(".")
            elif isinstance(under, Mapping):
                yield from unknown_fields(under, inner, f"{path}.{key}")
    elif isinstance(value, list | tuple) and isinstance(schema.get("items"), Mapping):
        for inner in value:
            yield from unknown_fields(schema["items"], inner, path)


def _of(found: Inventory, names: Iterable[str]) -> dict[str, Found]:
    return {name: found.definitions[name] for name in names if name in found.definitions}


def _foreign(definitions: Mapping[str, Found], release: str, namespace: str) -> list[Found]:
    """Those that Helm would not let a release of ours adopt."""
    return [one for one in definitions.values() if helm_release(one) != (release, namespace)]


def _runs(marks: Marks, found: Inventory) -> bool:
    """Whether another manager's program runs that acts on the definitions: what to say of it is said there."""
    return any(one.is_a(marks) and not one.ours for one in found.workloads)


def _taken(stack: str, foreign: Sequence[Found], missing: Iterable[str]) -> str:
    said = (
        f"Definitions of the Prometheus operator are in the cluster, and not ours: {_names(foreign)}. Helm would "
        "refuse to install them again."
    )
    if lacking := sorted(missing):
        return (
            f"{said} They are not all: {', '.join(lacking)} {'is' if len(lacking) == 1 else 'are'} missing, and "
            "without them nothing of the stack is understood. Have their manager install all of them, then declare "
            "vitals:existing.prometheusOperatorCrds."
        )
    return f"{said} Say that they are there:\n{set_command(stack, ('existing', 'prometheusOperatorCrds'), 'true')}"


def _unfit(
    key: str, needed: Iterable[str], there: Mapping[str, Found], planned: Sequence[Mapping[str, Any]]
) -> Iterator[str]:
    said = f"vitals:existing.{key} says that the definitions are there"
    if missing := sorted(set(needed) - there.keys()):
        yield (
            f"{said}, and the cluster lacks {', '.join(missing)}, so objects of these kinds would be refused. Have "
            f"their manager install them, or remove vitals:existing.{key}."
        )
    for name in sorted(set(needed) & there.keys()):
        yield from _too_old(key, there[name], planned)


def _too_old(key: str, definition: Found, planned: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    group, kind = definition["spec"]["group"], definition["spec"]["names"]["kind"]
    versions = {f"{group}/{one['name']}": one for one in definition["spec"]["versions"] if one["served"]}
    objects = [one for one in planned if one["kind"] == kind and one["apiVersion"].startswith(f"{group}/")]
    wanted = {one["apiVersion"] for one in objects}
    by = f"managed by {manager(definition)}"
    if unserved := sorted(wanted - versions.keys()):
        yield (
            f"The definition of {kind} ({by}) serves {', '.join(sorted(versions)) or 'nothing'}, and not "
            f"{', '.join(unserved)}, which our objects are written in. Have its manager upgrade it."
        )
        return
    unknown: set[str] = set()
    for one in objects:
        schema = versions[one["apiVersion"]].get("schema", {}).get("openAPIV3Schema", {})
        about = {field: one[field] for field in one if field not in ("apiVersion", "kind", "metadata", "status")}
        unknown |= set(unknown_fields(schema, about))
    if unknown:
        first = sorted(unknown)[:_SHOWN]
        more = f" and {len(unknown) - _SHOWN} more" if len(unknown) > _SHOWN else ""
        version = (definition["metadata"].get("annotations") or {}).get("operator.prometheus.io/version")
        yield (
            f"vitals:existing.{key} is set, and the definition of {kind}{f' of version {version}' if version else ''} "
            f"({by}) does not know {', '.join(first)}{more}, which our objects use. Have its manager upgrade it."
        )


def _names(definitions: Sequence[Found]) -> str:
    managers: dict[str, list[str]] = {}
    for one in definitions:
        managers.setdefault(manager(one), []).append(str(one["metadata"]["name"]))
    return "; ".join(f"{', '.join(names)} (managed by {by})" for by, names in sorted(managers.items()))
