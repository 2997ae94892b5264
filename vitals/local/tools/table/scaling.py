"""The programs that scale a workload: KEDA's operator and metrics adapter, and metrics-server.

With a control plane they are what moves the replicas in ``vitals scale drill``; nothing else needs them. KEDA's two
must be of one version, because they talk over a protocol of their own, and that of the CRDs which our objects are
judged by. Both print no version, so it is read from what Go wrote into them.
"""

from types import MappingProxyType

from vitals.local.tools.entry import Pin, Program, ProgramGroup
from vitals.paths import PINS

_KEDA_MODULE = "github.com/kedacore/keda/v2"
_KEDA = Pin(
    "keda",
    PINS / "keda",
    "2.21.0",
    MappingProxyType({"keda-operator": f"{_KEDA_MODULE}/cmd/operator", "keda-adapter": f"{_KEDA_MODULE}/cmd/adapter"}),
    MappingProxyType({f"{_KEDA_MODULE}/version.Version": "2.21.0"}),
)
_METRICS_SERVER = Pin(
    "metrics_server",
    PINS / "metrics_server",
    "0.9.0",
    MappingProxyType({"metrics-server": "sigs.k8s.io/metrics-server/cmd/metrics-server"}),
    MappingProxyType({"k8s.io/client-go/pkg/version.gitVersion": "v0.9.0"}),
)
_NO_LOOP = "Autoscaling cannot be seen at work on this machine: `vitals scale drill` does not work."

SCALING: tuple[Program, ...] = (
    *(
        Program(
            name=name,
            wanted="==2.21.*",
            version_args=(),
            version_pattern="",
            written_in=_KEDA_MODULE,
            missing_costs=_NO_LOOP,
            get=(f"vitals tools build {name}",),
            on_path=(),  # a released one is built from a checkout, whose version Go does not note
            pin=_KEDA,
            group=ProgramGroup.SCALING,
        )
        for name in _KEDA.packages
    ),
    Program(
        name="metrics-server",
        wanted=">=0.7,<1",
        version_args=("--version",),
        version_pattern=r"v(\d+(?:\.\d+)+)",
        missing_costs=_NO_LOOP,
        get=("vitals tools build metrics-server",),
        on_path=("metrics-server",),
        pin=_METRICS_SERVER,
        group=ProgramGroup.SCALING,
    ),
)
