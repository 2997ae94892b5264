"""What runs inside the supervisor's own process: receivers, dead man's switch, trace receiver, control endpoint.

They share one loopback port (mail has its own, as its protocol wants). They are up before the first part starts, so
that no alert and no span of a starting part is lost.
"""

import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

from vitals.local.processes.ports import LOOPBACK, listen
from vitals.local.processes.supervisor import Supervisor
from vitals.local.stack.configure import AWS_CREDENTIALS, BOT, new_secret
from vitals.local.stack.control import control_routes
from vitals.local.stack.deadman import WATCHDOG, DeadMan
from vitals.local.stack.journal import Journal
from vitals.local.stack.receivers.channels import channel_routes, channels_path
from vitals.local.stack.receivers.deadman import heartbeat_path, heartbeat_routes
from vitals.local.stack.receivers.inbox import Inbox
from vitals.local.stack.receivers.kept_pictures import KeptPictures
from vitals.local.stack.receivers.pagerduty import ROUTING_KEY_LENGTH, pagerduty_routes
from vitals.local.stack.receivers.slack import slack_routes, webhook_path
from vitals.local.stack.receivers.slack_api import SlackWorkspace, slack_api_routes
from vitals.local.stack.receivers.smtp import mailbox
from vitals.local.stack.serve import serving
from vitals.local.stack.traces.otlp import trace_routes
from vitals.local.stack.traces.store import TraceStore
from vitals.rendered.placeholders import (
    CHANNELS_URL,
    PAGERDUTY_URL,
    PICTURES_URL,
    PORTAL_URL,
    SECRETS_DIR,
    SMTP_ADDRESS,
)

_ADDRESSES = (
    "discord.webhook_url_file",
    "incidentio.url_file",
    "mattermost.webhook_url_file",
    "msteamsv2.webhook_url_file",
    "webhook.url_file",
)
"""Of channels whose address is the secret."""
_KEYS = (
    "incidentio.alert_source_token_file",
    "jira.credentials_file",
    "jira.password_file",
    "opsgenie.api_key_file",
    "rocketchat.token_file",
    "rocketchat.token_id_file",
    "telegram.bot_token_file",
    "victorops.api_key_file",
    "webex.credentials_file",
    "webhook.credentials_file",
    "wechat.api_secret_file",
)
"""Of channels whose address is in the configuration: any key is taken."""
_OWN = ("slack.api_url_file", "pagerduty.routing_key_file", "deadman.url_file", AWS_CREDENTIALS)
SECRET_FIELDS = (*_OWN, *_ADDRESSES, *_KEYS)
"""The settings of receivers for which this stack makes secret files."""
_AWS = "[default]\naws_access_key_id = local\naws_secret_access_key = local\n"


@dataclass(frozen=True)
class Intake:
    """The sockets and secrets of the services, known before anything is served.

    Attributes:
        http: Listening socket of the receivers, the trace receiver and the control endpoint.
        smtp: Listening socket of the mail receiver.
        slack_token: Last part of the webhook's address.
        routing_key: PagerDuty's integration key.
        heartbeat_token: Last part of the dead man's address.
        channels_token: Part of the address of every other channel.
    """

    http: socket.socket
    smtp: socket.socket
    slack_token: str
    routing_key: str
    heartbeat_token: str
    channels_token: str

    @property
    def url(self) -> str:
        """Base URL of everything but mail."""
        return f"http://{LOOPBACK}:{self.http.getsockname()[1]}"

    @property
    def traces_url(self) -> str:
        """Where spans go, as OTLP/HTTP."""
        return f"{self.url}/v1/traces"

    def placeholders(self, *, portal_url: str, pictures_url: str, secrets_dir: str) -> dict[str, str]:
        """Return what stands for each placeholder in this run."""
        return {
            CHANNELS_URL: self.url + channels_path(self.channels_token),
            PAGERDUTY_URL: f"{self.url}/v2/enqueue",
            PICTURES_URL: pictures_url,
            PORTAL_URL: portal_url,
            SECRETS_DIR: secrets_dir,
            SMTP_ADDRESS: f"{LOOPBACK}:{self.smtp.getsockname()[1]}",
        }

    def secrets(self) -> dict[str, str]:
        """Return what the secret files hold, by the kind of receiver and its field that read them."""
        slack, heartbeat = webhook_path(self.slack_token), heartbeat_path(self.heartbeat_token)
        named = (self.url + slack, self.routing_key, self.url + heartbeat, _AWS)
        channels = self.url + channels_path(self.channels_token)
        return {
            **dict(zip(_OWN, named, strict=True)),
            **{field: f"{channels}/{field.partition('.')[0]}" for field in _ADDRESSES},
            **dict.fromkeys((*_KEYS, BOT), self.channels_token),
        }


@contextlib.contextmanager
def opened() -> Iterator[Intake]:
    """Open the sockets and make the secrets of one run."""
    with contextlib.closing(listen(0, "")) as http, contextlib.closing(listen(0, "")) as smtp:
        yield Intake(http, smtp, new_secret(24), new_secret(ROUTING_KEY_LENGTH), new_secret(), new_secret())


@contextlib.asynccontextmanager
async def served(
    intake: Intake,
    *,
    inbox: Inbox,
    pictures: KeptPictures,
    deadman: DeadMan,
    traces: TraceStore,
    supervisor: Supervisor,
    journal: Journal,
) -> AsyncIterator[None]:
    """Serve everything while the context is open."""
    workspace = SlackWorkspace()
    app = Starlette(
        routes=[
            *slack_routes(intake.slack_token, inbox.add, workspace),
            *pagerduty_routes(intake.routing_key, inbox.add),
            *slack_api_routes(intake.channels_token, workspace, pictures.keep, inbox.add),
            *channel_routes(intake.channels_token, inbox.add),
            *heartbeat_routes(intake.heartbeat_token, WATCHDOG, deadman.hear),
            *trace_routes(traces, journal.problem),
            *control_routes(supervisor, journal.state.control_token),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=[LOOPBACK, "localhost"], www_redirect=False)],
    )
    async with mailbox(intake.smtp, inbox.add, pictures.keep), serving(app, intake.http):
        yield
