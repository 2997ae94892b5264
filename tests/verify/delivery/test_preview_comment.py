"""The comment on a pull request says for each stack what would change and what it costs, whatever was printed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.rendered.smallest import COST, OPERATOR, SERVER, model
from vitals.errors import VitalsError
from vitals.verify.delivery import LONGEST, Preview, comment, previews_in
from vitals.verify.delivery.machines import machines_line

PRINTED = """Previewing update (dev):
     Type                 Name    Plan
 ~   kubernetes:core/v1:ConfigMap  vitals-api  update

Resources:
    ~ 1 to update
    +-2 to replace
    118 unchanged
"""
PRICE = {
    "as_of": "2026-11-24",
    "managed": {**COST["price"]["managed"], "usd_per_month": 70.33},
    "self_hosted": {**COST["price"]["self_hosted"], "disk_bytes_per_month": 2_344_464_000},
    "cluster": {
        **COST["price"]["cluster"],
        "control_plane_hour": 0.1,
        "disk_gib_month": 0.1,
        "machines": {"e2": {"cpu_hour": 0.02, "gib_hour": 0.003}},
    },
}
PRICED = {**COST, "series": 5722, "samples_per_month": 1_172_232_000, "price": PRICE}
SERVERS = {
    **OPERATOR,
    "prometheus": {**SERVER, "replicas": 2, "disk": "100Gi"},
    "alertmanager": {**SERVER, "replicas": 3, "disk": "512Mi"},
}
MODELS = {"dev": model(cost=PRICED), "prod": model(cost=PRICED, operator=SERVERS)}
POOL = {"machineType": "e2-standard-4", "fewest": 1, "most": 3}
ZONAL = {"location": "europe-west1-b", "nodePools": {"main": POOL}}
STACKS: dict[str, dict[str, Any]] = {
    "prod": {"config": {"vitals:google": {"cluster": {**ZONAL, "location": "europe-west1"}}}}
}


def test_each_stack_is_one_line_with_counts_and_cost() -> None:
    """Counts of the preview, series, samples, disk and price, and that the price is not verified."""
    body = comment([Preview("dev", PRINTED)], MODELS, STACKS)

    assert (
        "| dev | ~ 1 to update, +-2 to replace, 118 unchanged | a cluster that exists already "
        "| 5,722 series, 1,172 million samples, "
        "2.2 GiB of disk on its own Prometheus or 70.33 USD managed, price of 2026-11-24 not verified "
        "| nothing scales |"
    ) in body


def test_a_capacity_that_was_never_measured_is_called_assumed() -> None:
    """A reviewer sees which thresholds rest on a guess."""
    trigger = {"query": "up", "unit": "requests/s", "per_replica": 3, "capacity": 4, "basis": "a test."}
    triggers = [
        {**trigger, "demand": "requests", "measured_on": "cluster"},
        {**trigger, "demand": "concurrency", "measured_on": None},
    ]
    scaler = {"service": "till", "min_replicas": 1, "max_replicas": 2, "usual": 1, "triggers": triggers}

    body = comment([Preview("dev", PRINTED)], {"dev": model(cost=PRICED, scalers=[scaler])}, STACKS)

    assert "| assumed: till concurrency; measured on a cluster: till requests |" in body


def test_machines_are_priced_in_every_zone_from_fewest_to_most() -> None:
    """A region has three zones: control plane, nodes, their disks and the disks of the servers, both ends."""
    node = 730 * 4 * (0.02 + 4 * 0.003)
    fewest, most = (73 + count * node + 0.1 * (201.5 + count * 100) for count in (3, 9))

    body = comment([Preview("prod", PRINTED)], MODELS, STACKS)

    assert (
        f"| {fewest:,.0f} to {most:,.0f} USD: 3 to 9 e2-standard-4, 202 GiB for servers (prices not verified) |" in body
    )


def test_a_machine_without_a_price_is_named() -> None:
    """What cannot be priced is not left out without a word; a zone has its nodes once."""
    stack = {
        "config": {"vitals:google": {"cluster": {**ZONAL, "nodePools": {"main": {**POOL, "machineType": "n4-a"}}}}}
    }

    assert "1 to 3 n4-a, 0 GiB for servers (no price for n4-a;" in machines_line(stack, MODELS["dev"])


def test_on_autopilot_nodes_are_not_counted() -> None:
    """Control plane and disks have a price; what pods ask for is said to be missing."""
    stack = {"config": {"vitals:google": {"cluster": {"location": "europe-west1", "autopilot": True}}}}

    assert machines_line(stack, MODELS["prod"]) == (
        "93 USD: without what pods ask for, 202 GiB for servers (prices not verified)"
    )


def test_a_failed_preview_says_so_and_shows_what_it_printed() -> None:
    """A reviewer sees the error, not a missing line."""
    body = comment([Preview("dev", "error: no such project", failed=True)], MODELS, STACKS)

    assert "| dev | the preview failed |" in body
    assert "error: no such project" in body


def test_a_long_preview_is_cut_and_the_others_keep_their_place() -> None:
    """The comment fits, every stack is shown, and what is cut is counted."""
    body = comment([Preview("dev", "x" * 100_000), Preview("prod", PRINTED)], MODELS, STACKS)

    assert len(body) < LONGEST
    assert "more characters are in the log of the check" in body
    assert "118 unchanged" in body.split("<summary>prod</summary>")[1]


def test_a_preview_cannot_end_its_own_block() -> None:
    """Backticks in the output stay inside: the fence is longer than any run of them."""
    body = comment([Preview("dev", "before\n```\n</details> @everyone\n````\nafter")], MODELS, STACKS)

    assert body.count("\n`````\n") == 2


def test_previews_are_read_from_a_folder(tmp_path: Path) -> None:
    """The file's name says the stack and whether its preview failed."""
    (tmp_path / "dev.txt").write_text(PRINTED)
    (tmp_path / "prod.failed.txt").write_text("error")

    assert previews_in(tmp_path) == [Preview("dev", PRINTED), Preview("prod", "error", failed=True)]


def test_an_empty_folder_and_an_unknown_stack_are_explained(tmp_path: Path) -> None:
    """Both say what to do."""
    with pytest.raises(VitalsError, match="pulumi preview --stack dev"):
        previews_in(tmp_path)
    with pytest.raises(VitalsError, match="'qa' has no folder under rendered/"):
        comment([Preview("qa", PRINTED)], MODELS, STACKS)
