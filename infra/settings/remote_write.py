"""Where samples are sent beside our own Prometheus, so that several clusters are one view.

Credentials are the name of a secret file, never a value. Reference:
https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.RemoteWriteSpec.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from .fields import SettingsSection

SecretFile = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")]
_RESERVED = frozenset(
    {
        *("authorization", "host", "content-encoding", "content-length", "content-type", "user-agent", "connection"),
        *("keep-alive", "proxy-authenticate", "proxy-authorization", "www-authenticate", "accept-encoding"),
        *("x-prometheus-remote-write-version", "x-prometheus-remote-read-version"),
        *("x-amz-date", "x-amz-security-token", "x-amz-content-sha256"),
    }
)
"""Headers that Prometheus sets itself and refuses in its configuration."""


def _address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("it is not the address of an endpoint, such as https://mimir.example.com/api/v1/push")
    if parts.username is not None or parts.password is not None:
        raise ValueError("it holds credentials, which every reader of the repository reads. Name a secret file instead")
    if parts.path in ("", "/"):
        raise ValueError("it has no path, and none is usual: /api/v1/push for Mimir, /api/v1/receive for Thanos")
    return text


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"it is not a regular expression: {error}") from None
    return text


def _headers(given: Mapping[str, str]) -> Mapping[str, str]:
    reserved = sorted(name for name in given if name.lower() in _RESERVED)
    if reserved:
        raise ValueError(
            f"{', '.join(reserved)} cannot be set: Prometheus does it itself. Credentials are secret files"
        )
    return given


class BasicAuth(SettingsSection):
    """A user name and a password; not on Google, where no Secret holds the password."""

    user: str
    password_file: SecretFile


class RemoteWrite(SettingsSection):
    """An endpoint.

    Attributes:
        url: Its address with its path.
        headers: Such as ``X-Scope-OrgID``, a tenant of Mimir, or ``THANOS-TENANT``.
        token_file: The secret file with a bearer token.
        basic_auth: User and password instead.
        only: A regular expression; metrics whose names it does not match are not sent.
    """

    url: Annotated[str, AfterValidator(_address)]
    headers: Annotated[Mapping[str, str], AfterValidator(_headers)] = Field(default_factory=dict)
    token_file: SecretFile | None = None
    basic_auth: BasicAuth | None = None
    only: Annotated[str, AfterValidator(_pattern)] | None = None

    @property
    def port(self) -> int:
        """The port of its address."""
        parts = urlsplit(self.url)
        return parts.port or (443 if parts.scheme == "https" else 80)

    @property
    def secret_files(self) -> tuple[str, ...]:
        """The secret files that it reads."""
        password = self.basic_auth.password_file if self.basic_auth else None
        return tuple(file for file in (self.token_file, password) if file)

    @model_validator(mode="after")
    def _signs_in_once(self) -> RemoteWrite:
        if self.token_file and self.basic_auth:
            raise ValueError("it signs in by a token (tokenFile) or by a password (basicAuth). Remove one of them")
        if self.secret_files and urlsplit(self.url).scheme == "http" and not _inside(self.url):
            raise ValueError(
                "credentials would cross the network in clear. Write https, or an address inside the cluster that ends "
                "in .svc or .cluster.local"
            )
        return self


def _inside(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    return host.endswith((".svc", ".cluster.local"))
