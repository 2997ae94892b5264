"""Grafana is provisioned by files: one data source under the uid that dashboards name, our dashboards, viewers only."""

from __future__ import annotations

import configparser
from pathlib import Path

import pytest
import yaml

from vitals.errors import VitalsError
from vitals.local.stack.folder import RunFolder
from vitals.local.stack.parts.grafana import grafana, home_of


def installed(tmp_path: Path, name: str = "grafana") -> Path:
    """Make the folders of an installed Grafana."""
    program = tmp_path / "grafana-home" / "bin" / name
    (program.parent.parent / "conf").mkdir(parents=True)
    (program.parent.parent / "conf" / "defaults.ini").touch()
    program.parent.mkdir()
    program.touch()
    return program


def test_grafana_reads_our_files_and_listens_on_loopback_only(tmp_path: Path, folder: RunFolder) -> None:
    """The data source points at this run's Prometheus, the dashboards are the run's own, and login is off."""
    program = installed(tmp_path)

    part = grafana(program, folder, port=3999, prometheus_url="http://127.0.0.1:9999", after=("prometheus",))

    root = folder.config / "grafana"
    settings = configparser.ConfigParser()
    settings.read(root / "grafana.ini", encoding="utf-8")
    assert settings["server"]["http_addr"] == "127.0.0.1"
    assert settings["auth.anonymous"]["org_role"] == "Viewer"
    assert settings["analytics"]["reporting_enabled"] == "false"
    (source,) = yaml.safe_load((root / "provisioning/datasources/prometheus.yaml").read_text())["datasources"]
    assert (source["uid"], source["url"], source["isDefault"]) == ("prometheus", "http://127.0.0.1:9999", True)
    (provider,) = yaml.safe_load((root / "provisioning/dashboards/dashboards.yaml").read_text())["providers"]
    assert provider["options"]["path"] == str(folder.config / "dashboards")
    assert part.argv[:4] == (str(program), "server", "--homepath", str(program.parents[1]))
    assert part.environment["GF_PATHS_PROVISIONING"] == str(root / "provisioning")
    assert part.ready_url == "http://127.0.0.1:3999/api/health"


def test_the_older_program_takes_no_server_word(tmp_path: Path, folder: RunFolder) -> None:
    """`grafana-server` is the server itself."""
    program = installed(tmp_path, "grafana-server")

    part = grafana(program, folder, port=3999, prometheus_url="http://127.0.0.1:9999", after=())

    assert part.argv[1] == "--homepath"


def test_a_grafana_without_its_defaults_is_an_error(tmp_path: Path) -> None:
    """A lone binary cannot run."""
    program = tmp_path / "opt" / "bin" / "grafana"
    program.parent.mkdir(parents=True)
    program.touch()

    with pytest.raises(VitalsError, match=r"conf/defaults\.ini is not"):
        home_of(program)
