"""The comment on a pull request says for each stack what would change and what it costs, whatever was printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from vitals.delivery import LONGEST, Preview, comment, previews_in
from vitals.errors import VitalsError

PRINTED = """Previewing update (dev):
     Type                 Name    Plan
 ~   kubernetes:core/v1:ConfigMap  vitals-api  update

Resources:
    ~ 1 to update
    +-2 to replace
    118 unchanged
"""
COST = {
    "series": 5722,
    "samples_per_month": 1_172_232_000,
    "price": {
        "as_of": "2026-11-24",
        "managed": {"usd_per_month": 70.33, "verified": False},
        "self_hosted": {"disk_bytes_per_month": 2_344_464_000},
    },
}
MODELS = {"dev": {"cost": COST}, "prod": {"cost": COST}}


def test_each_stack_is_one_line_with_counts_and_cost() -> None:
    """Counts of the preview, series, samples, disk and price, and that nobody verified the price."""
    told = comment([Preview("dev", PRINTED)], MODELS)

    assert (
        "| dev | ~ 1 to update, +-2 to replace, 118 unchanged | 5,722 series, 1,172 million samples, "
        "2.2 GiB of disk on its own Prometheus or 70.33 USD managed, price of 2026-11-24 not verified |"
    ) in told


def test_a_failed_preview_says_so_and_shows_what_it_printed() -> None:
    """A reviewer sees the error, not a missing line."""
    told = comment([Preview("dev", "error: no such project", failed=True)], MODELS)

    assert "| dev | the preview failed |" in told
    assert "error: no such project" in told


def test_a_long_preview_is_cut_and_the_others_keep_their_place() -> None:
    """The comment fits, every stack is shown, and what is cut is counted."""
    told = comment([Preview("dev", "x" * 100_000), Preview("prod", PRINTED)], MODELS)

    assert len(told) < LONGEST
    assert "more characters are in the log of the check" in told
    assert "118 unchanged" in told.split("<summary>prod</summary>")[1]


def test_a_preview_cannot_end_its_own_block() -> None:
    """Backticks in the output stay inside: the fence is longer than any run of them."""
    told = comment([Preview("dev", "before\n```\n</details> @everyone\n````\nafter")], MODELS)

    assert told.count("\n`````\n") == 2


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
        comment([Preview("qa", PRINTED)], MODELS)
