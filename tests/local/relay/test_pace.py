"""One picture for a group and some minutes."""

from __future__ import annotations

from vitals.local.relay.pace import MOST_GROUPS, GroupPace


def test_a_group_waits_for_its_next_picture_and_no_other_does() -> None:
    """Within the time there is one; after it there is another; another group has its own."""
    now = [0.0]
    pace = GroupPace(600.0, lambda: now[0])

    assert [pace.take("a"), pace.take("a"), pace.take("b")] == [True, False, True]
    now[0] = 599.0
    assert not pace.take("a")
    now[0] = 600.0
    assert pace.take("a")


def test_a_picture_that_failed_counts_for_none() -> None:
    """The next notification of the group tries again."""
    pace = GroupPace(600.0, lambda: 0.0)

    assert pace.take("a")
    pace.give_back("a")

    assert pace.take("a")


def test_what_is_remembered_is_bounded() -> None:
    """Names of groups come from outside, so the oldest is forgotten."""
    pace = GroupPace(600.0, lambda: 0.0)
    for number in range(MOST_GROUPS + 1):
        assert pace.take(str(number))

    assert pace.take("0")
    assert not pace.take(str(MOST_GROUPS))
