"""The how-tos are carried out: every block of each page, from top to bottom, in a copy of the repository."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.alert_rules import expected_once, passed_once
from vitals.model.promql import Expr, resolve
from vitals.paths import ROOT
from vitals.render import Plan
from vitals_telemetry import serve_metrics

from .changes import change, undone
from .how_to_outcomes import NEW_ALERT, OUTCOMES, run
from .pages import Page, read

FOLDER = ROOT / "docs" / "how-to"
PAGES = {file.stem: read(file) for file in sorted(FOLDER.glob("*.md"))}


WRITTEN = {
    "bring-what-you-have": (
        "alert_rules/handwritten/hosts-rules.yaml",
        "dashboards_py/imported/hosts.json",
        "catalog/services/ticket_shop.py",
    ),
    "add-an-exporter": ("catalog/exposed/memcached.toml",),
}
"""What the commands of a page write into the repository."""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of everything that is tracked or about to be, with the bytecode that was compiled of it already.

    A page starts half a dozen programs, and each would compile hundreds of modules again.
    """
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    for name in listed.stdout.splitlines():
        file = ROOT / name
        if file.is_file():
            compiled = (file.parent / "__pycache__").glob(f"{file.stem}.*.pyc") if file.suffix == ".py" else ()
            for one in (file, *compiled):
                copied = tmp_path / one.relative_to(ROOT)
                copied.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(one, copied)  # with its time, by which Python knows that the bytecode is of this source
    return tmp_path


def _as_before(page: Page, copy: Path) -> None:
    """Take out of the copy what the page puts in: a repository in which it was carried out holds its example."""
    for token in reversed([token for token in page.tokens if token.type == "fence"]):
        language, _, file = token.info.strip().partition(" ")
        if language == "diff":
            (copy / file).write_text(undone((copy / file).read_text(encoding="utf-8"), token.content), "utf-8")
        elif file:
            (copy / file).unlink(missing_ok=True)
    for file in WRITTEN.get(page.path.stem, ()):
        (copy / file).unlink(missing_ok=True)


def _carry_out(page: Page, copy: Path, plans: list[Plan]) -> None:
    for token in (token for token in page.tokens if token.type == "fence"):
        language, _, file = token.info.strip().partition(" ")
        match language, file:
            case "sh", "":
                server = serve_metrics(0)
                try:
                    run(["/bin/sh", "-euc", token.content], copy, EXPORTER_URL=f"http://127.0.0.1:{server.port}")
                finally:
                    server.close()
            case "python", "":
                run([sys.executable, "-W", "error", "-c", token.content], copy)
            case "python" | "markdown" | "yaml" | "json" | "jsonnet", str() if file:
                assert not (copy / file).exists(), f"{file} is there already"
                (copy / file).parent.mkdir(exist_ok=True)
                (copy / file).write_text(token.content, encoding="utf-8")
            case "diff", _:
                (copy / file).write_text(change((copy / file).read_text(encoding="utf-8"), token.content), "utf-8")
            case "promql", "":
                assert all(resolve(Expr(token.content.strip()), plan.vocabulary).readings for plan in plans)
            case "yaml", "":
                assert yaml.load(token.content, Loader=yaml.CSafeLoader)
            case _:
                pytest.fail(f"nothing says how to carry out a block of {token.info!r}")


def edited(page: Page) -> set[str]:
    """The files that a reader of the page writes or changes by hand."""
    named = (token.info.strip().partition(" ")[2] for token in page.tokens if token.type == "fence")
    return {file for file in named if file}


@pytest.mark.rules
@pytest.mark.parametrize("name", PAGES)
def test_a_page_does_what_it_says(name: str, copy: Path, plans: list[Plan]) -> None:
    """A reader who follows the page gets what it promises; that it would be rendered again is looked at every night."""
    _as_before(PAGES[name], copy)
    _carry_out(PAGES[name], copy, plans)

    OUTCOMES[name](copy)


HELD_BY = ("docs", "house", "oracle", "alert_rules", "render", "rendered", "kit", "model", "verify/delivery")
"""The folders of tests that read what a how-to changes: pages, content, what is rendered, and the cases of alerts."""


@pytest.mark.nightly
@pytest.mark.rules
@pytest.mark.parametrize("name", PAGES)
def test_every_check_passes_after_a_page(name: str, copy: Path, plans: list[Plan]) -> None:
    """A reader who has done what the page says, and nothing else in ``tests/``, has every check green."""
    # A reader has these, too; without them mypy, the oracle and promtool would look at everything again.
    for kept in (ROOT / ".mypy_cache", expected_once.KEPT.parent, passed_once.KEPT.parent):
        if kept.is_dir():
            shutil.copytree(kept, copy / kept.relative_to(ROOT))
    _as_before(PAGES[name], copy)
    _carry_out(PAGES[name], copy, plans)
    run(
        ["/bin/sh", "-euc", "vitals render --check && ruff format --check . && ruff check . && mypy"],
        copy,
        within_s=1800,
    )
    run(["/bin/sh", "-euc", "git init -q && git add -A"], copy)  # tests of the tree ask git what is in it
    left = "not live and not engine and not cluster and not charts and not bench and not nightly"
    tests = " ".join(f"tests/{folder}" for folder in HELD_BY)

    run(["/bin/sh", "-euc", f"pytest -q -n logical --dist worksteal -m '{left}' {tests}"], copy, within_s=3600)


def test_a_new_alert_is_three_files() -> None:
    """The rule, its runbook and its test; everything else about it is rendered."""
    assert edited(PAGES["add-an-alert"]) == {
        "alert_rules/latency.py",
        f"docs/runbooks/{NEW_ALERT}.md",
        "tests/alerts/api_requests_pile_up.py",
    }


def test_the_index_lists_every_page() -> None:
    """No how-to is lost."""
    linked = {Path(link).stem for _, link in read(ROOT / "docs" / "README.md").links if link.startswith("how-to/")}

    assert linked == set(PAGES) == set(OUTCOMES)
