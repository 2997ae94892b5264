"""When an alert fires, from the evaluations at which its condition held."""

from __future__ import annotations

import pytest

from vitals.verify.backtest.replay import AlertReplay

A = (("path", "/a"),)
B = (("path", "/b"),)
END = 1000


def replay(moments: list[int], *, for_s: float = 0, keep_s: float = 0, start: int = 0) -> list[tuple[int, int]]:
    """The firings of one series evaluated every 10 s, as start and end."""
    one = AlertReplay(for_s=for_s, keep_s=keep_s, step_s=10, start=start)
    one.feed(A, moments)
    return [(each.start, each.end) for each in one.finish(END)]


@pytest.mark.parametrize(
    ("moments", "for_s", "fired"),
    [
        ([100, 110, 120], 0, [(100, 130)]),
        ([100, 110, 120], 20, [(120, 130)]),
        ([100, 110, 120], 15, [(120, 130)]),
        ([100, 110, 120], 21, []),
        ([100, 110, 130, 140, 150], 20, [(150, 160)]),
        ([100, 120], 0, [(100, 110), (120, 130)]),
    ],
)
def test_the_condition_must_hold_without_a_missing_evaluation(
    moments: list[int], for_s: float, fired: list[tuple[int, int]]
) -> None:
    """One without a result puts a pending alert back, and it is resolved at the first one."""
    assert replay(moments, for_s=for_s) == fired


@pytest.mark.parametrize(
    ("moments", "keep_s", "fired"),
    [
        ([100], 30, [(100, 140)]),
        ([100], 25, [(100, 140)]),
        ([100, 140], 30, [(100, 180)]),
        ([100, 150], 30, [(100, 140), (150, 190)]),
    ],
)
def test_an_alert_that_is_kept_counts_from_its_first_missing_evaluation(
    moments: list[int], keep_s: float, fired: list[tuple[int, int]]
) -> None:
    """A result in time begins the count anew."""
    assert replay(moments, keep_s=keep_s) == fired


def test_a_pending_alert_is_never_kept() -> None:
    """``keep_firing_for`` is about alerts that fire."""
    assert replay([100, 110, 130, 140], for_s=30, keep_s=300) == []


def test_pieces_of_a_range_are_one_range() -> None:
    """What was pending or firing at the end of a piece goes on in the next, and each set of labels on its own."""
    one = AlertReplay(for_s=30, keep_s=0, step_s=10, start=0)
    for piece in ([100, 110], [120, 130], [140]):
        one.feed(A, piece)
    one.feed(B, [110])

    (found,) = one.finish(END)
    assert (found.labels, found.start, found.end) == (A, 130, 150)


def test_the_ends_of_the_range_are_said() -> None:
    """What fired before counts from the start, what still fires is said to, and what was over before does not count."""
    one = AlertReplay(for_s=0, keep_s=0, step_s=10, start=500)
    one.feed(A, [100, 110])
    one.feed(B, [480, 490, 500])
    one.feed((), range(980, END + 1, 10))

    early, late = one.finish(END)
    assert (early.start, early.end, early.began_before, early.ongoing) == (500, 510, True, False)
    assert (late.start, late.end, late.began_before, late.ongoing) == (980, END, False, True)
