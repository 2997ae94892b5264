"""The catalogue's language: what it accepts, and the errors that teach."""

from __future__ import annotations

import shutil
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import ValidationError

from tests.catalogues import SHOP, WELLNESS
from vitals.model.catalog import Availability, Catalogue, CatalogueError, Scrape, load
from vitals.model.catalog.check import check
from vitals.model.catalog.entry_error import EntryError
from vitals.model.catalog.fields import quantity, seconds, share
from vitals.model.metrics import EXPORTERS
from vitals.paths import ALERT_RULES, CATALOG
from vitals.render import compose
from vitals.verify.project.rules import PASTED
from vitals_telemetry.contract import Unit
from vitals_telemetry.metrics import API_RESPONSE_TIME

SERVICE, WORKER = "services/wellness_api.py", "services/wellness_worker.py"


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of a catalogue that a test may break."""
    return Path(shutil.copytree(WELLNESS, tmp_path / "catalog", ignore=shutil.ignore_patterns("__pycache__")))


def _edit(folder: Path, name: str, old: str, new: str) -> None:
    file = folder / name
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def _load_and_check(folder: Path) -> Catalogue:
    catalogue = load(folder)
    check(catalogue, exporters=EXPORTERS, response_time=API_RESPONSE_TIME)
    return catalogue


def test_both_catalogues_agree_with_the_contract(any_catalogue: Catalogue) -> None:
    """Owners, exporters and bucket bounds of everything declared exist."""
    check(any_catalogue, exporters=EXPORTERS, response_time=API_RESPONSE_TIME)


def test_rules_of_the_project_are_not_those_of_another_catalogue(copied: Path) -> None:
    """They name services that it does not have; it brings its own, or has none."""
    assert load(CATALOG).rule_files == ALERT_RULES
    assert load(copied).rule_files == copied / "rule_files"
    catalogue = load(SHOP)

    groups = compose(catalogue, next(iter(catalogue.environments.values()))).groups

    assert groups
    assert not [group.name for group in groups if group.name.startswith(PASTED)]


@pytest.mark.parametrize(
    ("name", "old", "new", "complaints"),
    [
        (SERVICE, "99.9%", "99.9", ["wellness_api.py:", "objective", "write it as '99.9%'"]),
        (SERVICE, "99.9%", "100%", ["objective", "between 0% and 100%"]),
        (SERVICE, "99.9%", "90%", ["can never page", "Promise more than 93.06%"]),
        (SERVICE, "250ms", "250", ["within", "is not a duration"]),
        (SERVICE, "250ms", "300ms", ["not a bucket bound", "0.25s, 0.5s"]),
        (SERVICE, "api=True", "apy=True", ["wellness_api.py:", "apy", "there is no such field. Did you mean app?"]),
        (SERVICE, "api=True", "api=False", ["api is False", "Set api=True"]),
        (
            SERVICE,
            'owner="platform"',
            'owner="platfrom"',
            ["wellness_api.py:5: Service", "reach no receiver", "Did you mean 'platform'"],
        ),
        (SERVICE, 'name="wellness-api"', 'name="Wellness API"', ["name", "pattern"]),
        (
            SERVICE,
            'name="wellness-api"',
            'name="wellness-worker"',
            ["wellness_worker.py:", "is taken at catalog/services/wellness_api.py:5"],
        ),
        (SERVICE, 'name="wellness-api"', 'name="node"', ["also the name of a service", "Rename"]),
        (SERVICE, "wellness_api =", "wellness_api +", ["wellness_api.py:", "cannot be run"]),
        (
            SERVICE,
            'Latency(within="250ms", objective="99%")',
            'Availability(objective="99%")',
            ["two slos of one kind"],
        ),
        (SERVICE, "cohorts=True", "cohorts=1", ["cohorts", "valid boolean"]),
        (SERVICE, 'name="dashboards"', 'name="Dash dashboards"', ["Cache", "name", "pattern"]),
        (SERVICE, "Cache(", "Firestore(", ["caches", "instance of Cache"]),
        (SERVICE, 'Firestore(name="wellness")', 'Firestore(name="wellness", connections=0)', ["connections", "1"]),
        (
            SERVICE,
            'stores=(Firestore(name="wellness"),)',
            'stores=(Firestore(name="wellness"), Firestore(name="wellness"))',
            ["two stores of one name", "a name of its own"],
        ),
        (SERVICE, "cohorts=True", 'queues=(Queue(name="reports"),)', ["cannot be run", "Queue"]),
        (WORKER, "    replicas=1,", "    cohorts=True,", ["cohorts are counted from HTTP requests", "Set api=True"]),
        (WORKER, "most=300", "most=0", ["Queue", "most", "greater than or equal to 1"]),
        ("receivers.py", "platform@wellness.example", "platform", ["receivers.py:", "Email", "to"]),
        ("receivers.py", "platform-slack-webhook-url", "https://hooks/x", ["webhook_file"]),
        ("environments/local.py", '"node", ', '"nodes", ', ["exporters", "Did you mean 'node'"]),
        ("environments/local.py", "__portal_url__/runbooks", "portal/", ["local.py:", "runbooks_url"]),
        ("environments/local.py", 'operators="platform"', 'operators="ops"', ["operators", "Known are platform"]),
    ],
)
def test_an_error_names_place_consequence_and_fix(
    copied: Path, name: str, old: str, new: str, complaints: list[str]
) -> None:
    """Every kind of wrong entry is refused with a text that says where and what to do."""
    _edit(copied, name, old, new)

    with pytest.raises(CatalogueError) as caught:
        _load_and_check(copied)

    for complaint in complaints:
        assert complaint in str(caught.value)


def test_a_problem_that_shows_later_is_laid_at_the_line_of_the_entry(copied: Path) -> None:
    """What makes alerts or scrapes of an entry does not know its file; who loaded the catalogue does."""
    declared = load(copied)
    entry = declared.environments["local"]

    with (
        pytest.raises(
            CatalogueError, match=r"catalog/environments/local\.py:\d+: Environment 'local', field bounds: no"
        ),
        declared.places_named(),
    ):
        raise EntryError(entry, ", field bounds: no such alert.")


def test_a_queue_of_two_services_is_refused(copied: Path) -> None:
    """One full queue would notify twice, two owners perhaps, so the one that does the tasks declares it alone."""
    _edit(copied, SERVICE, "cohorts=True", "cohorts=True,\n    queues=(Queue(name='reports'),)")
    _edit(copied, SERVICE, "Latency, Scaling", "Latency, Queue, Scaling")

    with pytest.raises(CatalogueError, match=r"'reports' is declared by 'wellness-api' too.*does its tasks"):
        _load_and_check(copied)


def test_the_line_of_the_entry_is_named(copied: Path) -> None:
    """The place is the line of the wrong entry in its file, ready to click."""
    _edit(copied, SERVICE, "99.9%", "nonsense")

    with pytest.raises(CatalogueError, match=r"catalog/services/wellness_api\.py:11: Availability, field objective"):
        load(copied)


@pytest.mark.parametrize(
    ("file", "text", "complaint"),
    [
        (
            "services/shop.py",
            "",
            r"catalog/services/shop\.py declares no service, so nothing comes of it.*mine = Service",
        ),
        ("environments/lab.py", "envs = []", r"catalog/environments/lab\.py declares no environment"),
        ("receivers.py", "", r"catalog/receivers\.py declares no team"),
        ("services/shop.py", "import sys\n\nsys.exit('done')", r"catalog/services/shop\.py:3: .* SystemExit: done"),
        (
            "receivers.py",
            (
                "from vitals.model.catalog import PagerDuty, Team\n"
                "one = Team(name='platform', pagerduty=PagerDuty(routing_key_file='a'))\n"
                "two = Team(name='platform', pagerduty=PagerDuty(routing_key_file='b'))\n"
            ),
            r"catalog/receivers\.py:3: the team name 'platform' is taken at catalog/receivers\.py:2",
        ),
    ],
    ids=["empty", "in a list", "no team", "it ends the program", "twice in one file"],
)
def test_a_file_that_declares_nothing_of_its_own_is_refused(copied: Path, file: str, text: str, complaint: str) -> None:
    """Its author believes that something is watched; the message says where it went."""
    (copied / file).write_text(text)

    with pytest.raises(CatalogueError, match=complaint):
        load(copied)


def test_a_file_of_shared_values_needs_no_entry(copied: Path) -> None:
    """Its name begins with an underscore, as a variable that is not an entry does."""
    before = load(copied)
    (copied / "services" / "_shared.py").write_text("WITHIN = '250ms'\n")

    assert load(copied).services == before.services


@pytest.mark.parametrize("folder", ["services", "environments"])
def test_a_catalogue_without_entries_names_the_folder(copied: Path, folder: str) -> None:
    """Of three things that may be missing, the one that is."""
    for file in (copied / folder).glob("*.py"):
        file.unlink()

    with pytest.raises(CatalogueError, match=rf"catalog/{folder} declares nothing"):
        load(copied)


def test_a_missing_file_of_teams_is_named(copied: Path) -> None:
    """Without receivers there would be no notification, so the loader stops."""
    (copied / "receivers.py").unlink()

    with pytest.raises(CatalogueError, match=r"receivers\.py is missing"):
        load(copied)


def test_a_folder_without_catalogue_is_refused(tmp_path: Path) -> None:
    """A wrong folder is not an empty catalogue."""
    with pytest.raises(CatalogueError, match="holds no catalogue"):
        load(tmp_path)


def test_budgets_are_exact() -> None:
    """The budget of 99.9% is a thousandth, not 0.0010000000000000009."""
    assert Availability(objective="99.9%").budget == Decimal("0.001")


def test_quantities_are_read_in_base_units() -> None:
    """Durations become seconds and percentages become shares."""
    assert seconds("1h30m") == 5400
    assert share("12.5%") == Decimal("0.125")
    assert quantity("500ms", Unit.SECONDS) == 0.5
    assert quantity("5%", Unit.RATIO) == 0.05
    assert quantity("20", Unit.COUNT) == 20


@pytest.mark.parametrize(("text", "unit"), [("5%", Unit.SECONDS), ("500ms", Unit.RATIO), ("many", Unit.COUNT)])
def test_a_quantity_of_another_unit_is_refused(text: str, unit: Unit) -> None:
    """A bound in the wrong unit cannot slip through as a number."""
    with pytest.raises(ValueError, match=r"is not a"):
        quantity(text, unit)


def test_a_scrape_must_end_before_the_next_begins() -> None:
    """Prometheus refuses such a configuration at its start; the catalogue refuses it earlier and says why."""
    with pytest.raises(ValidationError, match="page_timeout 6s is longer than the time between scrapes"):
        Scrape(page="5s", page_timeout="6s")


SHARED = """\
from ..defaults import {name}
from vitals.model.catalog import Budget, Environment

BUDGET = Budget(series={name}, samples_per_month=1)
lab = Environment(name="lab", description="A place to try things.", budget=BUDGET, **REST)
"""


def _sharing(folder: Path, series: int, name: str = "SERIES") -> Path:
    """Give a catalogue an environment that takes a number from a file beside it."""
    rest = {
        "delivery": "files",
        "dashboards_url": "http://a.b",
        "runbooks_url": "http://a.b",
        "rule_url": "http://a.b/{group}",
        "secrets_dir": "/s",
        "operators": "platform",
    }
    text = SHARED.format(name=name).replace("**REST", f"smtp=Smtp(smarthost='a:25', sender='a@a'), **{rest}")
    (folder / "environments" / "lab.py").write_text(
        text.replace("import Budget, Environment", "import Budget, Environment, Smtp")
    )
    (folder / "defaults.py").write_text(f"SERIES = {series}\n")
    return folder


def test_files_share_what_their_own_catalogue_says(copied: Path, tmp_path: Path) -> None:
    """Two catalogues read one after the other do not see each other's defaults, and leave nothing behind."""
    other = Path(shutil.copytree(copied, tmp_path / "other"))
    series = [
        load(_sharing(folder, number)).environments["lab"].budget.series for folder, number in ((copied, 7), (other, 8))
    ]

    assert series == [7, 8]
    assert not [name for name in sys.modules if name.startswith("vitals_catalogue")]


def test_a_mistake_in_what_is_shared_names_the_file_that_asked(copied: Path) -> None:
    """The line that takes over a value of the wrong kind, or one that is not there."""
    with pytest.raises(CatalogueError, match=r"catalog/environments/lab\.py:4: Budget, field series"):
        load(_sharing(copied, -1))
    with pytest.raises(CatalogueError, match=r"catalog/environments/lab\.py:1: the file cannot be run: ImportError"):
        load(_sharing(copied, 1, "MISSING"))
