"""Objects say whose they are, in the words that Kubernetes recommends."""

from collections.abc import Iterator, Mapping

from .registered import Registered, Violation

PREFIX = "app.kubernetes.io/"
ASKED = ("name", "part-of", "managed-by")
_TEMPLATED = frozenset({"Deployment", "StatefulSet", "DaemonSet", "Job"})


def labelled(resource: Registered) -> Iterator[Violation]:
    """The recommended labels, on every object and on the pods that it makes."""
    if not resource.is_kubernetes or resource.kind.endswith(("List", "Patch")):
        return
    places = {"metadata": resource.at("metadata", "labels")}
    if resource.kind in _TEMPLATED:
        places["spec.template.metadata"] = resource.at("spec", "template", "metadata", "labels")
    for place, labels in places.items():
        missing = [label for label in ASKED if not isinstance(labels, Mapping) or not labels.get(PREFIX + label)]
        if missing:
            named = ", ".join(PREFIX + label for label in missing)
            yield resource.breaks("labelled", f"{place}.labels has no {named}", "Its owner is unknown; add them")
