"""Real programs on loopback: Prometheus with the rules of one machine, and the exporters that it scrapes."""

from __future__ import annotations

import contextlib
import json
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import httpx
import pytest

from tests.made_once import files_of
from vitals.local.processes.ports import free_ports
from vitals.local.tools import ensure
from vitals.model.catalog import Catalogue
from vitals.rendered import CostEntry, RenderedModel

_PROGRAMS = ("prometheus", "alertmanager", "node_exporter")
_PATIENCE_S = 60


@dataclass(frozen=True, slots=True)
class CostedStack:
    """What runs.

    Attributes:
        urls: Address by program.
        cost: What was estimated for it.
    """

    urls: dict[str, str]
    cost: CostEntry


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(_PATIENCE_S * 10):
        assert process.poll() is None, f"{process.args!r} ended instead of starting"
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(url).is_success:
                return
        time.sleep(0.1)
    pytest.fail(f"{url} did not answer")


def _wait_until_scraped(url: str, jobs: Sequence[str]) -> None:
    """Until Prometheus has scraped each job once and its own metrics say how many series there are."""
    for _ in range(_PATIENCE_S):
        asked = {"query": f'up{{job=~"{"|".join(jobs)}"}} == 1'}
        up = httpx.get(f"{url}/api/v1/query", params=asked).json()["data"]["result"]
        if len(up) == len(jobs):
            return
        time.sleep(1)
    pytest.fail("not every exporter was scraped")


@pytest.fixture(scope="session")
def stack(wellness: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Iterator[CostedStack]:
    """Prometheus, Alertmanager and node exporter, without the platform."""
    folder = tmp_path_factory.mktemp("stack")
    files = files_of(wellness, wellness.environments["local"])
    for name in (name for name in files if name.startswith(("rules/", "prometheus.yml"))):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(files[name])
    (folder / "alertmanager.yml").write_text("route: {receiver: none}\nreceivers: [{name: none}]\n")
    ports = free_ports(_PROGRAMS)
    (folder / "targets").mkdir()
    for program, port in ports.items():
        targets = folder / "targets" / f"{program.removesuffix('_exporter')}.json"
        targets.write_text(json.dumps([{"targets": [f"127.0.0.1:{port}"]}]))
    paths = ensure(_PROGRAMS)
    urls = {program: f"http://127.0.0.1:{port}" for program, port in ports.items()}
    arguments = {
        "prometheus": [f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/tsdb"],
        "alertmanager": [
            f"--config.file={folder}/alertmanager.yml",
            f"--storage.path={folder}/alertmanager",
            "--cluster.listen-address=",
        ],
        "node_exporter": [],
    }
    with contextlib.ExitStack() as running:
        for program in _PROGRAMS:
            command = [str(paths[program]), *arguments[program], f"--web.listen-address=127.0.0.1:{ports[program]}"]
            process = running.enter_context(
                subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            )
            running.callback(process.terminate)
            _wait(f"{urls[program]}/metrics", process)
        _use(urls["prometheus"])
        _wait_until_scraped(urls["prometheus"], ["prometheus", "alertmanager", "node"])
        yield CostedStack(urls, RenderedModel.model_validate_json(files["model.json"]).cost)


def _use(url: str) -> None:
    """Ask what dashboards and the command line ask: a Prometheus that is used has series for each handler."""
    for path in ("labels", "rules", "alerts", "targets", "status/config", "query_exemplars?query=up&start=1&end=2"):
        httpx.get(f"{url}/api/v1/{path}").raise_for_status()
    httpx.get(f"{url}/api/v1/query_range?query=up&start=1&end=2&step=1").raise_for_status()
