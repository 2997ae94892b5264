"""The stacks of this repository on the engine: ``infra/__main__.py`` as committed, with the committed stack files.

Only the back end and the secrets provider are replaced. A stack without Google gets an invented value for each secret
that it wants, and a Google project has whatever the program must find there.
"""

import runpy
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml
from pulumi import automation

from infra import rendered
from infra.settings.stack import Settings, parse
from infra.workloads import workloads
from tests.infra.engine.cluster import RecordedCluster
from tests.infra.engine.engine import Engine, engine
from tests.infra.engine.google import GoogleCloud
from tests.infra.engine.provider import ResourceModel
from tests.infra.engine.wire import Values
from tests.infra.settings.stack_files import config, project
from vitals.paths import ROOT

PLANTED = "planted-value-of-"
SECRET = "gcp:secretmanager/secret:Secret"
PROJECT_NUMBER = "123456789012"


def program() -> None:
    """The program, run as Pulumi's language host runs it."""
    runpy.run_path(str(ROOT / "infra" / "__main__.py"), run_name="__main__")


@dataclass(frozen=True)
class Place:
    """Where a stack goes: a Google project and a cluster, both doubles.

    Attributes:
        google: The project.
        cluster: The cluster.
    """

    google: GoogleCloud
    cluster: RecordedCluster

    def copied(self) -> "Place":
        """The same place once more."""
        return Place(self.google.copied(), self.cluster.copied())


def place(stack: str, without: Iterable[str] = ()) -> Place:
    """An empty place in which the program finds what a stack wants to be there.

    Args:
        stack: Name of the stack.
        without: Ids of secrets that are not created.
    """
    ids = frozenset(f"vitals-{settings(stack).environment}-{file}" for file in secret_files(stack)) - frozenset(without)

    def project(arguments: Values) -> Values:
        return {"projectId": arguments["projectId"], "number": PROJECT_NUMBER, "name": "An invented project"}

    def secrets(arguments: Values) -> Values:
        named = f"projects/{arguments['project']}/secrets/"
        return {"secrets": [{"secretId": one, "name": named + one} for one in sorted(ids)]}

    answers = {
        "gcp:organizations/getProject:getProject": project,
        "gcp:secretmanager/getSecrets:getSecrets": secrets,
    }
    return Place(GoogleCloud(outside={SECRET: ids}, answers=answers), RecordedCluster())


def settings(stack: str) -> Settings:
    """What a committed stack file says."""
    return parse(stack, config(stack))


def secret_files(stack: str) -> frozenset[str]:
    """The secret files that a stack mounts somewhere."""
    chosen = settings(stack)
    accounts = workloads(chosen, rendered.read(chosen.environment))
    return frozenset(file for account in accounts for file in account.secrets)


@contextmanager
def prepared(
    stack: str, where: Place, folder: Path, pulumi: Path, *, earlier: Path | None = None, checkpoints: bool = False
) -> Iterator[Engine]:
    """A stack with its committed configuration, in a place.

    Args:
        stack: Name of the stack.
        where: The place.
        folder: Empty; for state and files.
        pulumi: The engine's command.
        earlier: The folder of the same stack, deployed before; this one goes on from a copy of it.
        checkpoints: Whether the state is written after each step, as for users.
    """
    worlds: dict[str, ResourceModel] = {"gcp": where.google, "kubernetes": where.cluster}
    with engine(
        program,
        worlds,
        folder,
        pulumi=pulumi,
        project=_project_file(),
        stack=stack,
        earlier=earlier,
        checkpoints=checkpoints,
    ) as made:
        if earlier is None:
            _write_stack_file(stack, folder / "work")
            _plant_secrets(made.stack)
        yield made


def _project_file() -> str:
    """``Pulumi.yaml``, but for where the program is: the engine asks this process for it."""
    content = {key: value for key, value in project().items() if key != "main"}
    return yaml.safe_dump({**content, "runtime": "python"}, sort_keys=False)


def _write_stack_file(stack: str, work: Path) -> None:
    """Put the committed stack file where the engine looks for it, without what only its owner could decrypt."""
    content = yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8"))
    kept = {key: value for key, value in content.items() if key not in ("secretsprovider", "encryptedkey")}
    (work / f"Pulumi.{stack}.yaml").write_text(yaml.safe_dump(kept, sort_keys=False), encoding="utf-8")


def _plant_secrets(stack: automation.Stack) -> None:
    """Give a stack without Google a value for each secret file, encrypted as its owner would."""
    if settings(stack.name).google:
        return
    values = {
        f'vitals:secrets["{file}"]': automation.ConfigValue(PLANTED + file, secret=True)
        for file in secret_files(stack.name)
    }
    stack.set_all_config(values, path=True)
