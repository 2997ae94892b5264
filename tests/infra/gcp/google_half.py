"""The Google half of a stack on the real engine, beside a Google project in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pulumi

from infra import rendered
from infra.cluster import OnGoogle
from infra.gcp.project import google_cluster
from infra.lock import Lock, everything_from_now_on
from infra.settings import Google, Settings, parse
from infra.workloads import Workload, workloads
from tests.infra.engine.engine import Engine, engine
from tests.infra.engine.google import GoogleCloud
from tests.infra.engine.provider import ResourceModel
from tests.infra.engine.stacks import place, settings
from tests.infra.settings.stack_files import config
from vitals.errors import VitalsError
from vitals.local.tools import find
from vitals.verify.cluster.api import ApiServer

PROJECT = "name: vitals\nruntime: python\n"


@dataclass
class GoogleHalf:
    """One stack's Google half.

    Attributes:
        stack: Its name.
        settings: Of the committed stack file; a test may put others in their place.
        project: What was made.
        engine: Runs it.
        outputs: Of the last update that a test asked for.
        compare: What is done with a cluster that is there.
    """

    stack: str
    settings: Settings
    project: GoogleCloud
    engine: Engine | None = None
    outputs: Mapping[str, Any] = field(default_factory=dict)
    compare: Callable[[ApiServer, OnGoogle], None] = field(default_factory=lambda: _nothing_to_compare)

    @property
    def google(self) -> Google:
        """The Google part of the settings."""
        assert self.settings.google
        return self.settings.google

    @property
    def accounts(self) -> tuple[Workload, ...]:
        """Who may do what."""
        return workloads(self.settings, rendered.read(self.settings.environment))

    def running(self) -> Engine:
        """The engine, once the stack is there."""
        assert self.engine
        return self.engine

    def change(self, **changes: object) -> None:
        """Edit the stack file."""
        self.settings = parse(self.stack, {**config(self.stack), **changes})

    def inputs(self, token: str) -> list[Mapping[str, Any]]:
        """The inputs of all resources of a type."""
        return [made.inputs for _, made in sorted(self.project.made.items()) if made.token == token]

    def only(self, token: str) -> Mapping[str, Any]:
        """The inputs of the one resource of a type."""
        (found,) = self.inputs(token)
        return found

    def program(self) -> None:
        """What the program does about Google and the lock, as its entry does it."""
        everything = everything_from_now_on()
        files = rendered.read(self.settings.environment)
        try:
            cluster = google_cluster(self.settings, self.google, files, self.accounts, self.compare)
        except VitalsError as error:
            raise pulumi.RunError(str(error)) from None
        Lock("lock", everything, protected=self.settings.protected)
        assert cluster.google
        for name, value in cluster.google.outputs.items():
            pulumi.export(name, value)


def _nothing_to_compare(_server: ApiServer, _google: OnGoogle) -> None:
    """A cluster that the stack makes holds nothing yet."""
    raise AssertionError("there is no cluster before the stack")


@contextmanager
def google_half(stack: str, folder: Path, *, without: tuple[str, ...] = ()) -> Iterator[GoogleHalf]:
    """Prepares a stack.

    Args:
        stack: Its name.
        folder: Empty; for state.
        without: Ids of secrets that are not created yet.
    """
    there = place(stack, without)
    half = GoogleHalf(stack, settings(stack), there.google)
    worlds: dict[str, ResourceModel] = {"gcp": there.google, "kubernetes": there.cluster}
    with engine(half.program, worlds, folder, pulumi=find("pulumi"), project=PROJECT, stack=stack) as running:
        half.engine = running
        yield half
