"""One machine: the stack of ``make up``, with real programs, real traffic and receivers on loopback."""

from vitals.model.catalog import Budget, Environment, Smtp

local = Environment(
    name="local",
    description="The whole stack on one machine, with the demo platform under traffic.",
    delivery="files",
    dashboards_url="__portal_url__",
    runbooks_url="__portal_url__/runbooks",
    rule_url="__portal_url__/rules/{group}/{alert}",
    pagerduty_url="__pagerduty_url__",
    channels_url="__channels_url__",
    secrets_dir="__secrets_dir__",
    smtp=Smtp(smarthost="__smtp_address__", sender="vitals@wellness.example", require_tls=False),
    exporters=("prometheus", "alertmanager", "node", "foresight", "pictures"),
    operators="platform",
    budget=Budget(series=8_000, samples_per_month=2_000_000_000),
    deadman_file="deadman-heartbeat-url",
)
