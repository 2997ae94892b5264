"""Which channels a picture follows to, from the same groups of channels of which the routes are made."""

from __future__ import annotations

from collections.abc import Iterator

from vitals.kit.alerts.pictures import has_pictures
from vitals.kit.alerts.routing_tree import RoutingTree
from vitals.model.catalog import Email, NotificationChannel, Slack, Smtp
from vitals.model.catalog.fields import seconds
from vitals.render.compose import Plan
from vitals.rendered import MailServer, MailThreads, PicturesEntry, SlackThreads, names

SLACK_API = "https://slack.com/api"
_STAND_IN = "slack-api"


def pictures_entry(plan: Plan) -> PicturesEntry | None:
    """What the relay works with; ``None`` where no channel of the environment gets pictures."""
    environment = plan.environment
    if environment.pictures is None:
        return None
    found: dict[str, tuple[SlackThreads | MailThreads, ...]] = {}
    tree = RoutingTree(plan.routing, environment, plan.maintenance)
    for team in plan.teams.values():
        for severity in plan.routing.times:
            for group in tree.groups(team, severity):
                if there := tuple(_threads(group.channels, plan)):
                    found[f"{group.receiver_name(team, environment)}{names.PICTURES_ENDING}"] = there
    if not found:
        return None
    stand_in, smtp = environment.channels_url, environment.smtp
    by_mail = any(isinstance(one, MailThreads) for there in found.values() for one in there)
    return PicturesEntry(
        token_file=environment.pictures.token_file,
        every_s=seconds(environment.pictures.every),
        slack_api=f"{stand_in}/{_STAND_IN}" if stand_in else SLACK_API,
        mail=_mail(smtp) if smtp and by_mail else None,
        receivers=dict(sorted(found.items())),
    )


def _threads(channels: tuple[NotificationChannel, ...], plan: Plan) -> Iterator[SlackThreads | MailThreads]:
    for channel in channels:
        if not has_pictures(channel, plan.environment):
            continue
        if isinstance(channel, Slack) and channel.pictures:
            yield SlackThreads(channel_id=channel.pictures.channel_id, token_file=channel.pictures.token_file)
        if isinstance(channel, Email):
            yield MailThreads(to=channel.to)


def _mail(smtp: Smtp) -> MailServer:
    return MailServer(
        smarthost=smtp.smarthost,
        sender=smtp.sender,
        username=smtp.username,
        password_file=smtp.password_file,
        require_tls=smtp.require_tls,
    )
