"""What the catalogue declares for a service is known to the checks: the metrics of its library, and its own."""

from __future__ import annotations

from dataclasses import replace

from vitals.model.catalog import Availability, Catalogue, Service, gauge, promhttp
from vitals.render import compose, files_of
from vitals.rendered import RenderedModel, names
from vitals.verify.review.checks.dead_metric import DEAD_METRIC
from vitals.verify.review.known import of_model
from vitals.verify.review.reading import read_text
from vitals.verify.review.scope import Scope

SHOP = Service(
    name="go-shop",
    owner="platform",
    description="Sells what there is.",
    api=True,
    speaks=promhttp(requests="shop_requests_total", duration=""),
    slos=(Availability(objective="99.9%"),),
    metrics=(gauge("shop_baskets", "Baskets that are open.", labels={"kind": ("small", "large")}),),
)


def test_a_service_of_another_dialect_has_no_dead_metric(wellness: Catalogue) -> None:
    """Its rules read the metrics of its library, and each of them is known with its labels."""
    catalogue = replace(wellness, services=(*wellness.services, SHOP))
    files = files_of(compose(catalogue, catalogue.environments["local"]))
    model = RenderedModel.model_validate_json(files[names.MODEL])
    rules = [one for name, text in files.items() if name.startswith("rules/") for one in read_text(name, text)]

    assert any("shop_requests_total" in one.text for one in rules)
    assert list(DEAD_METRIC.find(Scope(rules, model))) == []
    baskets = of_model(model, []).metrics["shop_baskets"]
    assert baskets.labels is not None
    assert baskets.labels["kind"] == {"small", "large"}


def test_a_service_of_our_telemetry_declares_nothing(wellness: Catalogue) -> None:
    """Its metrics are those of the contract, which every check knows."""
    files = files_of(compose(wellness, wellness.environments["local"]))

    assert all(not job.declared for job in RenderedModel.model_validate_json(files[names.MODEL]).jobs)
