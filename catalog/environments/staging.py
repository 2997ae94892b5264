"""Staging on GKE: everything that production has, and the last place where a fault may show."""

from vitals.model.catalog import Autoscaling, Budget, Environment, Server, Servers, Smtp

staging = Environment(
    name="staging",
    means="What members will use next, as production runs it.",
    delivery="operator",
    boards_url="https://grafana.staging.wellness.example",
    runbooks_url="https://docs.wellness.example/runbooks",
    rule_url="https://git.wellness.example/platform/vitals/src/branch/main/rendered/staging/rules/{group}.yaml",
    secrets_dir="/etc/alertmanager/secrets",
    smtp=Smtp(
        smarthost="smtp.wellness.example:587",
        sender="vitals-staging@wellness.example",
        username="vitals-staging",
        password_file="smtp-password",  # noqa: S106 - the name of a file, not a password
    ),
    exporters=(
        "prometheus",
        "alertmanager",
        "node",
        "kubelet",
        "kube-state-metrics",
        "redis",
        "stackdriver",
        "keda",
        "collector",
    ),
    operators="platform",
    budget=Budget(series=20_000, samples_per_month=5_000_000_000),
    targets={"node": 3, "kubelet": 3},
    deadman_file="deadman-heartbeat-url",
    servers=Servers(
        prometheus=Server(cpu="500m", memory="2Gi", disk="50Gi"),
        alertmanager=Server(cpu="50m", memory="128Mi", disk="2Gi"),
        retention="15d",
    ),
    autoscaling=Autoscaling(
        prometheus_url="http://prometheus.monitoring:9090", namespace="wellness", accept_assumed_capacity=True
    ),
)
