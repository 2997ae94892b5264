"""Pods get nothing of their node, and accounts no more than their work: what breaks out of one takes nothing else."""

from collections.abc import Iterator, Mapping

from .registered import Json, Registered, Violation, containers, leaves, pod_spec

HOST = ("hostNetwork", "hostPID", "hostIPC")
"""What a pod may share with its node."""
HARMLESS = frozenset({"NET_BIND_SERVICE"})
"""Capabilities that let a program do nothing but what its port needs."""
ALMIGHTY = frozenset({"roles/owner", "roles/editor", "cluster-admin"})
ANYONE = frozenset(
    {"allUsers", "allAuthenticatedUsers", "system:anonymous", "system:unauthenticated", "system:authenticated"}
)
"""Google's and Kubernetes' words for all people, signed in or not."""
_RULE = "least-privilege"
_POD = "Run it as any other pod; what must see its node belongs into a chart of the nodes' namespace"
_ACCOUNT = "Name the one role that the work needs, and the account that does it"


def least_privilege(resource: Registered) -> Iterator[Violation]:
    """No pod shares its node or is privileged, and no role is for everything or for everyone."""
    yield from (resource.breaks(_RULE, problem, _POD) for problem in _of_pods(resource))
    yield from (resource.breaks(_RULE, problem, _ACCOUNT) for problem in _of_roles(resource))


def _of_pods(resource: Registered) -> Iterator[str]:
    spec = pod_spec(resource) or {}
    yield from (f"the pod has {field}" for field in HOST if spec.get(field))
    for volume in spec.get("volumes") or ():
        if volume.get("hostPath"):
            yield f"the volume {volume.get('name')} is a folder of the node"
    for name, container in containers(resource):
        yield from (f"{name} {problem}" for problem in _of_container(container))
    for path, value in leaves(resource.at("values") or {}, "values") if resource.is_release else ():
        if path.endswith(".privileged") and value is True:
            yield f"{path} is true"


def _of_roles(resource: Registered) -> Iterator[str]:
    for path in (("role",), ("member",), ("members",), ("roleRef", "name"), ("subjects",)):
        for where, value in leaves(resource.at(*path), ".".join(path)) if _grants(resource) else ():
            if isinstance(value, str) and value in ALMIGHTY | ANYONE:
                yield f"{where} is {value}"
    if resource.is_kubernetes and resource.kind in {"ClusterRole", "Role"}:
        for rule in resource.at("rules") or ():
            if "*" in (rule.get("verbs") or ()) and "*" in (rule.get("resources") or ()):
                yield "a rule allows everything with everything"


def _grants(resource: Registered) -> bool:
    google = resource.type.startswith("gcp:") and resource.kind.endswith(("IAMMember", "IAMBinding", "IamMember"))
    return google or resource.kind in {"ClusterRoleBinding", "RoleBinding"}


def _of_container(container: Mapping[str, Json]) -> Iterator[str]:
    security = container.get("securityContext") or {}
    if security.get("privileged"):
        yield "is privileged"
    for capability in (security.get("capabilities") or {}).get("add") or ():
        if capability not in HARMLESS:
            yield f"adds the capability {capability}"
    for port in container.get("ports") or ():
        if port.get("hostPort"):
            yield f"takes port {port['hostPort']} of its node"
