"""A cluster whose configuration travels as objects."""

from vitals.catalog import Budget, Environment, Smtp

cloud = Environment(
    name="cloud",
    means="Where customers buy.",
    delivery="operator",
    boards_url="https://boards.shop.example",
    runbooks_url="https://docs.shop.example/runbooks",
    rule_url="https://git.shop.example/rendered/cloud/rules/{group}.yaml",
    secrets_dir="/etc/alertmanager/secrets",
    smtp=Smtp(smarthost="mail.shop.example:587", sender="alerts@shop.example"),
    exporters=("prometheus", "node"),
    operators="payments",
    budget=Budget(series=10_000, samples_per_month=3_000_000_000),
)
