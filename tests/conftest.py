"""What every room's tests share: the catalogues that must always render, and real servers on loopback."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.catalogues import SHOP, WELLNESS
from tests.made_once import files_of
from tests.slow import is_slow
from tests.tiers import TIERS, is_needless, names_mark
from vitals.local.processes.ports import free_ports
from vitals.model.catalog import Catalogue, load
from vitals.paths import CATALOG
from vitals.render import write

if TYPE_CHECKING:
    from xdist.remote import Producer
    from xdist.scheduler import LoadScopeScheduling

START_S = 60.0


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling | None:
    """Who runs what where tests go to workers by scope: what looks at one stack goes to one worker."""
    if config.getvalue("dist") != "loadscope":
        return None
    from tests.infra.one_worker import OneWorkerForEachStack  # noqa: PLC0415 - infra is loaded for this alone

    return OneWorkerForEachStack(config, log)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Import nothing of which the run takes nothing."""
    looked_at = collection_path.is_dir() or collection_path.name.startswith("test_")
    path = _from_root(collection_path, config)
    return True if looked_at and is_needless(path, collection_path, config.option.markexpr) else None


@pytest.hookimpl(tryfirst=True)  # before `-m` looks at marks
def pytest_collection_modifyitems(items: list[pytest.Item], config: pytest.Config) -> None:
    """Refuse a mark by which modules are left out and that the text of its module does not name; mark slow rooms."""
    texts = {path: path.read_text(encoding="utf-8") for path in {item.path for item in items}}
    for item in items:
        unnamed = [mark.name for mark in item.iter_markers() if mark.name in (*TIERS, "slow")]
        unnamed = [mark for mark in unnamed if not names_mark(texts[item.path], mark)]
        if unnamed:
            raise pytest.UsageError(f"{item.nodeid} is marked {unnamed[0]}; write pytest.mark.{unnamed[0]} in its file")
        if is_slow(_from_root(item.path, config)):
            item.add_marker(pytest.mark.slow)


def _from_root(path: Path, config: pytest.Config) -> PurePosixPath:
    return PurePosixPath(path.relative_to(config.rootpath) if path.is_relative_to(config.rootpath) else path)


@pytest.fixture(scope="session")
def live() -> Catalogue:
    """The catalogue of this repository, for tests of what is committed beside it; they hold whatever it declares."""
    return load(CATALOG)


@pytest.fixture(scope="session")
def wellness() -> Catalogue:
    """The platform that the demo runs, for tests that know by name what is declared."""
    return load(WELLNESS)


@pytest.fixture(scope="session")
def demo_rendered(wellness: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All that is rendered of the demo's catalogue, a folder for each environment as in ``rendered/``."""
    folder = tmp_path_factory.mktemp("demo_rendered")
    for environment in wellness.environments.values():
        write(files_of(wellness, environment), folder / environment.name)
    return folder


@pytest.fixture(scope="session")
def sample() -> Catalogue:
    """A quite different catalogue, so that nothing of ours is hard-wired; its hand-written rules are the same."""
    return replace(load(SHOP), rule_files=WELLNESS / "rule_files")


@pytest.fixture(params=["wellness", "sample"])
def any_catalogue(request: pytest.FixtureRequest) -> Catalogue:
    """Each of the two samples in turn."""
    catalogue: Catalogue = request.getfixturevalue(request.param)
    return catalogue


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Asynchronous tests run on asyncio."""
    return "asyncio"


@pytest.fixture
def unused_port() -> int:
    """A port of loopback on which nothing listens."""
    return free_ports(["unused"])["unused"]


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """``HOST:PORT`` of a running Firestore emulator, one for the session."""
    for program in ("gcloud", "java"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed, so there is no Firestore emulator (`vitals doctor` says the way)")
    address = f"127.0.0.1:{free_ports(['emulator'])['emulator']}"
    log = tmp_path_factory.mktemp("emulator") / "emulator.log"
    command = ["gcloud", "emulators", "firestore", "start", f"--host-port={address}"]
    with (
        log.open("wb") as output,
        subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
        ) as process,
    ):
        try:
            _wait_until_answered(f"http://{address}/", process, log)
            assert process.poll() is None, log.read_text()
            yield address
        finally:
            _end_group(process.pid)


@pytest.fixture
def empty_emulator(emulator: str) -> str:
    """The emulator, with every document of the demo's project deleted."""
    url = f"http://{emulator}/emulator/v1/projects/wellness-local/databases/(default)/documents"
    urllib.request.urlopen(urllib.request.Request(url, method="DELETE"), timeout=60).close()
    return emulator


@pytest.fixture
def redis_server(tmp_path: Path, unused_port: int) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """URL and process of a real Redis that keeps nothing on disk."""
    if shutil.which("redis-server") is None:
        pytest.skip("redis-server is not installed on this machine (Debian: apt install redis-server)")
    command = ["redis-server", "--port", str(unused_port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            for line in process.stdout:
                if b"Ready to accept connections" in line:
                    break
            yield f"redis://127.0.0.1:{unused_port}/0", process
        finally:
            process.kill()


class _Receiver(ThreadingHTTPServer):
    """A small OTLP/HTTP receiver that keeps the spans."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Export)
        self.spans: list[tuple[str, Span]] = []


class _Export(BaseHTTPRequestHandler):
    server: _Receiver

    def do_POST(self) -> None:
        request = ExportTraceServiceRequest.FromString(self.rfile.read(int(self.headers["content-length"])))
        for resource in request.resource_spans:
            (service,) = (a.value.string_value for a in resource.resource.attributes if a.key == "service.name")
            self.server.spans += [(service, span) for scope in resource.scope_spans for span in scope.spans]
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's own name
        pass


@pytest.fixture
def otlp_receiver() -> Iterator[tuple[str, list[tuple[str, Span]]]]:
    """URL of a real OTLP/HTTP receiver on a free port, and the spans that it got, each with its service."""
    with _Receiver() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", server.spans
        server.shutdown()
        thread.join()


def _wait_until_answered(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_S
    while process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=1).close()
        except OSError:
            if time.monotonic() > deadline:
                pytest.fail(f"did not start within {START_S:.0f} s:\n{log.read_text()}")
            time.sleep(0.05)
        else:
            return


def _end_group(leader: int) -> None:
    """End a process and all that it started: gcloud leaves the JVM running when only it is ended."""
    with contextlib.suppress(ProcessLookupError):  # it ended by itself, and what it wrote is the failure to read
        os.killpg(leader, signal.SIGKILL)
