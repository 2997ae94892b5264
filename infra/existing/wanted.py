"""A stack as it would be installed: what is held against a cluster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vitals.rendered import Rendered

from ..settings import ExistingParts, Settings


@dataclass(frozen=True, slots=True)
class WantedStack:
    """A stack before anything of it is created.

    Attributes:
        name: Its name, for the commands in messages.
        settings: What its file says.
        rendered: The environment's files.
        objects: Every object that it would make.
        spoken_of: The kinds of objects of which kube-state-metrics must speak.
        in_state: Whether the state of the stack holds objects of a cluster, from an update before.
    """

    name: str
    settings: Settings
    rendered: Rendered
    objects: Sequence[Mapping[str, Any]]
    spoken_of: Sequence[str]
    in_state: bool

    @property
    def existing(self) -> ExistingParts:
        """What its file says is there."""
        return self.settings.existing

    @property
    def namespace(self) -> str:
        """Where the monitoring would be."""
        return self.rendered.operator.namespace

    @property
    def platform(self) -> str | None:
        """Where the platform is, if it is scaled."""
        return self.rendered.operator.platform_namespace
