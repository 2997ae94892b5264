"""Prometheus and Alertmanager do not authenticate, so no client outside the cluster may reach them."""

from collections.abc import Iterator, Mapping

from .registered import Json, Registered, Violation, leaves

OPEN = frozenset({"LoadBalancer", "NodePort"})
UNGUARDED = ("prometheus", "alertmanager", "pushgateway", "query-frontend")
_FIX = "Look at it through `kubectl port-forward`, or through Grafana, which asks people to sign in"


def not_public(resource: Registered) -> Iterator[Violation]:
    """No Service of ours is open to the network, and no route leads to a program without a sign-in."""
    if resource.is_kubernetes and resource.kind == "Service" and resource.at("spec", "type") in OPEN:
        yield resource.breaks("not-public", f"a Service of type {resource.at('spec', 'type')}", _FIX)
    if resource.is_kubernetes and resource.kind in {"HTTPRoute", "Ingress", "GRPCRoute", "TCPRoute", "TLSRoute"}:
        for name in _back_ends(resource.at("spec")):
            if any(word in name for word in UNGUARDED):
                yield resource.breaks("not-public", f"a route to {name}", _FIX)
    if resource.is_release:
        for path, value in leaves(resource.at("values") or {}):
            if value in OPEN:
                yield resource.breaks("not-public", f"values.{path} is {value}", _FIX)


def _back_ends(spec: Json) -> Iterator[str]:
    """The names of the Services to which a route leads, of the Gateway and of the Ingress interface."""
    for path, value in leaves(spec if isinstance(spec, Mapping) else {}):
        if path.endswith(".name") and ("backendRefs" in path or ".service." in path or "defaultBackend" in path):
            yield str(value)
