"""The price list: what is accepted, and errors that name file and field."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.catalogues import WELLNESS
from vitals.model.catalog import Catalogue, CatalogueError, load


def test_the_shipped_list_says_what_is_not_verified(wellness: Catalogue) -> None:
    """A price that was only read somewhere is marked, and every part says where it comes from."""
    prices = wellness.prices

    assert not prices.managed.verified
    assert prices.managed.source.startswith("https://")
    assert prices.self_hosted.source
    assert [tier.up_to_million for tier in prices.managed.tiers][-1] is None


@pytest.mark.parametrize(
    ("old", "new", "complaints"),
    [
        ("as_of = 2026-11-24", "as_of = 2026-13-24", ["prices.toml"]),
        ("per_million = 0.06", "per_million = -1", ["managed.tiers.0.per_million", "greater than 0"]),
        ("per_million = 0.06", "per_milion = 0.06", ["managed.tiers.0.per_milion"]),
        ("up_to_million = 50_000", "up_to_million = 900_000", ["managed.tiers", "higher up_to_million"]),
        ("up_to_million = 500_000\n", "", ["managed.tiers", "the last has none"]),
        ("bytes_per_sample = 2.0\n", "", ["self_hosted.bytes_per_sample"]),
    ],
)
def test_a_wrong_list_is_refused(tmp_path: Path, old: str, new: str, complaints: list[str]) -> None:
    """Each mistake is named with its field."""
    copied = Path(shutil.copytree(WELLNESS, tmp_path / "catalog", ignore=shutil.ignore_patterns("__pycache__")))
    text = (copied / "prices.toml").read_text()
    assert old in text
    (copied / "prices.toml").write_text(text.replace(old, new, 1))

    with pytest.raises(CatalogueError) as caught:
        load(copied)

    for complaint in ["catalog/prices.toml", *complaints]:
        assert complaint in str(caught.value)


def test_a_missing_list_is_named(tmp_path: Path) -> None:
    """Without prices the cost of the metrics is unknown, so the loader stops."""
    copied = Path(shutil.copytree(WELLNESS, tmp_path / "catalog", ignore=shutil.ignore_patterns("__pycache__")))
    (copied / "prices.toml").unlink()

    with pytest.raises(CatalogueError, match=r"catalog/prices\.toml cannot be read"):
        load(copied)
