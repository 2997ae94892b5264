"""Who is notified. Every secret is the name of a file; the environment says in which folder it lies."""

from vitals.model.catalog import Email, PagerDuty, Slack, Team

platform = Team(
    name="platform",
    email=Email(to="platform@wellness.example"),
    slack=Slack(channel="#platform-alerts", webhook_file="platform-slack-webhook-url"),
    pagerduty=PagerDuty(routing_key_file="platform-pagerduty-routing-key"),
)
