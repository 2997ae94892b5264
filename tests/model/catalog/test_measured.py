"""The file of a measurement: it is read as it was written, and what cannot be true is refused by name."""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.catalogues import WELLNESS
from vitals.model.catalog import (
    Catalogue,
    CatalogueError,
    Demand,
    Measured,
    MeasuredCapacity,
    MeasuredSlo,
    MeasuringMachine,
    MeasuringTool,
    load,
    measured_path,
    measured_text,
    read_measured,
)
from vitals.render import compose

MEASURED = Measured(
    run="20261128-102743-3f2a",
    tool=MeasuringTool(version="0.1.0", commit="91f0cb0", date=datetime.date(2026, 11, 28)),
    machine=MeasuringMachine(kind="cluster", cores=2),
    slo=MeasuredSlo(within="250ms", objective="99%"),
    capacity={Demand.REQUESTS: MeasuredCapacity(per_replica=33.1, low=30.2, high=36.0, confidence="95%")},
)
FILE = measured_text(MEASURED)

_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=100)
_NUMBER = st.floats(min_value=1e-6, max_value=1e9)


@st.composite
def _measurements(draw: st.DrawFn) -> Measured:
    def capacity() -> MeasuredCapacity:
        low, middle, high = sorted(draw(st.tuples(_NUMBER, _NUMBER, _NUMBER)))
        return MeasuredCapacity(per_replica=middle, low=low, high=high, confidence="90%")

    demands = draw(st.sets(st.sampled_from(Demand), min_size=1))
    tool = MeasuringTool(version=draw(_TEXT), commit="0123456789abcdef-dirty", date=draw(st.dates()))
    return replace(MEASURED, run=draw(_TEXT), tool=tool, capacity={demand: capacity() for demand in sorted(demands)})


@settings(max_examples=50)
@given(measured=_measurements())
def test_what_is_written_is_read(measured: Measured, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Whatever a measurement holds, its file gives back, quotes and backslashes included."""
    file = tmp_path_factory.mktemp("measured") / "one.toml"
    file.write_text(measured_text(measured), encoding="utf-8")

    assert read_measured(file) == measured


def test_a_whole_number_is_a_number(tmp_path: Path) -> None:
    """A person who looks at 33 and a program that writes 33.0 mean the same."""
    file = tmp_path / "one.toml"
    file.write_text(FILE.replace("36.0", "36"), encoding="utf-8")

    assert read_measured(file) == MEASURED


WRONG = [
    ("per_replica = 33.1", "per_replica = 29.0", "per_replica 29 is outside its own interval, 30.2 to 36"),
    ("low = 30.2", "low = 0", "field capacity.requests.low: Input should be greater than 0"),
    ("high = 36.0", "high = inf", "field capacity.requests.high"),
    ('"cluster"', '"desktop"', "field machine.kind: Input should be 'laptop' or 'cluster'"),
    ("cores = 2", 'cores = "2"', "field machine.cores"),
    ('"91f0cb0"', '"main"', "field tool.commit"),
    ("2026-11-28", '"yesterday"', "field tool.date"),
    ('"250ms"', '"quick"', "'quick' is not a duration"),
    ("capacity.requests", "capacity.users", "Input should be 'requests', 'queue' or 'concurrency'"),
    ("[slo]", "[objective]", "field slo: Field required"),
    ("per_replica", "per_pod", "field capacity.requests.per_pod"),
    ('run = "', "run = ", "at line 2, column 15"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "instead", "complaint"), WRONG)
def test_a_measurement_that_cannot_be_is_refused(tmp_path: Path, text: str, instead: str, complaint: str) -> None:
    """The error names the file, the field and what to do; nothing is guessed."""
    assert FILE.count(text) >= 1
    with pytest.raises(CatalogueError, match=complaint) as refused:
        load(_with(tmp_path, {("prod", "wellness-api"): FILE.replace(text, instead)}))
    assert "measured/prod/wellness-api.toml" in str(refused.value)
    assert "measure again with `vitals capacity`, or remove the file" in str(refused.value)


MISPLACED = [
    (("prud", "wellness-api"), FILE, "'prud' is not known, so nothing would be scaled by it. Did you mean 'prod'"),
    (("prod", "wellness-apis"), FILE, "'wellness-apis' is not known"),
    (
        ("prod", "wellness-api"),
        FILE.replace("250ms", "500ms"),
        "measured with 99% within 500ms, and wellness-api promises 99% within 250ms by now",
    ),
]


@pytest.mark.parametrize(("place", "text", "complaint"), MISPLACED, ids=["environment", "service", "objective"])
def test_a_measurement_of_something_else_is_refused(
    tmp_path: Path, place: tuple[str, str], text: str, complaint: str
) -> None:
    """A number is not carried over to another place, or to an objective that was changed after it was measured."""
    catalogue = load(_with(tmp_path, {place: text}))

    with pytest.raises(CatalogueError, match=complaint):
        compose(catalogue, catalogue.environments["prod"])


def test_a_measurement_beside_its_folder_is_refused(tmp_path: Path) -> None:
    """A file that would be overlooked is named, with the place where it belongs."""
    folder = _with(tmp_path, {("prod", "wellness-api"): FILE})
    (folder / "measured" / "prod" / "wellness-api.toml").rename(folder / "measured" / "wellness-api.toml")

    with pytest.raises(CatalogueError, match=r"measured/wellness-api.toml stands in no environment.*ENVIRONMENT/SERV"):
        load(folder)


def test_a_catalogue_without_measurements_has_none(wellness: Catalogue) -> None:
    """The folder appears with the first measurement."""
    assert wellness.measured == {}


def _with(folder: Path, files: dict[tuple[str, str], str]) -> Path:
    """The wellness catalogue with measurements."""
    whole = folder / "catalog"
    whole.mkdir()
    for part in ("services", "environments", "receivers.py", "prices.toml", "rule_files"):
        (whole / part).symlink_to(WELLNESS / part)
    for (environment, service), text in files.items():
        file = whole / measured_path(environment, service)
        file.parent.mkdir(parents=True)
        file.write_text(text, encoding="utf-8")
    return whole
