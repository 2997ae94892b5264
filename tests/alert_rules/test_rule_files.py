"""Rule files as Prometheus takes them: clean for its linter, and the same everywhere but for what is declared."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.alert_rules.conftest import ShippedEnvironment
from tests.made_once import files_of
from vitals.model.catalog import Catalogue, Environment
from vitals.rendered import groups_in, write_plain_rule_files


def _write(catalogue: Catalogue, environment: Environment, folder: Path) -> list[Path]:
    files = files_of(catalogue, environment)
    groups = [group for name, text in files.items() if name.startswith("rules/") for group in groups_in(text)]
    return list(write_plain_rule_files(groups, folder / environment.name).values())


@pytest.mark.rules
def test_the_linter_finds_nothing(any_catalogue: Catalogue, promtool: Path, tmp_path: Path) -> None:
    """``promtool check rules`` with every lint, fatal, is clean for each environment of both catalogues.

    What is pasted must be valid; whether its author follows the linter's advice is not ours to judge.
    """
    assert any_catalogue.environments
    for environment in any_catalogue.environments.values():
        files = _write(any_catalogue, environment, tmp_path)
        pasted = [file for file in files if file.name.startswith(("handwritten.", "mixins."))]
        ours = [file for file in files if file not in pasted]
        assert ours
        assert pasted
        for lint, some in ((("--lint=all", "--lint-fatal"), ours), (("--lint=none",), pasted)):
            ran = subprocess.run(
                [promtool, "check", "rules", *lint, *some], capture_output=True, text=True, check=False
            )

            assert ran.returncode == 0, ran.stdout + ran.stderr


def _only_in_production(local: ShippedEnvironment, prod: ShippedEnvironment) -> set[str]:
    """The declared difference: exporters that a single machine does not have, with jobs and rules of their own."""
    ours, theirs = (set(rendered.plan.environment.exporters) for rendered in (local, prod))
    assert ours < theirs
    return theirs - ours


def test_rules_differ_in_addresses_only(local: ShippedEnvironment, prod: ShippedEnvironment) -> None:
    """Rule for rule the same runs on a laptop and in production, once addresses and budget are taken out."""
    only_there = _only_in_production(local, prod)

    def without_addresses(rendered: ShippedEnvironment) -> dict[str, object]:
        environment = rendered.plan.environment
        groups = {}
        for name in (name for name in rendered.files if name.startswith("rules/")):
            text = re.sub(r"source_url: \S+", "source_url: RULE", rendered.files[name])
            text = text.replace(environment.runbooks_url, "RUNBOOKS")
            text = text.replace(environment.dashboards_url, "DASHBOARDS")
            series = environment.budget.series
            text = re.sub(rf"\b{series}\b", "BUDGET", text).replace(f"(> {series / 1000:g}k)", "(> BUDGET)")
            (found,) = groups_in(text)
            group = found.body
            group["rules"] = [rule for rule in group["rules"] if rule["labels"]["service"] not in only_there]
            groups[name] = group
        return {name: group for name, group in groups.items() if group["rules"]}

    assert without_addresses(local) == without_addresses(prod)


def test_routes_and_inhibitions_are_the_same(local: ShippedEnvironment, prod: ShippedEnvironment) -> None:
    """Only the global part, the folder of secrets and where dashboards are differ: who is notified of what is equal."""
    ours, theirs = (
        yaml.load(rendered.files["alertmanager.yml"], Loader=yaml.CSafeLoader) for rendered in (local, prod)
    )

    assert set(ours) == set(theirs)
    for key in set(ours) - {"global", "receivers"}:
        assert ours[key] == theirs[key], key
    here, there = local.plan.environment, prod.plan.environment
    moved = json.dumps(ours["receivers"]).replace(here.secrets_dir, there.secrets_dir)
    assert json.loads(moved.replace(here.dashboards_url, there.dashboards_url)) == theirs["receivers"]


def test_scrapes_are_as_often(local: ShippedEnvironment, prod: ShippedEnvironment) -> None:
    """The intervals and timeouts of the local scrape configuration are those of production's ServiceMonitors."""
    config = yaml.load(local.files["prometheus.yml"], Loader=yaml.CSafeLoader)
    ours = {job["job_name"]: (job["scrape_interval"], job["scrape_timeout"]) for job in config["scrape_configs"]}
    monitors = [
        yaml.load(text, Loader=yaml.CSafeLoader) for name, text in prod.files.items() if name.startswith("monitors/")
    ]
    theirs = {
        monitor["metadata"]["name"]: (endpoint["interval"], endpoint["scrapeTimeout"])
        for monitor in monitors
        for endpoint in monitor["spec"]["endpoints"]
    }

    assert set(theirs) - set(ours) == _only_in_production(local, prod)
    assert ours == {name: pace for name, pace in theirs.items() if name in ours}
