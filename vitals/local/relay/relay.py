"""The queue of pictures, and who works it off.

A call is answered before anything is drawn. Everything is bounded: what waits, how long each step takes, how often a
group has a picture. What does not fit is counted and forgotten, for the text has gone out.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Mapping

from vitals.local.relay.health import RelayHealth
from vitals.local.relay.notice import LINE_CHARACTERS, Notice, line, parse
from vitals.local.relay.pace import GroupPace
from vitals.local.relay.picture import Painter, PanelPicture, Reply, Threads
from vitals.local.relay.problem import NoPictureError

WAITING = 50
"""Notifications whose picture is waited for: with two workers and about two seconds each, the last is a minute late."""
WORKERS = 2
"""A channel that hangs holds up one of them; more would draw at once on the machine of an outage."""
TOO_LATE_S = 300.0
"""After which a picture is not drawn any more: it would show another moment than the text speaks of."""


class Relay:
    """Takes notices and has their pictures drawn and delivered.

    Args:
        receivers: The channels of each receiver; notices of others are left alone.
        pace: How often a group has a picture.
        health: What is counted.
        say: Gets a line for the log about each picture that failed.
    """

    def __init__(
        self,
        *,
        receivers: Mapping[str, tuple[Threads, ...]],
        pace: GroupPace,
        health: RelayHealth,
        say: Callable[[str], None],
    ) -> None:
        self._receivers = receivers
        self._pace = pace
        self._health = health
        self._say = say
        self._waiting: queue.Queue[Notice] = queue.Queue(maxsize=WAITING)
        health.asks(self._waiting.qsize)

    def take(self, body: bytes, at: float) -> None:
        """Take a call; it returns at once.

        Raises:
            NoPictureError: It is not one of Alertmanager, or names a receiver that is not known here.
        """
        notice = parse(body, at)
        if notice is None:
            return
        if notice.receiver not in self._receivers:
            raise NoPictureError("not_understood", "the call names a receiver that has no channels here")
        if not self._pace.take(notice.group):
            self._health.skipped()
            return
        try:
            self._waiting.put_nowait(notice)
        except queue.Full:
            self._pace.give_back(notice.group)
            self._health.dropped()
            self._say(f"{notice.title}: {WAITING} pictures wait already, so this notification has none")

    def run(self, painter: Painter, reply: Reply, stop: threading.Event) -> None:
        """Work until ``stop`` is set; what waits then is forgotten.

        Args:
            painter: What draws.
            reply: What delivers.
            stop: Set from elsewhere.
        """
        workers = [
            threading.Thread(target=self._work, args=(painter, reply, stop), daemon=True) for _ in range(WORKERS)
        ]
        for worker in workers:
            worker.start()
        stop.wait()

    def _work(self, painter: Painter, reply: Reply, stop: threading.Event) -> None:
        while not stop.is_set():
            try:
                notice = self._waiting.get(timeout=0.5)
            except queue.Empty:
                continue
            self.follow(notice, painter, reply)

    def follow(self, notice: Notice, painter: Painter, reply: Reply) -> None:
        """Draw the picture of a notification and deliver it to each channel of its receiver.

        Args:
            notice: The notification.
            painter: What draws.
            reply: What delivers.
        """
        started = time.monotonic()
        there, sent = self._receivers[notice.receiver], 0
        try:
            picture = _drawn(notice, painter)
        except Exception as error:  # whatever it is, the next picture must be drawn
            for one in there:
                self._failed(one.kind, notice, error)
        else:
            for one in there:
                try:
                    reply(one, notice, picture)
                except Exception as error:  # the other channel must have its own
                    self._failed(one.kind, notice, error)
                else:
                    sent += 1
                    self._health.sent(one.kind, time.monotonic() - started)
        if not sent:
            self._pace.give_back(notice.group)

    def _failed(self, kind: str, notice: Notice, error: Exception) -> None:
        if isinstance(error, NoPictureError):
            self._health.failed(kind, error.reason)
            # In one line, for what failed may be quoted in it: a query, an answer of Slack, the end of a painter.
            self._say(f"{notice.title}: no picture by {kind}: {line(str(error), LINE_CHARACTERS)}")
        else:  # a defect of ours: its name, and no more, for the message could hold a secret
            self._health.failed(kind, "not_drawn")
            self._say(f"{notice.title}: no picture by {kind}: {type(error).__name__}, a defect of the relay")


def _drawn(notice: Notice, painter: Painter) -> PanelPicture:
    if time.time() - notice.at > TOO_LATE_S:
        raise NoPictureError("not_drawn", f"it waited for more than {TOO_LATE_S:.0f} s")
    return painter.picture(notice)
