"""Rendering whole environments: deterministic, complete, and refused when a part does not fit."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.made_once import files_of, plan_of
from vitals.errors import VitalsError
from vitals.model.catalog import Catalogue, Environment, Scrape
from vitals.model.conventions import Severity
from vitals.model.promql import ResolvedForms, Series, SeriesType, written
from vitals.paths import RENDERED, ROOT
from vitals.render import compose, drift, render
from vitals.render.checked import check_expr
from vitals.rendered import groups_in


def _environments(catalogue: Catalogue) -> list[Environment]:
    return list(catalogue.environments.values())


@pytest.mark.slow  # `vitals render --check` is part of `make check`, too
def test_committed_files_are_what_the_catalogue_says(live: Catalogue) -> None:
    """``rendered/`` holds exactly what would be rendered now, for every environment."""
    assert _environments(live)
    for environment in _environments(live):
        assert not drift(files_of(live, environment), RENDERED / environment.name), environment.name


def test_no_other_environment_is_committed(live: Catalogue) -> None:
    """The folder of an environment that is no longer declared does not stay behind."""
    assert {folder.name for folder in RENDERED.iterdir()} == set(live.environments)


@pytest.mark.slow  # two processes that render
def test_output_does_not_depend_on_the_hash_seed(wellness: Catalogue, tmp_path: Path) -> None:
    """Two processes with different hash seeds write the same bytes, for one environment of each way of delivery.

    The others go through the same code with other numbers.
    """
    ways = {environment.delivery: environment.name for environment in wellness.environments.values()}
    chosen = [argument for name in ways.values() for argument in ("--env", name)]
    for seed in ("0", "4242"):
        subprocess.run(
            [sys.executable, "-m", "vitals.cli", "render", *chosen, "--out", str(tmp_path / seed)],
            cwd=ROOT,
            check=True,
            capture_output=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        )
    first, second = (
        {
            file.relative_to(tmp_path / seed): file.read_bytes()
            for file in (tmp_path / seed).rglob("*")
            if file.is_file()
        }
        for seed in ("0", "4242")
    )

    assert {file.parts[0] for file in first} == set(ways.values())
    assert first == second


def test_every_file_parses(any_catalogue: Catalogue) -> None:
    """Whatever is rendered is valid YAML or JSON and not empty."""
    assert _environments(any_catalogue)
    for environment in _environments(any_catalogue):
        for name, text in files_of(any_catalogue, environment).items():
            assert json.loads(text) if name.endswith(".json") else yaml.load(text, Loader=yaml.CSafeLoader), name


def test_delivery_decides_the_form(any_catalogue: Catalogue) -> None:
    """Files for one machine, objects for the operator; each rule group is there once, in the form that is taken."""
    assert _environments(any_catalogue)
    for environment in _environments(any_catalogue):
        files = files_of(any_catalogue, environment)
        rules = {
            name: yaml.load(text, Loader=yaml.CSafeLoader) for name, text in files.items() if name.startswith("rules/")
        }
        kinds = {"files": None, "operator": "PrometheusRule", "managed": "ClusterRules"}

        assert any(name.startswith("monitors/") for name in files) == (environment.delivery == "operator")
        assert ("prometheus.yml" in files) == (environment.delivery == "files")
        assert {one.get("kind") for one in rules.values()} == {kinds[environment.delivery]}
        groups = [group.name for name in rules for group in groups_in(files[name])]
        assert groups == [Path(name).stem for name in rules]
        assert sorted(groups) == [group.name for group in compose(any_catalogue, environment).groups]


def test_placeholders_are_declared(any_catalogue: Catalogue) -> None:
    """Every placeholder in rendered text is listed in the model, so that the stack that fills them knows them all."""
    assert _environments(any_catalogue)
    for environment in _environments(any_catalogue):
        files = files_of(any_catalogue, environment)
        declared = set(json.loads(files["model.json"])["placeholders"])
        found = {
            hit
            for name, text in files.items()
            if name != "model.json"
            for hit in re.findall(r"(?<!\$)__[a-z]+(?:_[a-z]+)*__", text)
            if not hit.startswith("__name")
        }

        assert found == declared


def test_an_environment_without_an_exporter_has_nothing_of_it(sample: Catalogue) -> None:
    """Rules, jobs and monitors exist only for what an environment has."""
    files = files_of(sample, sample.environments["lab"])

    assert not [name for name, text in files.items() if "node" in name or 'service="node"' in text]


def test_a_service_without_objectives_has_no_page(sample: Catalogue) -> None:
    """No objective, no page: the mailer has only warnings about its targets, their scrape and the queue it declares."""
    plan = plan_of(sample, sample.environments["lab"])
    alerts = [alert for alert in plan.alerts if alert.service == "mailer"]

    assert {alert.signal.family for alert in alerts if alert.signal} == {"targets", "meta", "tasks"}
    assert {alert.name for alert in alerts} >= {"TargetDown", "ScrapeSlow", "ScrapesMissed"}
    assert Severity.CRITICAL not in {alert.severity for alert in alerts}


def test_an_override_changes_bound_and_text(sample: Catalogue) -> None:
    """An environment overrides a bound by alert id, in its own rules only."""
    lab, cloud = (plan_of(sample, sample.environments[name]) for name in ("lab", "cloud"))
    bounds = [next(a for a in plan.alerts if a.id == "api.latency.high").bounds[0].value for plan in (lab, cloud)]

    assert bounds == [2.0, 0.5]


def test_an_override_of_nothing_is_refused(sample: Catalogue) -> None:
    """A bound for an alert that does not exist would do nothing, so it is an error."""
    wrong = replace(sample.environments["lab"], bounds={"api.latency.hihg": "2s"})

    with pytest.raises(VitalsError, match=r"no alert with a bound has the id api\.latency\.hihg"):
        compose(sample, wrong)


def test_an_override_in_another_unit_is_refused(sample: Catalogue) -> None:
    """A percentage is not a bound for seconds."""
    wrong = replace(sample.environments["lab"], bounds={"api.latency.high": "5%"})

    with pytest.raises(VitalsError, match=r"lab', field bounds, api\.latency\.high: .* is not a duration"):
        compose(sample, wrong)


def test_a_window_of_too_few_scrapes_is_refused(sample: Catalogue) -> None:
    """Scraping so slowly that a minute holds two samples makes the rates lie."""
    slow = replace(sample.environments["lab"], scrape=Scrape(page="30s", others="30s"))

    with pytest.raises(VitalsError, match="fewer than 4 scrapes of 30 s"):
        compose(sample, slow)


@pytest.mark.parametrize("call", ["max_over_time(load[5s])", "absent_over_time(load[14s])"])
def test_a_window_between_two_scrapes_is_refused(call: str) -> None:
    """Also of a gauge: it holds no sample most of the time, so the alert never fires, or does while all is well."""
    forms = ResolvedForms({"load": Series("load", SeriesType.GAUGE, {})})

    with pytest.raises(VitalsError, match=r"alert A: a window of .* is shorter than the 15 s between two scrapes"):
        check_expr("alert A", written(call), forms, 15.0)
    check_expr("alert A", written("max_over_time(load[15s])"), forms, 15.0)
    check_expr("alert A", written("max_over_time(load[1h:5s])"), forms, 15.0)


@pytest.mark.parametrize("name", ["kind", "dev", "staging", "prod"])
def test_local_equals_what_ships_but_for_declared_differences(name: str, live: Catalogue) -> None:
    """What is tested on one machine is what ships: rules and times agree once the addresses are taken out.

    A cluster has exporters that one machine lacks, with rules of their own, a larger budget of series, and perhaps
    no dead man's switch outside that hears the Watchdog, which is the first route. What pictures after notifications
    add to the routes has a test of its own, and so has planned maintenance, which is of some environments.
    """
    live = replace(live, maintenance={})
    local, there = (replace(live.environments[environment], pictures=None) for environment in ("local", name))
    mine, theirs = files_of(live, local), files_of(live, there)
    rules = {file for file in mine if file.startswith("rules/")}
    only_there = set(there.exporters) - set(local.exporters)
    of_them = {name for name in theirs if name.startswith(tuple(f"rules/{exporter}." for exporter in only_there))}

    assert set(local.exporters) <= set(there.exporters)
    assert rules == {name for name in theirs if name.startswith("rules/")} - of_them
    for file in rules - {"rules/vitals.meta.yaml"}:
        assert groups_in(_elsewhere(mine[file], local, there)) == groups_in(theirs[file]), file
    targets = _rules(_elsewhere(mine["rules/vitals.meta.yaml"], local, there))
    assert targets == [
        rule for rule in _rules(theirs["rules/vitals.meta.yaml"]) if rule["labels"]["service"] not in only_there
    ]
    ours, route = (yaml.load(files["alertmanager.yml"], Loader=yaml.CSafeLoader)["route"] for files in (mine, theirs))
    alike = slice(0 if there.deadman_file else 1, None)
    assert ours.pop("routes")[alike] == route.pop("routes")[alike]
    assert ours == route


def test_the_watchdog_is_heard_outside_where_there_is_a_switch(wellness: Catalogue, sample: Catalogue) -> None:
    """With a dead man's address the Watchdog goes there every minute, by a secret file; without one it goes nowhere."""
    files = {name: files_of(wellness, wellness.environments[name]) for name in ("local", "prod")}
    files["lab"] = files_of(sample, sample.environments["lab"])
    configs = {
        name: yaml.load(rendered["alertmanager.yml"], Loader=yaml.CSafeLoader) for name, rendered in files.items()
    }
    watchdog = {name: config["route"]["routes"][0] for name, config in configs.items()}
    heard = next(receiver for receiver in configs["prod"]["receivers"] if receiver["name"] == "deadman")

    assert watchdog["local"] == watchdog["prod"]
    assert watchdog["lab"] == {"matchers": ['alertname="Watchdog"'], "receiver": "blackhole"}
    assert watchdog["prod"]["receiver"] == "deadman"
    assert (watchdog["prod"]["group_interval"], watchdog["prod"]["repeat_interval"]) == ("1m", "50s")
    assert [set(config) for config in heard["webhook_configs"]] == [{"url_file", "send_resolved"}]
    assert "deadman-heartbeat-url" in json.loads(files["prod"]["model.json"])["secrets"]
    assert "deadman" not in files["lab"]["alertmanager.yml"]


def test_an_unfilled_placeholder_is_refused(wellness: Catalogue) -> None:
    """A misspelt placeholder, or one in an environment whose objects are applied as they are, is an error."""
    misspelt = replace(wellness.environments["local"], secrets_dir="__secret_dir__")
    applied = replace(wellness.environments["prod"], secrets_dir="__secrets_dir__")

    for environment, name in ((misspelt, "__secret_dir__"), (applied, "__secrets_dir__")):
        with pytest.raises(VitalsError, match=f"{name} would stand in rendered files"):
            render(wellness, environment)


def _elsewhere(text: str, here: Environment, there: Environment) -> str:
    text = _ruled_elsewhere(text, here, there)
    text = text.replace(here.runbooks_url, there.runbooks_url).replace(here.dashboards_url, there.dashboards_url)
    mine, theirs = here.budget.series, there.budget.series
    text = re.sub(rf"\b{mine}\b", str(theirs), text)
    return text.replace(f"(> {mine / 1000:g}k)", f"(> {theirs / 1000:g}k)")


def _ruled_elsewhere(text: str, here: Environment, there: Environment) -> str:
    """The addresses of the rules, which one place has by group and alert and another by group alone."""
    own = re.escape(here.rule_url).replace(r"\{group\}", r"(?P<group>[\w.-]+)").replace(r"\{alert\}", r"(?P<alert>\w+)")
    return re.sub(own, lambda match: there.rule_url.format(**match.groupdict()), text)


def _rules(text: str) -> list[dict[str, Any]]:
    (group,) = groups_in(text)
    return [rule.body for rule in group.rules]
