"""The words of which stack files are made: what the cloud would refuse only minutes later."""

from __future__ import annotations

import ipaddress
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints
from pydantic.alias_generators import to_camel


class SettingsSection(BaseModel):
    """A part of a stack file: closed, unchangeable, spelt in camel case as Pulumi's own keys are."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=to_camel, populate_by_name=False)


def _private_range(text: str) -> str:
    network = ipaddress.IPv4Network(text)
    if not network.is_private:
        raise ValueError(f"{text} is not a private range; take one from 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16")
    return str(network)


def _pinned(image: str) -> str:
    if "@sha256:" not in image:
        raise ValueError(
            f"{image} is not pinned: what a tag means can change under a running stack. Add the digest that "
            f"`gcloud artifacts docker images describe {image}` or `docker buildx imagetools inspect {image}` prints, "
            "as in NAME@sha256:DIGEST"
        )
    return image


Name = Annotated[str, StringConstraints(pattern=r"^[a-z]([a-z0-9-]{0,30}[a-z0-9])?$")]
NamespaceName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")]
ObjectName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$")]
"""As Kubernetes names namespaces, and most other objects."""
EnvironmentName = Annotated[str, StringConstraints(pattern=r"^[a-z]([a-z0-9-]{0,15}[a-z0-9])?$")]
"""Short, for Google allows an account's id 30 characters, and ``vitals-<environment>-nodes`` must be one."""
Project = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{4,28}[a-z0-9]$")]
Region = Annotated[str, StringConstraints(pattern=r"^[a-z]+-[a-z]+[0-9]+$")]
Location = Annotated[str, StringConstraints(pattern=r"^[a-z]+-[a-z]+[0-9]+(-[a-z])?$")]
Range = Annotated[str, AfterValidator(_private_range)]
"""A private IPv4 range in CIDR notation, without host bits."""
Domain = Annotated[str, StringConstraints(pattern=r"^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$")]
HostPort = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.-]+:[0-9]{1,5}$")]
InCluster = Annotated[
    str,
    StringConstraints(pattern=r"^http://[a-z0-9-]+\.[a-z0-9-]+(\.svc(\.cluster\.local)?)?(:[0-9]{1,5})?(/[\w./-]*)?$"),
]
"""The URL of a Service with its namespace: ``http://wellness-api.wellness:8000``."""
Image = Annotated[
    str,
    AfterValidator(_pinned),
    StringConstraints(pattern=r"^[a-z0-9.-]+(:[0-9]+)?(/[a-z0-9._-]+)+(:[\w.-]+)?(@sha256:[0-9a-f]{64})?$"),
]
"""A container image with its registry and digest."""
