"""A cluster whose nodes are Google's as well: nothing of ours may look at the machine itself."""

from vitals.model.catalog import Autoscaling, Budget, Environment, Server, Servers, Smtp

autopilot = Environment(
    name="autopilot",
    means="A cluster without nodes of our own, for a platform that nobody wants to run machines for.",
    delivery="managed",
    boards_url="https://grafana.autopilot.wellness.example",
    runbooks_url="https://docs.wellness.example/runbooks",
    rule_url="https://git.wellness.example/platform/vitals/src/branch/main/rendered/autopilot/rules/{group}.yaml",
    secrets_dir="/etc/alertmanager/secrets",
    smtp=Smtp(
        smarthost="smtp.wellness.example:587",
        sender="vitals-autopilot@wellness.example",
        username="vitals-autopilot",
        password_file="smtp-password",  # noqa: S106 - the name of a file, not a password
    ),
    exporters=("alertmanager", "kube-state-metrics", "stackdriver", "keda", "collector"),
    operators="platform",
    budget=Budget(series=16_000, samples_per_month=4_000_000_000),
    targets={"alertmanager": 2},
    servers=Servers(alertmanager=Server(cpu="50m", memory="128Mi", disk="2Gi")),
    autoscaling=Autoscaling(
        prometheus_url="http://prometheus.monitoring:9090", namespace="wellness", accept_assumed_capacity=True
    ),
)
