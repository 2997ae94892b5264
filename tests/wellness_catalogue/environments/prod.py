"""Production on GKE."""

from vitals.model.catalog import Autoscaling, Budget, Environment, Server, Servers, Smtp

prod = Environment(
    name="prod",
    description="The platform that members use.",
    delivery="operator",
    dashboards_url="https://grafana.wellness.example",
    runbooks_url="https://docs.wellness.example/runbooks",
    rule_url="https://git.wellness.example/platform/vitals/src/branch/main/rendered/prod/rules/{group}.yaml",
    secrets_dir="/etc/alertmanager/secrets",
    smtp=Smtp(
        smarthost="smtp.wellness.example:587",
        sender="vitals@wellness.example",
        username="vitals",
        password_file="smtp-password",
    ),
    exporters=(
        "prometheus",
        "alertmanager",
        "node",
        "kubelet",
        "kubelet-volumes",
        "kube-state-metrics",
        "redis",
        "stackdriver",
        "keda",
        "collector",
        "foresight",
        "pictures",
    ),
    operators="platform",
    budget=Budget(series=20_000, samples_per_month=5_000_000_000),
    targets={"prometheus": 2, "alertmanager": 3, "node": 3, "kubelet": 3, "kubelet-volumes": 3},
    deadman_file="deadman-heartbeat-url",
    servers=Servers(
        prometheus=Server(cpu="1", memory="4Gi", disk="100Gi"),
        alertmanager=Server(cpu="100m", memory="256Mi", disk="5Gi"),
        retention="30d",
    ),
    autoscaling=Autoscaling(
        prometheus_url="http://prometheus.monitoring:9090", namespace="wellness", accept_assumed_capacity=True
    ),
)
