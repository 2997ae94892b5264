"""The cost of a whole environment: complete, in step with what is rendered, and refused over budget."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace

import pytest

from tests.made_once import files_of, plan_of
from vitals.errors import VitalsError
from vitals.model.catalog import Budget, Catalogue, Environment
from vitals.model.metrics import EXPORTERS
from vitals.render import compose, render
from vitals.render.cost import estimate


def _with(catalogue: Catalogue, **changes: object) -> Catalogue:
    """The catalogue with a changed first service."""
    first, *others = catalogue.services
    return replace(catalogue, services=(replace(first, **changes), *others))  # type: ignore[arg-type]


@pytest.fixture
def lab(sample: Catalogue) -> Environment:
    """An environment with one exporter."""
    return sample.environments["lab"]


def test_every_job_and_group_is_counted(any_catalogue: Catalogue) -> None:
    """The model prices exactly what is scraped and evaluated, and its sums are those of its parts."""
    assert any_catalogue.environments
    for environment in any_catalogue.environments.values():
        plan = plan_of(any_catalogue, environment)
        cost = json.loads(files_of(any_catalogue, environment)["model.json"])["cost"]

        assert {part["name"] for part in cost["jobs"]} == {job.name for job in plan.jobs}
        assert {part["name"] for part in cost["groups"]} == {group.name for group in plan.groups}
        for key in ("series", "samples_per_month"):
            assert cost[key] == sum(part[key] for part in (*cost["jobs"], *cost["groups"]))


def test_every_rule_writes_at_least_one_series(wellness: Catalogue) -> None:
    """One for each combination of labels: a rule by endpoint writes as many as there are endpoints."""
    plan = plan_of(wellness, wellness.environments["local"])
    lines = {part.name: Counter(line.what for line in part.lines) for part in estimate(plan).of("group")}
    for group in plan.groups:
        written = Counter(str(rule["record"]) for rule in group.rules if "record" in rule)
        assert written == Counter({name: count for name, count in lines[group.name].items() if ":" in name})
    (api,) = [part for part in estimate(plan).of("group") if part.name == "wellness-api.api"]
    series = {line.what: line.series for line in api.lines}
    assert series["service_endpoint:api_calls:rate1m"] == 5
    assert series["service:api_calls:rate1m"] == 1


def test_replicas_multiply_what_is_scraped_and_not_what_is_recorded(sample: Catalogue, lab: Environment) -> None:
    """Three times the replicas are three times the series of the job; records are aggregates and stay."""
    few, many = (estimate(compose(_with(sample, replicas=count), lab)) for count in (2, 6))
    job = sample.services[0].name

    scraped = [next(part.series for part in found.of("job") if part.name == job) for found in (few, many)]
    assert scraped[1] == 3 * scraped[0]
    assert sum(p.series for p in few.of("group")) == sum(p.series for p in many.of("group"))


def test_scraping_less_often_costs_fewer_samples_of_the_same_series(sample: Catalogue, lab: Environment) -> None:
    """The interval moves samples only."""
    slow = replace(lab, scrape=replace(lab.scrape, page="15s"))
    before, after = (estimate(plan_of(sample, environment)) for environment in (lab, slow))

    assert before.series == after.series
    assert before.samples_per_month > after.samples_per_month


def test_more_targets_of_an_exporter_cost_more(sample: Catalogue) -> None:
    """Three nodes are three node exporters."""
    cloud = sample.environments["cloud"]
    one, three = (
        next(p for p in estimate(compose(sample, replace(cloud, targets=targets))).of("job") if p.name == "node")
        for targets in ({}, {"node": 3})
    )

    assert three.series == 3 * one.series


def test_a_service_without_api_has_no_series_of_the_middleware(wellness: Catalogue) -> None:
    """The worker answers no requests, so nothing is counted for them."""
    parts = estimate(plan_of(wellness, wellness.environments["local"])).of("job")
    (worker,) = [part for part in parts if part.name == "wellness-worker"]

    assert not [line.what for line in worker.lines if line.what.startswith("api_")]


def test_over_budget_nothing_is_rendered(sample: Catalogue, lab: Environment) -> None:
    """The budget is part of what must fit."""
    with pytest.raises(VitalsError, match=r"'lab' is over its budget: [\d,]+ active series where 10 are allowed"):
        render(sample, replace(lab, budget=Budget(series=10, samples_per_month=10**12)))


def test_expecting_an_unknown_label_is_refused(sample: Catalogue, lab: Environment) -> None:
    """A misspelt label would leave the estimate as it was."""
    with pytest.raises(VitalsError, match=r"'endpiont' is not a label of its metrics.*endpoint"):
        render(_with(sample, expects={"endpiont": 5}), lab)


def test_expecting_more_than_the_bound_is_refused(sample: Catalogue, lab: Environment) -> None:
    """The emitter counts everything beyond its bound together."""
    with pytest.raises(VitalsError, match=r"'endpoint' is expected to take 900 values.*Write 200 or less"):
        render(_with(sample, expects={"endpoint": 900}), lab)


def test_nothing_that_runs_on_one_machine_is_a_guess(wellness: Catalogue) -> None:
    """What can be counted here has been counted: every label, and the whole of every exporter."""
    guessed = [
        f"{part.name}: {line.what}"
        for part in estimate(plan_of(wellness, wellness.environments["local"])).parts
        for line in part.lines
        if line.guess
    ]

    assert not guessed, "count them and write Label.expected, Service.expects or Exporter.series"


def test_an_uncounted_exporter_is_marked(sample: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its contract is all that is known, which is too few series, so the number says that it is a guess."""
    cloud = sample.environments["cloud"]
    monkeypatch.setitem(EXPORTERS, "node", replace(EXPORTERS["node"], series=None))
    (node,) = [part for part in estimate(plan_of(sample, cloud)).of("job") if part.name == "node"]

    assert {line.what for line in node.lines if line.guess} == {metric.name for metric in EXPORTERS["node"].metrics}
