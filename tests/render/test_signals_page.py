"""The page of signals lists what is really asked, and is the one that is committed."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from vitals.model.catalog import Catalogue
from vitals.model.metrics import EXPORTERS
from vitals.model.promql import written
from vitals.model.signals import signals_of, signals_of_exporter
from vitals.paths import DOCS
from vitals.render import signals_page

PAGE = signals_page.page()


def test_the_committed_page_is_the_rendered_one() -> None:
    """A change of a signal is committed with what it changes here; `vitals render` writes it."""
    assert (DOCS / "signals.md").read_text(encoding="utf-8") == PAGE


def test_every_signal_is_listed_once(any_catalogue: Catalogue) -> None:
    """Also those of services and exporters that the example does not name, by id, record and question."""
    signals = [signal for service in any_catalogue.services for signal in signals_of(service)]
    signals += [signal for name in EXPORTERS for signal in signals_of_exporter(name)]

    assert signals
    for signal in signals:
        assert PAGE.count(f"(`{signal.id}`)\n") == 1, signal.id
        assert f"- recorded as `{signal.record}`, by " in PAGE
        assert signal.question in PAGE


def test_its_queries_are_promql() -> None:
    """What a reader copies from the page is what Prometheus takes."""
    queries = re.findall(r"```promql\n(.*?)\n```", PAGE, re.DOTALL)

    assert len(queries) == PAGE.count("\n### ")
    for query in queries:
        assert written(query).text


@pytest.mark.slow  # it renders a whole catalogue
def test_render_to_another_folder_leaves_the_pages_alone(tmp_path: Path) -> None:
    """The pages belong to the repository: who renders elsewhere changes nothing in it."""
    before = (DOCS / "signals.md").stat().st_mtime_ns
    command = [sys.executable, "-m", "vitals.cli", "render", "--out", str(tmp_path), "--env", "local"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert (DOCS / "signals.md").stat().st_mtime_ns == before
    assert [folder.name for folder in tmp_path.iterdir()] == ["local"]


@pytest.mark.parametrize("phrase", ["or_zero", "where_positive", "share", "where_number", "any_of"])
def test_each_idiom_is_explained(phrase: str) -> None:
    """A reader of the queries finds each named phrase with what it achieves."""
    assert re.search(rf"^\| `{phrase}` \| `[^`]+` \| [A-Z`].+\. \|$", PAGE, re.MULTILINE)
