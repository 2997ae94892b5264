"""Defects that are planted into rendered files are found, where they are and by the check that is there for them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.made_once import files_of
from vitals.model.catalog import Catalogue
from vitals.paths import RENDERED
from vitals.verify.review import Defect, review

from .planted_in_dashboards import FOUND_IN_DASHBOARDS
from .planted_in_rules import FOUND_IN_RULES
from .planted_in_scalers import FOUND_IN_SCALERS
from .planting import Planted, dumped, parsed

PLANTED = [*FOUND_IN_DASHBOARDS, *FOUND_IN_RULES, *FOUND_IN_SCALERS]


def _written(files: dict[str, str], folder: Path) -> Path:
    for name, text in files.items():
        path = folder / "prod" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def found(wellness: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> list[Defect]:
    """What is found in an environment with every defect."""
    files = dict(files_of(wellness, wellness.environments["prod"]))
    model = files.pop("model.json")
    tree = parsed(files)
    for one in PLANTED:
        one.plant(tree)
    folder = _written({**dumped(tree), "model.json": model}, tmp_path_factory.mktemp("planted"))
    return list(review([], rendered=folder).defects)


@pytest.mark.parametrize("planted", PLANTED, ids=[f"{one.check} {one.what}".strip() for one in PLANTED])
def test_a_planted_defect_is_found(planted: Planted, found: list[Defect]) -> None:
    """By its check, in its file, at its place."""
    assert [
        one
        for one in found
        if one.check == planted.check and one.file.endswith(f"/{planted.file}") and planted.what in one.what
    ]


def test_more_than_forty_defects_of_most_checks_are_planted() -> None:
    """The list is not shortened by accident."""
    assert len(PLANTED) >= 40
    assert len({one.check for one in PLANTED}) >= 40


def test_nothing_is_found_in_a_file_without_a_planted_defect(found: list[Defect]) -> None:
    """A defect in one file is not reported of another."""
    planted = {one.file for one in PLANTED}

    assert {"/".join(Path(one.file).parts[-2:]).removeprefix("prod/") for one in found} <= planted


def test_nothing_is_found_in_what_is_committed() -> None:
    """Not even a note; production stands for all, which `make check` looks at."""
    clean = review([RENDERED / "prod"], rendered=RENDERED)

    assert clean.files > 40
    assert not clean.defects
