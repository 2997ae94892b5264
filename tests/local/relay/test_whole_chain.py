"""From a rule of a real Prometheus, by a real Alertmanager and the command itself, to a picture below the text."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.local.relay.own_prometheus import own_prometheus, write_dashboard
from tests.local.relay.routed import ALERT, alertmanager_of
from tests.local.relay.served_channels import ServedChannels, until
from tests.made_once import files_of
from vitals.cli.pictures_serve import serve
from vitals.errors import VitalsError
from vitals.local.processes.ports import free_ports
from vitals.model.catalog import Catalogue
from vitals.render import Plan
from vitals.render.pictures import pictures_entry

pytestmark = pytest.mark.rules

LINK = "http://portal.example/d/itself/itself?viewPanel=1&var-job=itself&from=now-5m"


@contextmanager
def _serving(prometheus: str, rendered: Path, secrets: Path, port: int) -> Iterator[str]:
    """The command as a process; gives its base URL once it answers."""
    command = (
        *(sys.executable, "-m", "vitals.cli", "pictures", "serve", "--prometheus", prometheus),
        *("--rendered", str(rendered), "--secrets", str(secrets), "--port", str(port)),
    )
    url, log = f"http://127.0.0.1:{port}", rendered / "log"
    with log.open("w") as output, subprocess.Popen(command, stdout=output, stderr=output) as process:
        try:
            until(lambda: process.poll() is not None or _answers(url), "the relay answers", 60.0)
            assert process.poll() is None, log.read_text()
            yield url
        finally:
            process.terminate()
            assert process.wait(20.0) == 0, log.read_text()


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/-/ready").is_success
    except httpx.TransportError:
        return False


def _rendered(plan: Plan, wellness: Catalogue, channels: ServedChannels, folder: Path) -> Path:
    """What the relay reads of an environment, with the addresses of this run and one dashboard."""
    model = json.loads(files_of(wellness, wellness.environments["local"])["model.json"])
    entry = pictures_entry(plan)
    assert entry is not None
    model["pictures"] = entry.model_copy(update={"slack_api": channels.slack_api}).model_dump(mode="json")
    text = json.dumps(model).replace("__smtp_address__", channels.smtp)
    (folder / "dashboards").mkdir(parents=True)
    (folder / "model.json").write_text(text)
    write_dashboard(folder / "dashboards", {1: ("Targets up", 'up{job="$job"}')})
    return folder


def test_the_panel_of_an_alert_follows_its_text(
    plan: Plan, wellness: Catalogue, channels: ServedChannels, tmp_path: Path
) -> None:
    """In Slack and by mail, drawn from what Prometheus holds then."""
    rule = {"alert": ALERT["alertname"], "expr": 'up{job="itself"} == 1', "annotations": {"dashboard_url": LINK}}
    labels = {name: value for name, value in ALERT.items() if name != "alertname"}
    rules = tmp_path / "rules.json"
    rules.write_text(json.dumps({"groups": [{"name": "one", "rules": [{**rule, "labels": labels}]}]}))
    port = free_ports(["pictures"])["pictures"]
    rendered = _rendered(plan, wellness, channels, tmp_path / "rendered")
    with alertmanager_of(plan, channels, f"http://127.0.0.1:{port}", tmp_path) as alertmanager:
        target = {"static_configs": [{"targets": [alertmanager.url.removeprefix("http://")]}]}
        config = {"rule_files": [str(rules)], "alerting": {"alertmanagers": [target]}}
        with (
            own_prometheus(tmp_path, **config) as prometheus,
            _serving(prometheus, rendered, tmp_path / "secrets", port) as url,
        ):
            until(lambda: all(channels.followed(one) for one in ("slack", "email")), "pictures have followed", 90.0)
            metrics = httpx.get(f"{url}/metrics").text

    (slack,), (mail,) = channels.followed("slack"), channels.followed("email")
    assert slack.summary == "[FIRING] ServiceOutage: wellness-api, Targets up (Itself)"
    assert mail.summary == "Re: [FIRING] ServiceOutage: wellness-api"
    picture = (channels.pictures / slack.picture).read_bytes()
    assert slack.picture == mail.picture
    assert struct.unpack(">II", picture[16:24]) == (1504, 856)
    assert 'pictures_sent_total{channel="slack"} 1.0' in metrics


def test_the_command_says_what_is_missing(
    plan: Plan, wellness: Catalogue, channels: ServedChannels, tmp_path: Path
) -> None:
    """A secret file, an environment without pictures, or an address that is none: nothing is served."""
    rendered = _rendered(plan, wellness, channels, tmp_path / "rendered")
    without = tmp_path / "without"
    without.mkdir()
    (without / "model.json").write_text(files_of(wellness, wellness.environments["local"])["model.json"])

    with pytest.raises(VitalsError, match="lacks pictures-token, platform-bot"):
        serve(prometheus="http://127.0.0.1:9", secrets=tmp_path, rendered=rendered)
    with pytest.raises(VitalsError, match="has no pictures"):
        serve(prometheus="http://127.0.0.1:9", secrets=tmp_path, rendered=without)
    with pytest.raises(VitalsError, match="is not an http address"):
        serve(prometheus="127.0.0.1:9", secrets=tmp_path, rendered=rendered)
