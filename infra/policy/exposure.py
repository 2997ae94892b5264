"""What does not authenticate is reached by no client outside the cluster, and what does never in clear."""

from collections.abc import Iterator, Mapping

from .registered import Json, Registered, Violation, leaves

ROUTES = ("HTTPRoute", "Ingress", "GRPCRoute", "TCPRoute", "TLSRoute")
ENCRYPTED = frozenset({"HTTPS", "TLS"})
OPEN = frozenset({"LoadBalancer", "NodePort"})
UNGUARDED = (
    "prometheus", "alertmanager", "pushgateway", "query-frontend", "thanos", "mimir", "cortex", "loki", "tempo",
    "vmselect", "vminsert", "vmsingle", "vmagent", "vmalert", "victoria", "exporter", "kube-state-metrics",
)  # fmt: skip
"""How names of programs of monitoring read that answer without a password."""
ANYWHERE = frozenset({"0.0.0.0/0", "::/0"})
_FIX = "Look at it through `kubectl port-forward`, or through Grafana, which asks people to sign in over HTTPS"


def not_public(resource: Registered) -> Iterator[Violation]:
    """No Service of ours is open to the network, and no route leads in clear or to a program without a sign-in."""
    if resource.is_kubernetes:
        by_kind = {"Service": _of_service, "Gateway": _of_gateway, "NetworkPolicy": _of_network_policy}
        by_kind |= dict.fromkeys(ROUTES, _of_route)
        problems = by_kind.get(resource.kind, _nothing)(resource.at("spec") or {})
    else:
        values = leaves(resource.at("values") or {}, "values") if resource.is_release else ()
        problems = (f"{path} is {value}" for path, value in values if value in OPEN)
    yield from (resource.breaks("not-public", problem, _FIX) for problem in problems)


def _nothing(_: Mapping[str, Json]) -> Iterator[str]:
    yield from ()


def _of_service(spec: Mapping[str, Json]) -> Iterator[str]:
    if spec.get("type") in OPEN:
        yield f"a Service of type {spec['type']}"
    if spec.get("externalIPs"):
        yield "a Service with externalIPs"


def _of_gateway(spec: Mapping[str, Json]) -> Iterator[str]:
    for listener in spec.get("listeners") or ():
        if listener.get("protocol") not in ENCRYPTED:
            yield f"a listener that speaks {listener.get('protocol')}"


def _of_network_policy(spec: Mapping[str, Json]) -> Iterator[str]:
    for rule in spec.get("ingress") or ():
        sources = rule.get("from") or ()
        # By ports alone comes what has no known address: an API server on a node of the cluster.
        if not (sources or rule.get("ports")) or any(
            (one.get("ipBlock") or {}).get("cidr") in ANYWHERE for one in sources
        ):
            yield "a policy that lets in what comes from anywhere"


def _of_route(spec: Mapping[str, Json]) -> Iterator[str]:
    for name in _back_ends(spec):
        if any(word in name for word in UNGUARDED):
            yield f"a route to {name}"


def _back_ends(spec: Mapping[str, Json]) -> Iterator[str]:
    """The names of the Services to which a route leads, of the Gateway and of the Ingress interface."""
    for path, value in leaves(spec):
        if path.endswith(".name") and ("backendRefs" in path or ".service." in path or "defaultBackend" in path):
            yield str(value)
