"""A cluster whose configuration travels as objects."""

from vitals.model.catalog import Autoscaling, Budget, Environment, Server, Servers, Smtp

cloud = Environment(
    name="cloud",
    description="Where customers buy.",
    delivery="operator",
    dashboards_url="https://dashboards.shop.example",
    runbooks_url="https://docs.shop.example/runbooks",
    rule_url="https://git.shop.example/rendered/cloud/rules/{group}.yaml",
    secrets_dir="/etc/alertmanager/secrets",
    smtp=Smtp(smarthost="mail.shop.example:587", sender="alerts@shop.example"),
    exporters=("prometheus", "node", "keda"),
    operators="payments",
    budget=Budget(series=10_000, samples_per_month=3_000_000_000),
    servers=Servers(
        prometheus=Server(cpu="2", memory="8Gi", disk="200Gi"),
        alertmanager=Server(cpu="100m", memory="128Mi", disk="1Gi"),
        retention="60d",
    ),
    autoscaling=Autoscaling(prometheus_url="http://metrics.shop:9090", namespace="shop", accept_assumed_capacity=True),
)
