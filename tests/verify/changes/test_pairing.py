"""Things of two revisions, where several are alike."""

from __future__ import annotations

from operator import eq

from vitals.verify.changes.pairing import paired

KEY = ("ApiDown", "shop")


def test_of_two_equal_ones_each_has_a_counterpart_of_its_own() -> None:
    """One of them is gone, and not both unchanged."""
    assert list(paired({KEY: ["same", "same"]}, {KEY: ["same"]}, eq)) == [(KEY, "same", "same"), (KEY, "same", None)]


def test_equal_ones_come_together_before_those_that_changed() -> None:
    """The order in a file says least."""
    found = list(paired({KEY: ["old", "same"]}, {KEY: ["same", "new"], ("New",): ["one"]}, eq))

    assert found == [(KEY, "same", "same"), (KEY, "old", "new"), (("New",), None, "one")]
