"""What a stack uses of a cluster beside its programs: namespaces, storage, ingress, and room for its own objects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from .answers import remove, set_command
from .inventory import Inventory
from .owners import helm_release, is_ours, manager
from .wanted import WantedStack

LOCAL_PATH = "rancher.io/local-path"
"""What makes volumes for the class that the stack makes where there is no Google: of kind, k3s and their like."""
DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class"
_SHOWN = 8
"""Objects that a message names: enough to see whose they are."""


def problems_of_surroundings(stack: WantedStack, found: Inventory) -> Iterator[str]:
    """What is not as the stack file says, or in the way."""
    yield from _lost_state(stack, found)
    yield from _namespaces(stack, found)
    yield from _storage(stack, found)
    yield from _ingress(stack, found)
    yield from _in_the_way(found)
    yield from _releases(stack, found)


def _lost_state(stack: WantedStack, found: Inventory) -> Iterator[str]:
    """Namespaces that a stack of Vitals made, of which the state of this one knows nothing."""
    made = [one["metadata"]["name"] for one in stack.objects if one["kind"] == "Namespace"]
    ours = [name for name in made if name in found.namespaces and is_ours(found.namespaces[name])]
    if stack.in_state or not ours:
        return
    yield (
        f"The cluster has objects of Vitals already (namespace {', '.join(ours)}), and the state of the stack "
        f"{stack.name!r} knows none of them: it was lost, or another backend, project or stack holds it. Everything "
        "would be made a second time, and stop half-way. Look for it with `pulumi whoami --verbose` and `pulumi stack "
        "ls --all --project vitals`, and bring a backup back:\n"
        f"  pulumi stack import --stack {stack.name} --file CHECKPOINT.json\n"
        "Where no backup is left, have the old stack taken away first, its metrics with it: "
        f"`kubectl delete namespace {' '.join(ours)}`, then what the next run names."
    )


def _namespaces(stack: WantedStack, found: Inventory) -> Iterator[str]:
    declared = stack.existing.namespaces
    for name in declared:
        if name not in found.namespaces:
            yield (
                f"vitals:existing.namespaces has {name!r}, and the cluster has no such namespace. Remove it from the "
                "list, and the stack makes it where it needs it: "
                f"{remove(stack.name, f'existing.namespaces[{declared.index(name)}]')}."
            )
    made = [one["metadata"]["name"] for one in stack.objects if one["kind"] == "Namespace"]
    position = len(declared)
    for name in made:
        if name in found.namespaces and not is_ours(found.namespaces[name]):
            command = set_command(stack.name, ("existing", "namespaces", str(position)), name)
            yield (
                f"The namespace {name!r} is there already (managed by {manager(found.namespaces[name])}). Say so, and "
                "the stack installs into it, makes no policy for what others run there, and leaves it when it goes:\n"
                f"{command}"
            )
            position += 1


def _storage(stack: WantedStack, found: Inventory) -> Iterator[str]:
    classes, settings = found.storage_classes, stack.settings
    known = ", ".join(f"{name} ({one['provisioner']})" for name, one in sorted(classes.items())) or "none"
    if settings.storage_class:
        if settings.storage_class not in classes:
            yield (
                f"vitals:storageClass is {settings.storage_class!r}, which the cluster does not have (there are: "
                f"{known}), so no server would get its disk. Name one of those, or let the stack make its own with "
                f"`pulumi config rm --stack {stack.name} vitals:storageClass`."
            )
        return
    if settings.google or any(one["provisioner"] == LOCAL_PATH for one in classes.values()):
        return
    default = next(
        (
            name
            for name, one in sorted(classes.items())
            if (one["metadata"].get("annotations") or {}).get(DEFAULT_CLASS) == "true"
        ),
        next(iter(sorted(classes)), "CLASS"),
    )
    yield (
        f"The stack would make a storage class of {LOCAL_PATH}, and nothing in the cluster makes such volumes (its "
        f"classes are: {known}), so no server would get its disk. Name a class that it has:\n"
        f"  pulumi config set --stack {stack.name} vitals:storageClass {default}"
    )


def _ingress(stack: WantedStack, found: Inventory) -> Iterator[str]:
    ingress = stack.settings.grafana_ingress
    if ingress and ingress.controller and ingress.controller.class_name not in found.ingress_classes:
        known = ", ".join(sorted(found.ingress_classes)) or "none"
        yield (
            f"vitals:grafanaIngress.controller.className is {ingress.controller.class_name!r}, which the cluster does "
            f"not have (there are: {known}), so Grafana could not be reached. Name one of those, or install its "
            "controller."
        )
    if not ingress or not ingress.gateway:
        return
    gateway, namespace = ingress.gateway, stack.namespace
    if not found.gateways:
        yield (
            "vitals:grafanaIngress.gateway is set, and the cluster does not know Gateways. Install the definitions of "
            "the Gateway API with a controller, or use vitals:grafanaIngress.controller."
        )
        return
    called = f"{gateway.namespace}/{gateway.name}"
    if found.gateway is None:
        yield (
            f"vitals:grafanaIngress.gateway is {called}, and there is no such Gateway, so Grafana could not be "
            "reached. Correct it, or have its owner make it."
        )
        return
    host = urlsplit(stack.rendered.operator.dashboards_url).hostname or ""
    listeners = [one for one in found.gateway["spec"]["listeners"] if gateway.listener in (None, one["name"])]
    fitting = [
        one
        for one in listeners
        if _admits_host(one.get("hostname"), host) and _admits_namespace(one, gateway.namespace, namespace, found)
    ]
    if not fitting:
        names = ", ".join(str(one["name"]) for one in found.gateway["spec"]["listeners"])
        yield (
            f"No listener of the Gateway {called} (it has: {names}) takes a route for {host!r} "
            f"from the namespace {namespace!r}, so Grafana could not be reached. Have its owner allow the namespace "
            "(allowedRoutes.namespaces) and the host name, or name another listener with "
            f"{set_command(stack.name, ('grafanaIngress', 'gateway', 'listener'), 'NAME').strip()}."
        )


def _releases(stack: WantedStack, found: Inventory) -> Iterator[str]:
    """Helm releases of others that have the very name and namespace of one of ours."""
    releases = [one["metadata"] for one in stack.objects if one["kind"] == "Release"]
    ours = {(str(one["name"]), str(one["namespace"])) for one in releases}
    theirs = {release for one in found.workloads if not one.ours and (release := helm_release(one.manifest))}
    for name, namespace in sorted(ours & theirs):
        yield (
            f"A Helm release called {name} is in the namespace {namespace!r} already, and what is left for the stack "
            "to install would go there under the same name, which Helm refuses. Declare every part of it under "
            "vitals:existing, or have its manager install it under another name."
        )


def _admits_host(pattern: str | None, host: str) -> bool:
    """Whether a listener takes a host (https://gateway-api.sigs.k8s.io/reference/spec/#hostname)."""
    if not pattern:
        return True
    return host.endswith(pattern[1:]) and host != pattern[2:] if pattern.startswith("*.") else host == pattern


def _admits_namespace(listener: Mapping[str, Any], own: str, namespace: str, found: Inventory) -> bool:
    allowed = listener.get("allowedRoutes", {}).get("namespaces", {})
    match allowed.get("from", "Same"):
        case "All":
            return True
        case "Selector":
            labels = found.namespaces.get(namespace, {}).get("metadata", {}).get("labels") or {}
            known = {"kubernetes.io/metadata.name": namespace, **labels}
            selector = allowed.get("selector") or {}
            # Expressions are for the controller to judge: only what is certain is refused.
            return bool((selector.get("matchLabels") or {}).items() <= known.items())
        case "Same":
            return own == namespace
    return False


def _in_the_way(found: Inventory) -> Iterator[str]:
    """Objects that another manager made where the stack would make one: each would stop the update half-way."""
    others = [
        f"{kind} {f'{namespace}/' if namespace else ''}{name} (managed by {manager(one)})"
        for (_, kind, name, namespace), one in sorted(found.planned.items(), key=str)
        if kind != "Namespace" and not is_ours(one)
    ]
    if others:
        more = f" and {len(others) - _SHOWN} more" if len(others) > _SHOWN else ""
        yield (
            f"Where the stack would make an object of its own, another manager has one: {'; '.join(others[:_SHOWN])}"
            f"{more}. Rename or remove them, or declare the part that they belong to under vitals:existing."
        )
