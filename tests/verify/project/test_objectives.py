"""Objectives of any service are held to the oracle: what is rendered passes, and one number that is off is found."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from vitals.errors import VitalsError
from vitals.model.catalog import Catalogue
from vitals.render import render, write
from vitals.rendered import read
from vitals.verify.oracle.objectives import least_failures
from vitals.verify.project import objectives
from vitals.verify.project.checks import checks

SERVICE = "checkout"


@pytest.fixture(scope="module")
def shop(sample: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A catalogue that none of the oracle's own numbers was written for: other objectives, slower scrapes."""
    folder = tmp_path_factory.mktemp("shop")
    write(render(sample, sample.environments["lab"]), folder / "lab")
    return folder


@pytest.mark.rules
@pytest.mark.parametrize("service", [pytest.param(SERVICE), pytest.param("search", marks=pytest.mark.nightly)])
def test_what_follows_from_an_objective_passes(service: str, shop: Path) -> None:
    """Outages, burnt budgets and objectives without events, with the intervals of the environment."""
    assert service in objectives.judged(shop)

    objectives.check(service, shop)


@pytest.mark.rules
@pytest.mark.parametrize(
    ("group", "before", "after"),
    [
        ("outage", "> 0.9", "> 0.88"),
        pytest.param("outage", "owner: ", "owner: x", marks=pytest.mark.nightly),
        pytest.param("slo", "> 14.4", "> 15.4", marks=pytest.mark.nightly),
        pytest.param("slo", "> 6", "> 6.4", marks=pytest.mark.nightly),
        pytest.param("slo-long", "> 3", "> 2.8", marks=pytest.mark.nightly),
    ],
)
def test_a_rule_that_misses_its_objective_is_found(
    group: str, before: str, after: str, shop: Path, tmp_path: Path
) -> None:
    """A bound a little off, or an alert that reaches another team."""
    shutil.copytree(shop, tmp_path / "rendered")
    rule = tmp_path / "rendered" / "lab" / "rules" / f"{SERVICE}.{group}.yaml"
    text = rule.read_text(encoding="utf-8")
    assert before in text
    rule.write_text(text.replace(before, after), encoding="utf-8")

    with pytest.raises(VitalsError, match=rf"(?s)lab: an alert of {SERVICE} does not fire as its objectives ask for"):
        objectives.check(SERVICE, tmp_path / "rendered")


def test_an_objective_without_its_alert_is_named(shop: Path, tmp_path: Path) -> None:
    """A project that no longer joins the standard alerts would have objectives that nothing holds."""
    shutil.copytree(shop, tmp_path / "rendered")
    model = tmp_path / "rendered" / "lab" / "model.json"
    text = model.read_text(encoding="utf-8")
    assert '"id": "api.outage.gone"' in text
    model.write_text(text.replace('"id": "api.outage.gone"', '"id": "api.outage.other"'), encoding="utf-8")

    with pytest.raises(VitalsError, match=rf"{SERVICE} has objectives and not the alerts api.outage.gone in lab"):
        objectives.check(SERVICE, tmp_path / "rendered")


def test_every_service_with_an_objective_has_its_check(shop: Path, tmp_path: Path) -> None:
    """APIs that our telemetry counts, and no worker; where nothing can be read, the check says so."""
    shutil.copytree(shop, tmp_path / "rendered")
    with_objectives = {one.name for one in read(shop / "lab").model.services if one.api and one.slos}
    names = {check.name for check in checks(tmp_path)}

    assert {f"objectives[{name}]" for name in with_objectives} == {n for n in names if n.startswith("objectives")}
    (tmp_path / "rendered" / "lab" / "model.json").write_text("{", encoding="utf-8")
    (broken,) = [check for check in checks(tmp_path) if check.name == "objectives"]
    with pytest.raises(VitalsError, match=r"model\.json"):
        broken.run()


@pytest.mark.parametrize(("share", "failures"), [(0.0001, 4), (0.001, 4), (0.01, 5), (0.05, 7), (0.2, 13), (0.5, 30)])
def test_so_many_failures_are_no_chance(share: float, failures: int) -> None:
    """The least number whose chance is below one in a billion, and never fewer than missed scrapes can fake."""
    assert least_failures(share) == failures
