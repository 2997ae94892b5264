"""Two teams, so that routes must keep them apart."""

from vitals.model.catalog import Email, PagerDuty, Slack, Team

payments = Team(
    name="payments",
    email=Email(to="payments@shop.example"),
    slack=Slack(channel="#payments", webhook_file="payments-slack"),
    pagerduty=PagerDuty(routing_key_file="payments-pagerduty"),
)
discovery = Team(
    name="discovery",
    email=Email(to="discovery@shop.example"),
    slack=Slack(channel="#discovery", webhook_file="discovery-slack"),
    pagerduty=PagerDuty(routing_key_file="discovery-pagerduty"),
    time_zone="America/Los_Angeles",
)
