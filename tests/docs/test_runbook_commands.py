"""What a runbook has people paste works: queries, panel links, silences and searches in logs."""

from __future__ import annotations

import logging
import os
import re
import shlex
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
import pytest

from vitals.kit.scrape.monitor import NAME_LABEL
from vitals.local.processes.ports import free_ports
from vitals.local.stack.folder import RunFolder
from vitals.local.tools import find
from vitals.model.promql import Expr, resolve
from vitals.paths import RUNBOOKS
from vitals.render import Plan
from vitals_telemetry.logs import JsonFormatter

from .pages import read

PAGES = {file.stem: read(file) for file in sorted(RUNBOOKS.glob("*.md"))}
QUERIES = [(name, query) for name, page in PAGES.items() for query in page.fences("promql")]
PANELS = [(name, text, link) for name, page in PAGES.items() for text, link in page.links if link.startswith("/")]
SILENCED = {name: page for name, page in PAGES.items() if name not in ("README", "Watchdog")}


def _speaks_of(page: str, plans: list[Plan]) -> list[Plan]:
    """The environments that have the alert; a page without one of its own speaks of all."""
    return [plan for plan in plans if page in {alert.name for alert in plan.alerts}] or plans


def _owners(plans: list[Plan]) -> Mapping[str, set[str]]:
    """Whose each series is, and each panel as ``dashboard/id``: the jobs that some environment scrapes."""
    found: dict[str, set[str]] = {}
    for plan in plans:
        for job in plan.jobs:
            for metric in job.metrics:
                found.setdefault(metric.name, set()).add(job.name)
            for signal in plan.signals.get(job.name, ()):
                for name in (signal.record, f"{signal.dashboard}/{signal.panel}"):
                    found.setdefault(name, set()).add(job.name)
    return found


def _without(plan: Plan, owners: set[str]) -> bool:
    """Whether an environment has none of the jobs, as one without a Prometheus or a machine of its own."""
    return bool(owners) and not owners & {job.name for job in plan.jobs}


@pytest.mark.parametrize(("page", "query"), QUERIES)
def test_every_query_reads_series_that_exist(page: str, query: str, plans: list[Plan]) -> None:
    """It parses, and every name, label and value in it is known for some service that pages.

    So it is in each environment that has whatever exposes all of what is read.
    """
    service = next(service for service in plans[0].services if service.availability)
    owners, asked = _owners(plans), Expr(query.strip().replace("$service", service.name))
    speaks = _speaks_of(page, plans)
    richest = max(speaks, key=lambda plan: len(plan.jobs))
    read = {reading.name for reading in resolve(asked, richest.vocabulary).readings}
    assert read, f"{page} asks nothing"
    for plan in speaks:
        if not any(_without(plan, owners.get(name, set())) for name in read):
            assert resolve(asked, plan.vocabulary).readings


@pytest.mark.parametrize(("page", "text", "link"), PANELS)
def test_every_panel_link_opens_the_panel_that_it_names(
    page: str, text: str, link: str, plans: list[Plan], dashboards: list[dict[tuple[str, int], str]]
) -> None:
    """Dashboard and panel exist wherever what they show does, and the text is the title; no service is chosen."""
    form = re.fullmatch(r"/d/([a-z-]+)/\1\?viewPanel=(\d+)&from=now-\d+[hd]&to=now", link)
    assert form, f"{page}: {link}"
    titles_of = dict(zip((plan.environment.name for plan in plans), dashboards, strict=True))
    shown = _owners(plans).get(f"{form[1]}/{form[2]}", set())
    having = [plan for plan in _speaks_of(page, plans) if not _without(plan, shown)]
    assert having
    for titles in (titles_of[plan.environment.name] for plan in having):
        assert titles.get((form[1], int(form[2]))) == text, f"{page}: {link}"


def test_the_watchdog_is_never_silenced() -> None:
    """A silence on it would hide that the chain is broken."""
    assert "silence add" not in PAGES["Watchdog"].path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def alertmanager(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real Alertmanager on loopback, alone and without routes."""
    folder = tmp_path_factory.mktemp("alertmanager")
    (folder / "alertmanager.yml").write_text("route: {receiver: none}\nreceivers: [{name: none}]\n", "utf-8")
    address = f"127.0.0.1:{free_ports(['alertmanager'])['alertmanager']}"
    command = [
        str(find("alertmanager")),
        f"--config.file={folder / 'alertmanager.yml'}",
        f"--storage.path={folder / 'data'}",
        f"--web.listen-address={address}",
        "--cluster.listen-address=",
    ]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _wait_until_ready(f"http://{address}", process)
            yield f"http://{address}"
        finally:
            process.terminate()


def _wait_until_ready(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(150):
        assert process.poll() is None, "Alertmanager ended instead of starting"
        try:
            if httpx.get(f"{url}/-/ready").is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    pytest.fail("Alertmanager did not become ready")


@pytest.mark.rules
@pytest.mark.parametrize("name", SILENCED)
def test_the_silence_of_a_page_mutes_its_alert_and_ends(name: str, alertmanager: str) -> None:
    """The real amtool takes the command as it stands; it names alert and service or namespace, says why, and ends."""
    command = SILENCED[name].fences("sh")[0]
    environment = {
        **os.environ,
        "PATH": f"{find('amtool').parent}{os.pathsep}{os.environ['PATH']}",
        "ALERTMANAGER_URL": alertmanager,
        "service": "some-service",
        "instance": "10.0.0.1:9000",
        "cohort": "some-cohort",
        "component": "some-component",
        "signal": "some.signal",
        "namespace": "some-namespace",
        "persistentvolumeclaim": "some-claim",
    }
    done = subprocess.run(
        ["/bin/sh", "-euc", command], env=environment, capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == 0, done.stderr
    silence = httpx.get(f"{alertmanager}/api/v2/silence/{done.stdout.strip()}").json()
    matched = {matcher["name"]: matcher["value"] for matcher in silence["matchers"] if matcher["isEqual"]}
    assert matched["alertname"] == name
    # Of a volume both the operators and an owner are notified: its namespace mutes both, a service one of them.
    about = "namespace" if name.startswith("Volume") else "service"
    assert matched[about] == environment[about]
    assert len(silence["comment"].split()) >= 3
    assert silence["startsAt"] < silence["endsAt"]


def test_what_the_index_says_about_logs_is_so(tmp_path: Path) -> None:
    """Folder, label and the text to search for are those of the stack, the monitors and the log lines."""
    text = PAGES["README"].path.read_text(encoding="utf-8")
    folder = RunFolder(tmp_path / ".vitals" / "stack")
    assert f"`{folder.log('any').parent.relative_to(tmp_path)}/`" in text
    assert f'{NAME_LABEL}="$service"' in text
    pattern = shlex.split(re.findall(r"`(grep -E [^`]*)`", text)[0])[2]
    warning = logging.makeLogRecord({"levelname": "WARNING", "msg": "report failed"})
    assert re.search(pattern, JsonFormatter("any").format(warning))
