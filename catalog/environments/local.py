"""One machine: the stack of ``make up``, with real programs, real traffic and receivers on loopback."""

from vitals.model.catalog import Budget, Environment, Pictures, Smtp

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
    exporters=("prometheus", "alertmanager", "node", "foresight"),
    operators="platform",
    # The demo takes 30 % of it, all that the how-tos add 55 %; one machine stores far more than that.
    budget=Budget(series=8_000, samples_per_month=3_000_000_000),
    # A picture follows each notification, so that what a team would get can be seen in the portal.
    pictures=Pictures(url="__pictures_url__"),
    deadman_file="deadman-heartbeat-url",
)
