"""The contract of the relay as an exporter is what the relay exposes: names, types, labels, values and their number."""

from __future__ import annotations

import httpx
import pytest
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.parser import text_string_to_metric_families

from tests.local.relay.relay_world import RelayWorld
from vitals.local.relay.serve import serving
from vitals.model.metrics import EXPORTERS
from vitals_telemetry.contract import Metric

PICTURES = EXPORTERS["pictures"]


@pytest.fixture(scope="module")
def exposed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Family]:
    """One scrape of a relay that was just started, with Slack and mail."""
    world = RelayWorld()
    with serving(world.relay, world.health, tmp_path_factory.mktemp("secrets") / "token", "127.0.0.1", 0) as url:
        text = httpx.get(f"{url}/metrics").text
    return {family.name: family for family in text_string_to_metric_families(text)}


@pytest.mark.parametrize("metric", PICTURES.metrics, ids=lambda metric: metric.name)
def test_the_contract_is_what_is_exposed(metric: Metric, exposed: dict[str, Family]) -> None:
    """Each series is there from the start, with the declared labels and every declared value."""
    family = exposed[metric.name.removesuffix("_total")]

    assert family.type == metric.type.value
    assert family.samples
    for sample in family.samples:
        assert set(sample.labels) == set(metric.label_names), sample
    for label in metric.labels:
        found = {sample.labels[label.name] for sample in family.samples}
        if metric.name == "pictures_sent_total":
            found.add("alertmanager")  # a call that is refused can only fail
        assert found == set(label.values)


def test_a_scrape_has_as_many_series_as_are_paid_for(exposed: dict[str, Family]) -> None:
    """No time of creation is among them."""
    samples = [sample for family in exposed.values() for sample in family.samples]

    assert len(samples) == PICTURES.series
    assert not any(sample.name.endswith("_created") for sample in samples)
