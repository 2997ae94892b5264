"""A real Prometheus and Alertmanager run what is rendered, and then something else.

Grafana itself cannot be had here: its API is spoken by a small HTTP server, which stores dashboards as Grafana does
(an id and a version are added, the schema is raised).
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from typer.testing import CliRunner

from tests.alert_rules.local_alertmanager import running as running_alertmanager
from tests.alert_rules.local_alertmanager import until
from tests.serving import serving
from vitals.cli import app
from vitals.local.processes.ports import LOOPBACK, free_ports
from vitals.local.tools import ensure, showing_progress
from vitals.rendered import names, read, write_plain_rule_files

pytestmark = pytest.mark.live

ENV = "prod"


@pytest.fixture(scope="module")
def programs() -> dict[str, Path]:
    """Prometheus and Alertmanager."""
    with showing_progress() as report:
        return dict(ensure(("prometheus", "alertmanager"), report))


@contextmanager
def _prometheus(program: Path, rules: Path, folder: Path) -> Iterator[str]:
    folder.mkdir()
    (folder / "prometheus.yml").write_text(yaml.safe_dump({"rule_files": [f"{rules}/*.yaml"]}))
    address = f"{LOOPBACK}:{free_ports(['prometheus'])['prometheus']}"
    options = (f"--config.file={folder / 'prometheus.yml'}", f"--storage.tsdb.path={folder / 'data'}")
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [program, *options, f"--web.listen-address={address}"], stdout=log, stderr=subprocess.STDOUT
        )
    try:
        until(lambda: process.poll() is not None or _answers(f"http://{address}/-/ready"), "Prometheus is ready")
        assert process.poll() is None, (folder / "log").read_text()
        yield f"http://{address}"
    finally:
        process.terminate()
        process.wait(30)


def _answers(url: str) -> bool:
    try:
        return httpx.get(url).is_success
    except httpx.TransportError:
        return False


def _drift(rendered: Path, *options: str) -> tuple[int, dict[str, Any]]:
    done = CliRunner().invoke(app, ["drift", "--env", ENV, "--rendered", str(rendered), "--json", *options])
    return done.exit_code, json.loads(done.stdout)


def _texts(found: dict[str, Any]) -> str:
    return "\n".join(f"{one['subject']}: {one['text']}" for one in found["drift"])


def test_rules_are_equal_until_one_is_changed(demo_rendered: Path, programs: dict[str, Path], tmp_path: Path) -> None:
    """Every rule of the environment is compared; another bound, duration and group, and one less, are each named."""
    groups = read(demo_rendered / ENV).groups()
    rules = tmp_path / "rules"
    files = write_plain_rule_files(groups, rules)
    with _prometheus(programs["prometheus"], rules, tmp_path / "equal") as url:
        code, found = _drift(demo_rendered, "--prometheus", url)
        assert (code, found["drift"]) == (0, [])
        assert found["looked"]["rules"] == sum(len(group.rules) for group in groups) > 0

    group = next(one for one in groups if sum(rule.alert is not None for rule in one.rules) > 1)
    content = yaml.safe_load(files[group.name].read_text())
    changed, removed = [one for one in content["groups"][0]["rules"] if "alert" in one][:2]
    changed |= {"expr": "vector(1) > 0", "for": "11m", "annotations": {}}
    content["groups"][0]["rules"].remove(removed)
    content["groups"][0]["interval"] = "7m"
    content["groups"].append({"name": "of-others", "rules": [{"record": "other:up", "expr": "up"}]})
    files[group.name].write_text(yaml.safe_dump(content))
    with _prometheus(programs["prometheus"], rules, tmp_path / "changed") as url:
        code, found = _drift(demo_rendered, "--prometheus", url)
        assert code == 1
        said = _texts(found)
        assert "asks `vector(1) > 0` instead of" in said
        assert "for is 660 s instead of" in said
        assert "annotation summary is not there" in said
        assert "is evaluated every 420 s instead of" in said
        assert any(one["subject"].startswith(removed["alert"]) for one in found["drift"])
        assert "of-others" not in said
        assert "group of-others: runs and is not rendered" in _texts(
            _drift(demo_rendered, "--prometheus", url, "--extra")[1]
        )


def test_routes_are_equal_until_one_is_changed(demo_rendered: Path, programs: dict[str, Path], tmp_path: Path) -> None:
    """Alertmanager's own spelling, its defaults and hidden secrets make no difference; each change is named."""
    text = (demo_rendered / ENV / names.ALERTMANAGER).read_text()
    with running_alertmanager(programs["alertmanager"], text, tmp_path / "equal") as alertmanager:
        code, found = _drift(demo_rendered, "--alertmanager", alertmanager.url)
        assert (code, found["drift"]) == (0, [])
        assert found["looked"]["routes"] > 0

    config = yaml.safe_load(text)
    config["route"]["repeat_interval"] = "13h"
    config["route"]["routes"].append({"receiver": config["route"]["receiver"], "matchers": ['team="others"']})
    config["inhibit_rules"] = config["inhibit_rules"][:-1]
    config["receivers"].append({"name": "of-others"})
    with running_alertmanager(programs["alertmanager"], yaml.safe_dump(config), tmp_path / "changed") as alertmanager:
        code, found = _drift(demo_rendered, "--alertmanager", alertmanager.url)
        said = _texts(found)
        assert code == 1
        assert "route: repeat_interval is 13h instead of 12h" in said
        assert "route: has " in said
        assert f"inhibit_rules has {len(config['inhibit_rules'])} entries instead of" in said
        assert "receiver of-others: is there and is not rendered" in said


class _Grafana(BaseHTTPRequestHandler):
    """The one path of Grafana's API that is asked, over dashboards in a folder."""

    folder: Path
    change: Callable[[dict[str, Any]], None]

    def do_GET(self) -> None:
        file = self.folder / f"{self.path.rpartition('/')[2]}.json"
        asked = self.path.startswith("/api/dashboards/uid/")
        if self.headers.get("Authorization") != "Bearer of-a-test":
            return self._answer(401, {"message": "Unauthorized"})
        if not asked or not file.is_file():
            return self._answer(404, {"message": "Dashboard not found"})
        stored = json.loads(file.read_text())
        stored |= {"id": 7, "version": 3, "schemaVersion": 99}
        type(self).change(stored)
        return self._answer(200, {"dashboard": stored, "meta": {"slug": "x"}})

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=UTF-8")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def _grafana(folder: Path, change: Callable[[dict[str, Any]], None]) -> Iterator[str]:
    handler = type("Served", (_Grafana,), {"folder": folder, "change": staticmethod(change)})
    with serving(handler) as address:
        yield address


def test_dashboards_are_equal_until_one_is_saved_by_hand(
    demo_rendered: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What Grafana counts by itself makes no difference; a changed panel is named, and so is a lost dashboard."""
    monkeypatch.setenv("GRAFANA_TOKEN", "of-a-test")
    folder = demo_rendered / ENV / names.DASHBOARDS
    files = sorted(folder.glob("*.json"))
    assert len(files) > 1
    with _grafana(folder, lambda _: None) as url:
        code, found = _drift(demo_rendered, "--grafana", url)
        assert (code, found["drift"], found["looked"]) == (0, [], {"dashboards": len(files)})

    kept = tmp_path / "kept"
    kept.mkdir()
    for file in files[1:]:
        (kept / file.name).write_text(file.read_text())
    lost = json.loads(files[0].read_text())["title"]
    edited = json.loads(files[1].read_text())
    panel = next(one for one in edited["panels"] if one["type"] != "row")

    def edit(dashboard: dict[str, Any]) -> None:
        if dashboard["uid"] == edited["uid"]:
            next(one for one in dashboard["panels"] if one["id"] == panel["id"])["title"] = "By hand"

    with _grafana(kept, edit) as url:
        code, found = _drift(demo_rendered, "--grafana", url)
        assert code == 1
        assert f"{lost}: is not there" in _texts(found)
        assert f"title was '{panel['title']}'" in _texts(found)
        assert {one["subject"] for one in found["drift"]} == {lost, edited["title"]}
        monkeypatch.setenv("GRAFANA_TOKEN", "wrong")
        code, found = _drift(demo_rendered, "--grafana", url)
        assert (code, list(found["failed"])) == (2, ["dashboards"])


def test_what_cannot_be_looked_at_is_two(demo_rendered: Path, unused_port: int) -> None:
    """A server that does not answer cannot be looked at; what else was asked is reported all the same."""
    code, found = _drift(demo_rendered, "--prometheus", f"http://{LOOPBACK}:{unused_port}", "--context", "no-such")

    assert code == 2
    assert list(found["failed"]) == ["rules", "scalers"]
    assert found["equal"] is False
