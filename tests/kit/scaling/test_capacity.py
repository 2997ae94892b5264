"""What a service is scaled by when its capacity was measured, and when an environment refuses the number."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any

import pytest

from vitals.errors import VitalsError
from vitals.kit.scaling import scaled_object, scalers
from vitals.model.catalog import (
    Catalogue,
    Demand,
    Environment,
    Measured,
    MeasuredCapacity,
    MeasuredSlo,
    MeasuringMachine,
    MeasuringTool,
)
from vitals.render import compose, render

MEASURED = Measured(
    run="20261128-102743-3f2a",
    tool=MeasuringTool(version="0.1.0", commit="91f0cb0", date=datetime.date(2026, 11, 28)),
    machine=MeasuringMachine(kind="cluster", cores=2),
    slo=MeasuredSlo(within="250ms", objective="99%"),
    capacity={Demand.REQUESTS: MeasuredCapacity(per_replica=33.1, low=30.2, high=36.0, confidence="95%")},
)
ON_A_LAPTOP = replace(MEASURED, machine=MeasuringMachine(kind="laptop", cores=1))
BOTH = replace(
    MEASURED, capacity={**MEASURED.capacity, Demand.CONCURRENCY: replace(MEASURED.capacity[Demand.REQUESTS], low=5.0)}
)


def _prod(catalogue: Catalogue, *, assumed: bool = True, laptop: bool = False) -> Environment:
    """Production, and which numbers it accepts."""
    prod = catalogue.environments["prod"]
    assert prod.autoscaling
    accepting = replace(prod.autoscaling, accept_assumed_capacity=assumed, accept_laptop_capacity=laptop)
    return replace(prod, autoscaling=accepting)


def _with(catalogue: Catalogue, measured: Measured) -> Catalogue:
    return replace(catalogue, measured={("prod", "wellness-api"): measured})


def _api(catalogue: Catalogue, environment: Environment, measured: Measured) -> dict[str, Any]:
    (api,) = (
        one
        for one in scalers(catalogue.services, environment, {"wellness-api": measured})
        if one.service == "wellness-api"
    )
    assert environment.autoscaling
    return scaled_object(api, environment.autoscaling)


def test_a_measured_capacity_takes_the_place_of_an_assumed_one(wellness: Catalogue) -> None:
    """Of the interval the low end counts; what was not measured stays assumed, and each says which it is."""
    found = _api(wellness, _prod(wellness), MEASURED)
    thresholds = {one["name"]: one["metadata"].get("threshold") for one in found["spec"]["triggers"]}
    notes = found["metadata"]["annotations"]

    assert thresholds["requests"] == f"{30.2 * 0.75:g}"
    assert notes["vitals/requests-per-replica"] == (
        "22.65 requests/s: 75% of 30.2, measured on a cluster with 2 cores a replica on 2026-11-28, run "
        "20261128-102743-3f2a: 33.1 (95% interval 30.2 to 36) with 99% within 250ms."
    )
    assert "assumed: " in notes["vitals/concurrency-per-replica"]


def test_a_fuller_replica_raises_the_threshold(wellness: Catalogue) -> None:
    """The share at which a replica is full is the service's own."""
    services = [replace(s, scaling=replace(s.scaling, grow_at="90%")) for s in wellness.services if s.scaling]
    found = {one.service: one for one in scalers(services, _prod(wellness), {"wellness-api": MEASURED})}
    (requests,) = (one for one in found["wellness-api"].triggers if one.demand is Demand.REQUESTS)

    assert requests.capacity.per_replica == pytest.approx(27.18)


def test_what_was_measured_on_a_laptop_must_be_accepted(wellness: Catalogue) -> None:
    """Elsewhere than on a laptop it is an error, not an assumption again: the file was meant to count."""
    with pytest.raises(
        VitalsError,
        match=r"'prod'.*wellness-api would be scaled by what one replica bears on a laptop "
        r"\(measured/prod/wellness-api.toml\).*remove the file",
    ):
        compose(_with(wellness, ON_A_LAPTOP), _prod(wellness))

    found = _api(wellness, _prod(wellness, laptop=True), ON_A_LAPTOP)
    assert (
        "measured on a laptop with 1 core a replica" in found["metadata"]["annotations"]["vitals/requests-per-replica"]
    )


def test_an_environment_that_wants_measurements_names_what_has_none(wellness: Catalogue) -> None:
    """One demand without a measurement is enough to refuse; with all of them measured nothing is."""
    careful = _prod(wellness, assumed=False)
    api = [service for service in wellness.services if service.name == "wellness-api"]

    with pytest.raises(VitalsError, match=r"wellness-api \(concurrency\) would be scaled by .* assumed"):
        scalers(api, careful, {"wellness-api": MEASURED})
    assert len(scalers(api, careful, {"wellness-api": BOTH})) == 1


def test_a_measurement_counts_only_where_it_was_made(wellness: Catalogue) -> None:
    """The numbers of one environment leave every other as it is."""
    elsewhere = replace(wellness, measured={("local", "wellness-api"): ON_A_LAPTOP})

    assert compose(elsewhere, _prod(wellness)).scalers == compose(wellness, _prod(wellness)).scalers


def test_the_model_says_measured_or_assumed(wellness: Catalogue) -> None:
    """A script can tell them apart without reading a sentence."""
    text = render(_with(wellness, MEASURED), _prod(wellness))["model.json"]

    assert text.count('"measured_on": "cluster"') == 1
    assert text.count('"measured_on": null') == 2
