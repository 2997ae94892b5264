"""The queue is bounded, each failure is one picture's, and a call never waits for any of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from tests.local.relay.notices import GROUP_KEY, call, notice
from tests.local.relay.relay_world import PICTURE, RelayWorld
from vitals.local.relay import relay as module
from vitals.local.relay.notice import Notice
from vitals.local.relay.picture import PanelPicture
from vitals.local.relay.problem import NoPictureError
from vitals.local.relay.relay import WAITING


@pytest.fixture
def world() -> RelayWorld:
    """A relay that works."""
    return RelayWorld()


def test_a_picture_goes_to_each_channel_of_its_receiver(world: RelayWorld) -> None:
    """One drawing, one delivery to each, and each is counted."""
    world.follow(notice())

    assert [kind for kind, _ in world.sent] == ["slack", "email"]
    assert (
        world.count("pictures_sent_total", channel="slack") == world.count("pictures_sent_total", channel="email") == 1
    )


@pytest.mark.parametrize(
    "error", [NoPictureError("unreachable", "Slack does not answer"), RuntimeError("token xoxb-1")]
)
def test_a_channel_that_fails_costs_no_other_channel_its_picture(error: Exception, world: RelayWorld) -> None:
    """The mail is sent although Slack failed, for a reason that is known or not; the log holds no secret."""
    world.refuse["slack"] = error

    world.follow(notice())

    assert [kind for kind, _ in world.sent] == ["email"]
    reason = error.reason if isinstance(error, NoPictureError) else "not_drawn"
    assert world.count("pictures_failed_total", channel="slack", reason=reason) == 1
    assert len(world.said) == 1
    assert "xoxb" not in world.said[0]


def test_what_failed_is_one_line_of_the_log(world: RelayWorld) -> None:
    """What is quoted in it cannot write a second one, nor turn the direction of writing."""
    world.refuse["slack"] = NoPictureError("refused", "files: no\n[FIRING] \u202eall is well\x1b[2J")

    world.follow(notice())

    assert [said.isprintable() for said in world.said] == [True]
    assert world.said[0].endswith("no picture by slack: files: no [FIRING] all is well [2J")


def test_a_drawing_that_fails_is_counted_for_each_channel_and_tried_again_later(world: RelayWorld) -> None:
    """The group has had no picture, so its next notification has one."""
    stop = threading.Event()
    failures = [NoPictureError("no_data", "no data")]

    def paint(_: Notice) -> PanelPicture:
        if failures:
            raise failures.pop()
        return PICTURE

    world.paint = paint
    runs = threading.Thread(target=world.relay.run, args=(world, world.reply, stop))
    runs.start()
    try:
        world.relay.take(call(), time.time())
        _until(lambda: world.count("pictures_failed_total", channel="slack", reason="no_data") == 1)
        _until(lambda: _asks_again(world))
    finally:
        stop.set()
        runs.join(5.0)

    assert world.count("pictures_failed_total", channel="email", reason="no_data") == 1
    assert {kind for kind, _ in world.sent} == {"slack", "email"}


def test_a_group_has_one_picture_within_its_time(world: RelayWorld) -> None:
    """A second call about it is counted and forgotten."""
    world.relay.take(call(), time.time())
    world.relay.take(call(), time.time())

    assert world.count("pictures_waiting") == 1
    assert world.count("pictures_skipped_total") == 1


def test_a_full_queue_takes_calls_and_forgets_them(world: RelayWorld) -> None:
    """While drawing hangs, calls return at once; what does not fit is counted, and its group may have one later."""
    for number in range(WAITING + 5):
        world.relay.take(call(groupKey=f"{GROUP_KEY}{number}"), time.time())

    assert world.count("pictures_waiting") == WAITING
    assert world.count("pictures_dropped_total") == 5


def test_a_call_for_another_receiver_is_refused(world: RelayWorld) -> None:
    """The relay knows where pictures go from what is rendered, and from nothing that a call says."""
    with pytest.raises(NoPictureError) as error:
        world.relay.take(call(receiver="somewhere-else"), time.time())

    assert error.value.reason == "not_understood"
    assert world.count("pictures_waiting") == 0


def test_a_picture_that_waited_too_long_is_none(world: RelayWorld) -> None:
    """It would show another moment than the text speaks of."""
    world.follow(notice(time.time() - module.TOO_LATE_S - 1))

    assert world.sent == []
    assert world.count("pictures_failed_total", channel="slack", reason="not_drawn") == 1


def _asks_again(world: RelayWorld) -> bool:
    world.relay.take(call(), time.time())
    return bool(world.sent)


def _until(holds: Callable[[], object]) -> None:
    deadline = time.monotonic() + 10.0
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)
