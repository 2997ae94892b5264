"""The programs of a Kubernetes control plane and the Prometheus operator, against which shipped objects are tested.

Nothing of the local stack needs them. Kubernetes' own three must be of one minor version, because a controller manager
newer than its API server is not supported, so the range is as narrow as the pin; the operator must be the one whose
module the tests read the CRDs from.
"""

from dataclasses import replace
from types import MappingProxyType

from vitals.local.tools.entry import Pin, Program, ProgramGroup
from vitals.local.tools.table.stack import PROMETHEUS, PROMETHEUS_STAMP, WITHOUT_DISCOVERY
from vitals.paths import PINS

_ETCD = Pin(
    "etcd",
    PINS / "etcd",
    "3.6.8",
    MappingProxyType({"etcd": "go.etcd.io/etcd/server/v3"}),
    MappingProxyType({}),
)
_KUBERNETES = Pin(
    "kubernetes",
    PINS / "kubernetes",
    "1.37.2",
    MappingProxyType(
        {
            "kube-apiserver": "k8s.io/kubernetes/cmd/kube-apiserver",
            "kube-controller-manager": "k8s.io/kubernetes/cmd/kube-controller-manager",
            "kube-scheduler": "k8s.io/kubernetes/cmd/kube-scheduler",
        }
    ),
    MappingProxyType(
        {
            "k8s.io/component-base/version.gitVersion": "v1.37.2",
            "k8s.io/component-base/version.gitMajor": "1",
            "k8s.io/component-base/version.gitMinor": "37",
        }
    ),
)
_OPERATOR = Pin(
    "prometheus_operator",
    PINS / "prometheus_operator",
    "0.85.0",
    MappingProxyType({"prometheus-operator": "github.com/prometheus-operator/prometheus-operator/cmd/operator"}),
    MappingProxyType({PROMETHEUS_STAMP: "0.85.0"}),
)
# The operator writes configurations that find targets through the Kubernetes API; the promtool of the local stack was
# built without that and would not know the field.
_PROMTOOL = replace(
    PROMETHEUS,
    name="promtool_kubernetes",
    packages=MappingProxyType({"promtool-kubernetes": PROMETHEUS.packages["promtool"]}),
    tags=(WITHOUT_DISCOVERY, "enable_kubernetes_sd"),
)


def _of_cluster(pin: Pin, name: str, wanted: str, pattern: str, missing_costs: str, *get: str) -> Program:
    """A program of the control plane; all of them take ``--version``."""
    return Program(
        name=name,
        wanted=wanted,
        version_args=("--version",),
        version_pattern=pattern,
        missing_costs=missing_costs,
        get=(f"vitals tools build {name}", *get),
        on_path=(name,),
        pin=pin,
        group=ProgramGroup.CLUSTER,
    )


_NO_CLUSTER = "No control plane runs here: `vitals cluster` and `make test-cluster` do not work."

CLUSTER: tuple[Program, ...] = (
    _of_cluster(_ETCD, "etcd", ">=3.5.21,<4", r"etcd Version: (\d+(?:\.\d+)+)", _NO_CLUSTER, "brew install etcd"),
    *(
        _of_cluster(_KUBERNETES, name, "==1.37.*", r"Kubernetes v(\d+(?:\.\d+)+)", _NO_CLUSTER)
        for name in _KUBERNETES.packages
    ),
    _of_cluster(
        _OPERATOR,
        "prometheus-operator",
        "==0.85.*",
        r"prometheus-operator, version v?(\d+(?:\.\d+)+)",
        "It cannot be seen on this machine what the operator makes of our objects: `make test-cluster` does not work.",
    ),
    Program(
        name="promtool-kubernetes",
        wanted=">=3.9,<4",
        version_args=("--version",),
        version_pattern=rf"(?s)promtool, version v?(\d+(?:\.\d+)+)(?!.* tags: +{WITHOUT_DISCOVERY}\b(?!,))",
        missing_costs="Configurations that the operator wrote are not checked: `make test-cluster` does not work.",
        get=("vitals tools build promtool-kubernetes", "brew install prometheus (its promtool will do)"),
        on_path=("promtool",),
        pin=_PROMTOOL,
        group=ProgramGroup.CLUSTER,
    ),
)
