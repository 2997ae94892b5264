"""What a replica should be given, and the change of the catalogue that it comes to."""

from __future__ import annotations

import pytest

from tests.verify.load.records import MARKS
from tests.verify.load.test_knee import stress_run
from vitals.errors import VitalsError
from vitals.verify.capacity.estimate import CapacityEstimate, Interval
from vitals.verify.capacity.pod_size import PodSize, catalogue_diff, pod_size
from vitals.verify.capacity.scalability import ScalabilityLaw

FOUND = CapacityEstimate(
    requests=Interval(60, 50, 70),
    concurrency=Interval(4, 3, 5),
    law=ScalabilityLaw(100, 0.1, 0.001),
    rate=Interval(100, 90, 110),
    contention=Interval(0.1, 0.05, 0.2),
    coherency=Interval(0.001, 0, 0.002),
    scatter=0.02,
    steps=12,
)
PROPOSED = PodSize(cpu="450m", memory="128Mi", memory_limit="256Mi")
GIVEN = """shop = Service(
    name="shop",
    pod=Pod(cpu="200m", memory="256Mi", memory_limit="512Mi"),
)
"""


def test_size_comes_from_what_replicas_used() -> None:
    """100 MB and a quarter are 119 MiB, rounded up to 128; the 0.4 cores that each step used are 400 millicores."""
    run = stress_run(0, 0, 0, 0, 0, 0.9)

    found = pod_size([run], MARKS, FOUND, "shop")

    assert found == PodSize(cpu="400m", memory="128Mi", memory_limit="256Mi")


def test_each_step_has_the_samples_of_its_own_run() -> None:
    """A second test that used twice as much in the same seconds raises what a replica is given, as no mean does."""
    run = stress_run(0, 0, 0, 0, 0, 0.9)
    busier = run.model_copy(
        update={"replicas": tuple(one.model_copy(update={"cpu": 2 * one.cpu}) for one in run.replicas)}
    )

    assert pod_size([run, busier], MARKS, FOUND, "shop").cpu == "800m"


def test_run_without_samples_proposes_nothing() -> None:
    """What no replica reported is not made up."""
    run = stress_run(0, 0.9)

    with pytest.raises(VitalsError, match="too few"):
        pod_size([run], MARKS, FOUND, "shop")


def test_proposal_changes_the_declaration_and_nothing_else() -> None:
    """One line goes and one comes; a declaration that says so already is left alone."""
    diff = catalogue_diff(GIVEN, "catalog/services/shop.py", "shop", PROPOSED)

    assert [line for line in diff.splitlines() if line[0] in "+-"] == [
        "--- a/catalog/services/shop.py",
        "+++ b/catalog/services/shop.py",
        '-    pod=Pod(cpu="200m", memory="256Mi", memory_limit="512Mi"),',
        '+    pod=Pod(cpu="450m", memory="128Mi", memory_limit="256Mi"),',
    ]
    assert (
        catalogue_diff(
            GIVEN.replace("200m", "450m").replace("256Mi", "128Mi").replace("512Mi", "256Mi"), "f", "shop", PROPOSED
        )
        == ""
    )


def test_proposal_for_a_service_without_one_is_added() -> None:
    """At the end of the declaration; a file that declares another service is refused."""
    bare = 'shop = Service(\n    name="shop",\n)\n'

    assert f"+    pod={PROPOSED.source}," in catalogue_diff(bare, "f", "shop", PROPOSED)
    with pytest.raises(VitalsError, match="does not declare"):
        catalogue_diff(bare, "f", "market", PROPOSED)


def test_declaration_over_several_lines_is_replaced_whole() -> None:
    """As a formatter may have written it."""
    long = GIVEN.replace('Pod(cpu="200m", ', 'Pod(\n        cpu="200m",\n        ')

    diff = catalogue_diff(long, "f", "shop", PROPOSED)

    assert f"+    pod={PROPOSED.source}," in diff
    assert sum(line.startswith("-") for line in diff.splitlines()[2:]) == 3
