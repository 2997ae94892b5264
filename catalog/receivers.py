"""Who is notified. Every secret is the name of a file; the environment says in which folder it lies."""

from vitals.model.catalog import Email, PagerDuty, Slack, SlackReplies, Team

platform = Team(
    name="platform",
    # Pictures follow only in an environment that has a relay for them: its `pictures` say so.
    email=Email(to="platform@wellness.example", pictures=True),
    slack=Slack(
        channel="#platform-alerts",
        webhook_file="platform-slack-webhook-url",
        pictures=SlackReplies(channel_id="C0WELLNESS1", token_file="platform-slack-bot-token"),  # noqa: S106 - a file's
    ),
    pagerduty=PagerDuty(routing_key_file="platform-pagerduty-routing-key"),
)
