"""One machine that watches a service of every dialect."""

from vitals.model.catalog import Budget, Environment, Smtp

local = Environment(
    name="local",
    description="One machine that watches a service of every dialect.",
    delivery="files",
    dashboards_url="__portal_url__",
    runbooks_url="__portal_url__/runbooks",
    rule_url="__portal_url__/rules/{group}/{alert}",
    pagerduty_url="__pagerduty_url__",
    channels_url="__channels_url__",
    secrets_dir="__secrets_dir__",
    smtp=Smtp(smarthost="__smtp_address__", sender="vitals@wellness.example", require_tls=False),
    exporters=("prometheus", "alertmanager", "node"),
    operators="platform",
    budget=Budget(series=20_000, samples_per_month=10_000_000_000),
    deadman_file="deadman-heartbeat-url",
)
