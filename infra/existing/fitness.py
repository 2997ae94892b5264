"""Whether a part that is there does what the stack needs of it: it may look elsewhere, or say less than is asked.

Such a part is silent: objects are taken and nothing ever comes of them. Its command line and its variables tell.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..settings import ExistingGrafana
from .answers import set_command
from .inventory import Inventory
from .owners import manager
from .parts import chosen, name_of
from .wanted import WantedStack
from .workloads import GRAFANA, KEDA, OPERATOR, STATE, FoundWorkload

SIDECAR = "k8s-sidecar"
_EVERYWHERE = "ALL"
"""What the sidecar's variable NAMESPACE says where it looks into all (https://github.com/kiwigrid/k8s-sidecar)."""
_INSTANCES = ("prometheus-instance", "alertmanager-instance")


def problems_of_fitness(stack: WantedStack, found: Inventory) -> Iterator[str]:
    """What a declared part does not do."""
    existing = stack.existing
    if operator := chosen(found, OPERATOR, existing.prometheus_operator):
        yield from _operator(operator, stack)
    if keda := chosen(found, KEDA, existing.keda):
        yield from _keda(keda, stack)
    if state := chosen(found, STATE, existing.kube_state_metrics):
        yield from _state(state, stack)
    if existing.grafana and (grafana := chosen(found, GRAFANA, existing.grafana)):
        yield from _grafana(stack.name, grafana, existing.grafana)
    if existing.keda is None and stack.rendered.scrapes("keda"):
        yield from _external_metrics(found)


def warnings(stack: WantedStack, found: Inventory) -> Iterator[str]:
    """What works and may surprise: a Prometheus of others that takes our rules, too."""
    namespace, storage_class = stack.namespace, stack.settings.storage_class
    for one in found.prometheuses:
        spec, about = one["spec"], one["metadata"]
        if (about.get("labels") or {}).get("app.kubernetes.io/part-of") == "vitals":
            continue
        reaches = about["namespace"] == namespace or spec.get("ruleNamespaceSelector") == {}
        if reaches and spec.get("ruleSelector") == {}:
            yield (
                f"The Prometheus {about['namespace']}/{name_of(one)} takes every rule, ours included, so the owners of "
                "its Alertmanager are notified of our alerts, too. Give it a ruleSelector that leaves out "
                "app.kubernetes.io/part-of=vitals."
            )
    if storage_class:
        policy = found.storage_classes.get(storage_class, {}).get("reclaimPolicy", "Delete")
        if policy == "Delete":
            yield (
                f"Volumes of the storage class {storage_class!r} are deleted with their claims, so what a "
                "Prometheus or Grafana stored is gone when its claim is. A class with reclaimPolicy Retain keeps it."
            )


def _operator(there: FoundWorkload, stack: WantedStack) -> Iterator[str]:
    namespace = stack.namespace
    allowed, denied = _listed(there, "namespaces"), _listed(there, "deny-namespaces")
    for kind in _INSTANCES:
        instances = _listed(there, f"{kind}-namespaces")
        inside = instances or allowed
        if (inside and namespace not in inside) or (namespace in denied and not instances):
            yield (
                f"The Prometheus operator ({there.where}) does not look into the namespace {namespace!r} for "
                f"{kind.removesuffix('-instance')} objects (its flags --{kind}-namespaces, --namespaces and "
                "--deny-namespaces), so no server of ours would start. Have its manager add it."
            )
            break
    for kind in _INSTANCES:
        if chosen_by := there.flag(f"{kind}-selector"):
            yield (
                f"The Prometheus operator ({there.where}) takes only objects that its flag --{kind}-selector="
                f"{chosen_by} chooses, so no server of ours would start. Have its manager drop the flag."
            )
    if identity := there.flag("controller-id"):
        yield (
            f"The Prometheus operator ({there.where}) takes only objects annotated for its --controller-id={identity}, "
            "so no server of ours would start. Have its manager drop the flag."
        )
    if stack.rendered.scrapes_kubelets and not there.flag("kubelet-service"):
        yield (
            f"The environment watches kubelets, and the Prometheus operator ({there.where}) keeps no Service of them "
            "(it has no flag --kubelet-service), so none would be found. Have its manager set it to "
            "kube-system/kubelet, or take 'kubelet' and 'kubelet-volumes' out of the environment's exporters and "
            "render."
        )


def _keda(there: FoundWorkload, stack: WantedStack) -> Iterator[str]:
    platform = stack.platform
    for environment in there.variables("keda"):
        watched = _words(environment.get("WATCH_NAMESPACE"))
        if watched and platform and platform not in watched:
            yield (
                f"KEDA ({there.where}) only looks into {', '.join(watched)} (its variable WATCH_NAMESPACE), and "
                f"scalers are in {platform!r}, so nothing would be scaled. Have its manager add it."
            )
    if there.flag("enable-prometheus-metrics") == "false":
        yield (
            f"KEDA ({there.where}) shows no metrics of its own (--enable-prometheus-metrics=false), so a scaler that "
            "cannot read would not be noticed. Have its manager set prometheus.operator.enabled=true in its values."
        )


def _state(there: FoundWorkload, stack: WantedStack) -> Iterator[str]:
    only = _listed(there, "resources")
    if only and (missing := sorted(set(stack.spoken_of) - only)):
        yield (
            f"kube-state-metrics ({there.where}) says nothing of {', '.join(missing)} (its flag --resources), so "
            "alerts about them would never fire. Have its manager add them."
        )
    namespaces = _listed(there, "namespaces")
    for namespace in filter(None, (stack.namespace, stack.platform)):
        if namespaces and namespace not in namespaces:
            yield (
                f"kube-state-metrics ({there.where}) does not look into the namespace {namespace!r} (its flag "
                "--namespaces), so alerts about its pods would never fire. Have its manager add it."
            )


def _grafana(stack: str, there: FoundWorkload, declared: ExistingGrafana) -> Iterator[str]:
    sidecars = list(there.variables(SIDECAR))
    wanted = {
        "dashboard": (declared.dashboard_label, declared.dashboard_value),
        "dataSource": (declared.data_source_label, declared.data_source_value),
    }
    for kind, (label, value) in wanted.items():
        kinds = "dashboards" if kind == "dashboard" else "datasources"
        looking = [one for one in sidecars if one.get("LABEL") == label]
        if not looking:
            labels = ", ".join(sorted(one["LABEL"] for one in sidecars if one.get("LABEL"))) or "none"
            command = set_command(stack, ("existing", "grafana", f"{kind}Label"), "LABEL")
            yield (
                f"No sidecar of Grafana ({there.where}) looks for the label {label!r} (theirs are: {labels}), so our "
                f"{kinds} would not be seen. Have its manager set sidecar.{kinds}.enabled=true in its values, or name "
                f"its label:\n{command}"
            )
        for one in looking:
            if one.get("LABEL_VALUE", "") not in ("", value):
                command = set_command(stack, ("existing", "grafana", f"{kind}Value"), one["LABEL_VALUE"])
                yield (
                    f"The sidecar of Grafana ({there.where}) only takes {label}={one['LABEL_VALUE']}, and {kinds} "
                    f"would be labelled {value!r}. Correct it:\n{command}"
                )
            places = set(_words(one.get("NAMESPACE")))
            if places and _EVERYWHERE not in places and declared.namespace not in places:
                yield (
                    f"The sidecar of Grafana ({there.where}) looks for {kinds} in {', '.join(sorted(places))} and "
                    f"not in its own namespace, where ours would be. Have its manager add {declared.namespace!r}."
                )


def _external_metrics(found: Inventory) -> Iterator[str]:
    """Another program that answers for external metrics; KEDA's would take its place and stop what depends on it."""
    there = found.external_metrics
    service = (there or {}).get("spec", {}).get("service") or {}
    if there is None or str(service.get("name", "")).startswith("keda"):
        return
    yield (
        f"External metrics are answered by the Service {service.get('namespace')}/{service.get('name')} (managed by "
        f"{manager(there)}), and a cluster has one answer only: KEDA would take its place, and whatever scales by it "
        "would stop. Take 'keda' out of the environment's exporters and render, or remove the other one first."
    )


def _listed(there: FoundWorkload, flag: str) -> set[str]:
    return set(_words(there.flag(flag)))


def _words(text: str | None) -> list[str]:
    return [word.strip() for word in (text or "").split(",") if word.strip()]
