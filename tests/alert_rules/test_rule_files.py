"""Rule files as Prometheus takes them: clean for its linter, and the same everywhere but for what is declared."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import yaml

from tests.alert_rules.conftest import Rendered
from vitals.catalog import Catalogue, Environment
from vitals.render import render


def _write(catalogue: Catalogue, environment: Environment, folder: Path) -> list[Path]:
    written = []
    for name, text in render(catalogue, environment).items():
        if name.startswith("rules/"):
            written.append(folder / f"{environment.name}-{Path(name).name}")
            written[-1].write_text(text)
    return written


@pytest.mark.rules
def test_the_linter_finds_nothing(any_catalogue: Catalogue, promtool: Path, tmp_path: Path) -> None:
    """``promtool check rules`` with every lint, fatal, is clean for each environment of both catalogues."""
    for environment in any_catalogue.environments.values():
        files = _write(any_catalogue, environment, tmp_path)
        ran = subprocess.run(
            [promtool, "check", "rules", "--lint=all", "--lint-fatal", *files],
            capture_output=True,
            text=True,
            check=False,
        )

        assert files
        assert ran.returncode == 0, ran.stdout + ran.stderr


def test_rules_differ_in_addresses_only(local: Rendered, prod: Rendered) -> None:
    """Byte for byte the same rules run on a laptop and in production, once the base addresses are taken out."""
    names = {name for name in local.files if name.startswith("rules/")}

    def without_addresses(rendered: Rendered, name: str) -> str:
        environment = rendered.plan.environment
        text = rendered.files[name].replace(environment.runbooks_url, "RUNBOOKS")
        return text.replace(environment.boards_url, "BOARDS")

    assert names == {name for name in prod.files if name.startswith("rules/")}
    for name in names:
        assert without_addresses(local, name) == without_addresses(prod, name), name


def test_routes_and_inhibitions_are_the_same(local: Rendered, prod: Rendered) -> None:
    """Only the global part and the folder of secrets differ: who is told, when and of what is equal."""
    ours, theirs = (yaml.safe_load(rendered.files["alertmanager.yml"]) for rendered in (local, prod))

    assert set(ours) == set(theirs)
    for key in set(ours) - {"global", "receivers"}:
        assert ours[key] == theirs[key], key
    secrets = prod.plan.environment.secrets_dir
    assert yaml.safe_load(yaml.safe_dump(ours["receivers"]).replace("__secrets_dir__", secrets)) == theirs["receivers"]


def test_scrapes_are_as_often(local: Rendered, prod: Rendered) -> None:
    """The intervals and timeouts of the local scrape configuration are those of production's ServiceMonitors."""
    config = yaml.safe_load(local.files["prometheus.yml"])
    ours = {job["job_name"]: (job["scrape_interval"], job["scrape_timeout"]) for job in config["scrape_configs"]}
    monitors = [yaml.safe_load(text) for name, text in prod.files.items() if name.startswith("monitors/")]
    theirs = {
        monitor["metadata"]["name"]: (endpoint["interval"], endpoint["scrapeTimeout"])
        for monitor in monitors
        for endpoint in monitor["spec"]["endpoints"]
    }

    assert ours == theirs
