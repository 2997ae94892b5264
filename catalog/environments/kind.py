"""A cluster that is there already, on a laptop or in continuous integration: no cloud account, nobody outside."""

from vitals.model.catalog import Autoscaling, Budget, Environment, Server, Servers, Smtp

kind = Environment(
    name="kind",
    means="A throw-away cluster, to try a change on real Kubernetes.",
    delivery="operator",
    boards_url="http://localhost:3000",
    runbooks_url="https://docs.wellness.example/runbooks",
    rule_url="https://git.wellness.example/platform/vitals/src/branch/main/rendered/kind/rules/{group}.yaml",
    secrets_dir="/etc/alertmanager/secrets",
    smtp=Smtp(smarthost="mail.kind.wellness.example:25", sender="vitals-kind@wellness.example", require_tls=False),
    exporters=("prometheus", "alertmanager", "node", "kubelet", "kube-state-metrics", "keda"),
    operators="platform",
    budget=Budget(series=12_000, samples_per_month=3_000_000_000),
    servers=Servers(
        prometheus=Server(cpu="200m", memory="1Gi", disk="5Gi"),
        alertmanager=Server(cpu="50m", memory="128Mi", disk="1Gi"),
        retention="1d",
    ),
    autoscaling=Autoscaling(
        prometheus_url="http://prometheus.monitoring:9090", namespace="wellness", accept_assumed_capacity=True
    ),
)
