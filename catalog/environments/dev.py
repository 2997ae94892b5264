"""Development on GKE: the demo platform stands in for the services, with its cache in memory."""

from vitals.model.catalog import Autoscaling, Budget, Environment, Server, Servers, Smtp

dev = Environment(
    name="dev",
    means="Where a change meets GKE and Firestore for the first time.",
    delivery="operator",
    boards_url="https://grafana.dev.wellness.example",
    runbooks_url="https://docs.wellness.example/runbooks",
    rule_url="https://git.wellness.example/platform/vitals/src/branch/main/rendered/dev/rules/{group}.yaml",
    secrets_dir="/etc/alertmanager/secrets",
    smtp=Smtp(
        smarthost="smtp.wellness.example:587",
        sender="vitals-dev@wellness.example",
        username="vitals-dev",
        password_file="smtp-password",  # noqa: S106 - the name of a file, not a password
    ),
    exporters=(
        "prometheus",
        "alertmanager",
        "node",
        "kubelet",
        "kube-state-metrics",
        "stackdriver",
        "keda",
        "collector",
    ),
    operators="platform",
    budget=Budget(series=16_000, samples_per_month=4_000_000_000),
    targets={"node": 2, "kubelet": 2},
    servers=Servers(
        prometheus=Server(cpu="250m", memory="1536Mi", disk="20Gi"),
        alertmanager=Server(cpu="50m", memory="128Mi", disk="1Gi"),
        retention="7d",
    ),
    autoscaling=Autoscaling(
        prometheus_url="http://prometheus.monitoring:9090", namespace="wellness", accept_assumed_capacity=True
    ),
)
