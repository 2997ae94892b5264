"""A platform with more metrics than one Prometheus holds: Google collects, stores and evaluates them."""

from vitals.model.catalog import Autoscaling, Budget, Environment, Server, Servers, Smtp

managed = Environment(
    name="managed",
    means="Production where Google stores the metrics and no Prometheus of ours runs.",
    delivery="managed",
    boards_url="https://grafana.managed.wellness.example",
    runbooks_url="https://docs.wellness.example/runbooks",
    rule_url="https://git.wellness.example/platform/vitals/src/branch/main/rendered/managed/rules/{group}.yaml",
    secrets_dir="/etc/alertmanager/secrets",
    smtp=Smtp(
        smarthost="smtp.wellness.example:587",
        sender="vitals-managed@wellness.example",
        username="vitals-managed",
        password_file="smtp-password",  # noqa: S106 - the name of a file, not a password
    ),
    exporters=("alertmanager", "node", "kube-state-metrics", "redis", "stackdriver", "keda", "collector"),
    operators="platform",
    budget=Budget(series=20_000, samples_per_month=5_000_000_000),
    targets={"alertmanager": 3, "node": 3},
    deadman_file="deadman-heartbeat-url",
    servers=Servers(alertmanager=Server(cpu="100m", memory="256Mi", disk="5Gi")),
    autoscaling=Autoscaling(
        prometheus_url="http://prometheus.monitoring:9090", namespace="wellness", accept_assumed_capacity=True
    ),
)
