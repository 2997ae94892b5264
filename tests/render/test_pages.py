"""The rendered parts of pages: where they stand, what they say, and that what people wrote around them stays."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from vitals.cli import app
from vitals.errors import VitalsError
from vitals.model.catalog import Catalogue
from vitals.render import Plan, compose, pages, stale, write_pages

SAMPLE = Path(__file__).parents[1] / "sample_catalogue"
PLACE = "<!-- rendered by `vitals render`; edit the alert -->\n\nold\n\n<!-- end of what is rendered -->\n"
RUNBOOK = "# ScrapeSlow\n\nA scrape takes long.\n\nSilence it while you look.\n\n## Meaning\n\nIt is slow.\n"


@pytest.fixture(scope="module")
def plans(sample: Catalogue) -> list[Plan]:
    """Both environments of the sample catalogue."""
    return [compose(sample, environment) for environment in sample.environments.values()]


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """A folder of pages with one runbook, which has no rendered part yet."""
    (tmp_path / "runbooks").mkdir()
    (tmp_path / "runbooks" / "README.md").write_text(f"# Runbooks\n\n{PLACE}\nAfter.\n", encoding="utf-8")
    (tmp_path / "runbooks" / "ScrapeSlow.md").write_text(RUNBOOK, encoding="utf-8")
    (tmp_path / "drills.md").write_text(f"# Drills\n\n{PLACE}", encoding="utf-8")
    return tmp_path


def test_a_new_runbook_gets_its_part_below_the_first_line(plans: list[Plan], docs: Path) -> None:
    """Urgency and condition come between the line for the index and what people wrote; again, nothing changes."""
    assert sorted(write_pages(pages(plans, docs), docs)) == [
        "drills.md",
        "runbooks/README.md",
        "runbooks/ScrapeSlow.md",
        "signals.md",
    ]

    text = (docs / "runbooks" / "ScrapeSlow.md").read_text(encoding="utf-8")
    before, _, after = text.partition(
        "Severity **warning**: the owning team is notified by Slack and e-mail, 10s after"
    )
    assert before.startswith("# ScrapeSlow\n\nA scrape takes long.\n\n<!-- rendered by")
    assert "| `meta.scrape.slow` | " in after
    assert "> 75% | 10m |" in after
    assert after.endswith("<!-- end of what is rendered -->\n\n" + RUNBOOK.split("\n\n", 2)[2])
    assert stale(pages(plans, docs), docs) == []


def test_the_index_and_the_alerts_without_a_drill_are_listed(plans: list[Plan], docs: Path) -> None:
    """A row comes from the page's own first line; a reason from the alert; an alert without a page has no row."""
    rendered = pages(plans, docs)

    assert "| [ScrapeSlow](ScrapeSlow.md) | warning | A scrape takes long |\n" in rendered["runbooks/README.md"]
    assert "ServiceOutage" not in rendered["runbooks/README.md"]
    assert rendered["runbooks/README.md"].endswith("-->\n\nAfter.\n")
    assert "| ScrapeSlow | its windows and its duration are longer than a drill may take |" in rendered["drills.md"]
    assert "ServiceOutage" not in rendered["drills.md"]


def test_a_bound_of_one_environment_is_named_with_it(plans: list[Plan], docs: Path) -> None:
    """Where environments differ, each bound stands in a row of its own that says where it holds."""
    first, *others = plans
    assert others
    loose = [
        replace(alert, fires_when=alert.fires_when.replace("75%", "90%")) if alert.name == "ScrapeSlow" else alert
        for alert in first.alerts
    ]
    text = pages([replace(first, alerts=tuple(loose)), *others], docs)["runbooks/ScrapeSlow.md"]

    rows = [line for line in text.splitlines() if line.startswith("| `meta.scrape.slow`")]
    assert [f"({first.environment.name})" in row for row in rows] == [True, False]
    assert ["> 90%" in row for row in rows] == [True, False]


@pytest.mark.parametrize(
    ("page", "text", "error"),
    [
        ("drills.md", "# Drills\n", "drills.md does not have exactly one part"),
        ("runbooks/README.md", PLACE + PLACE, "README.md does not have exactly one part"),
        ("runbooks/ScrapeSlow.md", "# ScrapeSlow\n\n## Meaning\n", "a paragraph of one line"),
        ("runbooks/ScrapeSlow.md", "# Other\n\nA line.\n", "does not begin with '# ScrapeSlow'"),
        ("runbooks/ScrapeSlow.md", "", "does not begin with '# ScrapeSlow'"),
    ],
)
def test_a_page_without_a_place_is_refused(page: str, text: str, error: str, plans: list[Plan], docs: Path) -> None:
    """The message names the page and what to write; no page is changed by then."""
    (docs / page).write_text(text, encoding="utf-8")

    with pytest.raises(VitalsError, match=error):
        pages(plans, docs)


@pytest.mark.slow  # it renders four times
def test_the_command_writes_the_pages_and_finds_one_that_is_stale(docs: Path, tmp_path: Path) -> None:
    """``--check`` names the page and writes nothing, as it does for every other rendered file."""
    command = ["render", "--catalogue", str(SAMPLE), "--out", str(tmp_path / "out"), "--docs", str(docs)]
    assert CliRunner().invoke(app, [*command, "--check"]).exit_code == 1
    assert (docs / "runbooks" / "ScrapeSlow.md").read_text(encoding="utf-8") == RUNBOOK
    assert CliRunner().invoke(app, command).exit_code == 0
    assert CliRunner().invoke(app, [*command, "--check"]).exit_code == 0

    page = docs / "runbooks" / "ScrapeSlow.md"
    page.write_text(page.read_text(encoding="utf-8").replace("75%", "80%"), encoding="utf-8")
    found = CliRunner().invoke(app, [*command, "--check"])
    assert found.exit_code == 1
    assert f"changed: {page}" in found.output
