"""The rendered files of one environment: all that this program knows of what is watched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from vitals.errors import VitalsError
from vitals.paths import RENDERED


class _Part(BaseModel):
    """A part of ``model.json``; fields that this program does not read may be there."""

    model_config = ConfigDict(frozen=True)


class Server(_Part):
    """What Prometheus or Alertmanager is given.

    Attributes:
        replicas: How many run.
        cpu: Processor time that is kept free for each.
        memory: Memory of each.
        disk: Volume of each.
    """

    replicas: int
    cpu: str
    memory: str
    disk: str


class Operator(_Part):
    """What the catalogue says about a place where configuration travels as objects.

    Attributes:
        namespace: Where the stack runs.
        platform_namespace: Where the platform runs, where it is scaled.
        boards_url: Where people find Grafana.
        secrets_dir: The folder in which Alertmanager finds its secret files.
        retention: How long a Prometheus of ours keeps samples.
        prometheus: What each Prometheus of ours is given; None where Google's managed one stores the metrics.
        alertmanager: What each Alertmanager is given.
    """

    namespace: str
    platform_namespace: str | None
    boards_url: str
    secrets_dir: str
    retention: str | None
    prometheus: Server | None
    alertmanager: Server


class RenderedEnvironment(_Part):
    """The environment as the catalogue describes it."""

    name: str
    delivery: str


class RenderedJob(_Part):
    """A scrape job: a service, or an exporter that must run for it."""

    name: str


class _Described(_Part):
    """The part of every ``model.json`` that says for what the files are."""

    environment: RenderedEnvironment


class Model(_Described):
    """What ``model.json`` says that decides which parts run and which secrets they need.

    Attributes:
        environment: The environment.
        operator: What runs beside the objects.
        jobs: What is scraped.
        secrets: Names of the secret files that Alertmanager reads.
    """

    operator: Operator
    jobs: Sequence[RenderedJob]
    secrets: Sequence[str] = Field(default=())


@dataclass(frozen=True, slots=True)
class Rendered:
    """One folder below ``rendered/``.

    Attributes:
        folder: The folder.
        model: Its ``model.json``.
    """

    folder: Path
    model: Model

    @property
    def operator(self) -> Operator:
        """What runs beside the objects."""
        return self.model.operator

    @property
    def managed(self) -> bool:
        """Whether Google's managed Prometheus collects and evaluates, in place of one of ours."""
        return self.model.environment.delivery == "managed"

    def scrapes(self, job: str) -> bool:
        """Whether the environment watches an exporter, so that it must run."""
        return any(one.name == job for one in self.model.jobs)

    def files(self, kind: str) -> list[Path]:
        """The files of one kind, by name: those of ``boards``, ``scalers``, and what the back end reads."""
        return sorted((self.folder / kind).glob("*.*"))

    @property
    def alertmanager(self) -> str:
        """Alertmanager's configuration."""
        return (self.folder / "alertmanager.yml").read_text(encoding="utf-8")


def read(environment: str, rendered: Path = RENDERED) -> Rendered:
    """Read the files of an environment.

    Raises:
        VitalsError: There are none, they cannot be read, or they are not for a cluster.
    """
    folder = rendered / environment
    file = folder / "model.json"
    if not file.is_file():
        known = ", ".join(sorted(path.parent.name for path in rendered.glob("*/model.json"))) or "none"
        raise VitalsError(
            f"vitals:environment is {environment!r}, and rendered/{environment} does not exist (there are: {known}), "
            f"so there is nothing to apply. Nothing was created. Name one of those, or add "
            f"catalog/environments/{environment}.py and run `vitals render`."
        )
    try:
        _for_a_cluster(_Described.model_validate_json(file.read_bytes()).environment)
        model = Model.model_validate_json(file.read_bytes())
    except ValidationError as error:
        raise VitalsError(
            f"rendered/{environment}/model.json is not what this version of Vitals writes ({error.error_count()} "
            "errors). Nothing was created. Run `vitals render` and commit the result."
        ) from error
    return Rendered(folder, model)


def _for_a_cluster(environment: RenderedEnvironment) -> None:
    if environment.delivery == "files":
        raise VitalsError(
            f"vitals:environment is {environment.name!r}, which is rendered for programs on one machine, and this "
            "program installs on a cluster. Nothing was created. Name an environment whose delivery is 'operator' or "
            "'managed'."
        )
