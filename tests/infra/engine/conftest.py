"""The engine's command, a stack of a small program on it, and the stacks of this repository."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from tests.infra.engine import stacks
from tests.infra.engine.answering_cluster import STORAGE, answering_cluster
from tests.infra.engine.cluster import RecordedCluster
from tests.infra.engine.engine import Engine, engine
from tests.infra.engine.google import GoogleCloud
from tests.infra.engine.provider import ResourceModel
from tests.infra.engine.stacks import Place
from tests.infra.settings.stack_files import STACKS, config, each
from vitals.local.tools import find

PROJECT = "name: vitals\nruntime: python\n"
Start = Callable[[Callable[[], None]], Engine]
Prepare = Callable[[str, Place], Engine]


@pytest.fixture(scope="session")
def pulumi() -> Path:
    """The engine's command."""
    return find("pulumi")


@pytest.fixture
def google() -> GoogleCloud:
    """An empty project."""
    return GoogleCloud()


@pytest.fixture
def cluster() -> RecordedCluster:
    """An empty cluster."""
    return RecordedCluster()


@pytest.fixture
def start(pulumi: Path, google: GoogleCloud, cluster: RecordedCluster, tmp_path: Path) -> Iterator[Start]:
    """Makes a stack of a program, on the empty project and the empty cluster."""
    with ExitStack() as started:

        def begin(program: Callable[[], None]) -> Engine:
            worlds: dict[str, ResourceModel] = {"gcp": google, "kubernetes": cluster}
            made = engine(program, worlds, tmp_path, pulumi=pulumi, project=PROJECT, stack="dev", checkpoints=True)
            return started.enter_context(made)

        yield begin


@pytest.fixture(scope="session", autouse=True)
def kubeconfig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A kubeconfig whose contexts are those of the stack files, each at a new cluster of kind."""
    file = tmp_path_factory.mktemp("kube") / "config"
    with answering_cluster(STORAGE) as server, pytest.MonkeyPatch.context() as patch:
        write_kubeconfig(file, server)
        patch.setenv("KUBECONFIG", str(file))
        yield


def write_kubeconfig(file: Path, server: str) -> None:
    """Name a server by the contexts of the stack files."""
    contexts = [name for stack in STACKS if (name := config(stack).get("context"))]
    content = {
        "contexts": [{"name": name, "context": {"cluster": "c", "user": "u"}} for name in contexts],
        "clusters": [{"name": "c", "cluster": {"server": server}}],
        "users": [{"name": "u", "user": {"token": "of a test"}}],
    }
    file.write_text(yaml.safe_dump(content), encoding="utf-8")


@pytest.fixture
def prepare(pulumi: Path, tmp_path: Path) -> Iterator[Prepare]:
    """Makes a stack of this repository, not deployed yet, in a place."""
    with ExitStack() as started:

        def begin(stack: str, place: Place) -> Engine:
            made = stacks.prepared(stack, place, tmp_path, pulumi, checkpoints=True)
            return started.enter_context(made)

        yield begin


@dataclass(frozen=True)
class Deployed:
    """A stack of this repository that was deployed once.

    Attributes:
        stack: Its name.
        folder: Its state and files.
        place: Where it was deployed.
    """

    stack: str
    folder: Path
    place: Place


@pytest.fixture(scope="session", params=each(STACKS))
def deployed(request: pytest.FixtureRequest, pulumi: Path, tmp_path_factory: pytest.TempPathFactory) -> Deployed:
    """Each stack of this repository in turn, previewed and deployed into an empty place."""
    name, folder = str(request.param), tmp_path_factory.mktemp("deployed")
    place = stacks.place(name)
    with stacks.prepared(name, place, folder, pulumi) as stack:
        planned = stack.preview()
        done = stack.up()
    assert set(planned.changes.values()) == {"create"}
    assert planned.changes == done.changes
    return Deployed(name, folder, place)


@pytest.fixture
def place(deployed: Deployed) -> Place:
    """A copy of where the stack was deployed."""
    return deployed.place.copied()


@pytest.fixture
def stack(deployed: Deployed, place: Place, pulumi: Path, tmp_path: Path) -> Iterator[Engine]:
    """A copy of the deployed stack, so that no test sees what another did."""
    with stacks.prepared(deployed.stack, place, tmp_path, pulumi, earlier=deployed.folder) as stack:
        yield stack
