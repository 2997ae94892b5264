"""Production on GKE."""

from vitals.catalog import Budget, Environment, Smtp

prod = Environment(
    name="prod",
    means="The platform that members use.",
    delivery="operator",
    boards_url="https://grafana.wellness.example",
    runbooks_url="https://docs.wellness.example/runbooks",
    rule_url="https://git.wellness.example/platform/vitals/src/branch/main/rendered/prod/rules/{group}.yaml",
    secrets_dir="/etc/alertmanager/secrets",
    smtp=Smtp(
        smarthost="smtp.wellness.example:587",
        sender="vitals@wellness.example",
        username="vitals",
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
)
