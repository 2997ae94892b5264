"""The dead man's switch: raises the alarm when the Watchdog is *not* heard.

Everything else here reports what Alertmanager says; this reports its silence. Both the pace of the heartbeat and the
patience with it are read from the rendered route, so no second number can drift from the first. It lives in the
supervisor's process, as the service outside does in production: it must not die with what it watches.
"""

from __future__ import annotations

import math
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import yaml

from vitals.errors import VitalsError
from vitals.local.portal.interfaces import DeliveredAlert, Delivery, DeliveryStatus, PartHealth
from vitals.local.stack.state import Heartbeat

NAME = "deadman"
WATCHDOG = "Watchdog"
BEATS_MISSED = 2
"""How many heartbeats in a row may fail to come before it is an alarm: one may be lost on the way."""

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


def heartbeat_every(alertmanager_config: str) -> float | None:
    """Read from an Alertmanager configuration how often the dead man's receiver is called, in seconds.

    A group is notified again at the first flush at which the repetition is due, and flushes come every group interval.

    Args:
        alertmanager_config: Its text.

    Returns:
        The pace; None where no route leads to a receiver of that name.

    Raises:
        VitalsError: The route does not say its times.
    """
    for route in _routes(yaml.safe_load(alertmanager_config)["route"]):
        if route.get("receiver") == NAME:
            try:
                flush, repeat = (_seconds(str(route[field])) for field in ("group_interval", "repeat_interval"))
            except (KeyError, ValueError) as error:
                raise VitalsError(
                    f"The route to the receiver {NAME!r} does not say how often it is called ({error}), so it "
                    "would be unknown when it is silent. Give it group_interval and repeat_interval, and render again."
                ) from error
            return flush * math.ceil(repeat / flush)
    return None


class DeadMan:
    """Hears the Watchdog, or misses it; safe to use from several threads.

    Args:
        every_s: The pace of the heartbeat; None where the environment sends none, and then nothing is missed.
        deliver: Gets the alarm, and the word that it is over.
        on_problem: Called with the alarm in words.
        on_solved: Called with the same words when it is over.
        clock: Unix seconds.
    """

    def __init__(
        self,
        every_s: float | None,
        deliver: Callable[[Delivery], None],
        on_problem: Callable[[str], None],
        on_solved: Callable[[str], None],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._every_s = every_s
        self._deliver = deliver
        self._on_problem = on_problem
        self._on_solved = on_solved
        self._alarm = ""
        self._clock = clock
        self._since = clock()
        self._waits_since: float | None = None
        self._heard_at: float | None = None
        self._missing_since: float | None = None
        self._lock = threading.Lock()

    @property
    def patience_s(self) -> float:
        """Seconds of silence after which it is an alarm; without end where no heartbeat is sent."""
        return BEATS_MISSED * self._every_s if self._every_s is not None else math.inf

    def begin(self) -> None:
        """Count the silence from now on: everything that the heartbeat needs has been started."""
        with self._lock:
            self._waits_since = self._clock()

    def hear(self) -> None:
        """Note a heartbeat, and end the alarm."""
        with self._lock:
            self._heard_at = self._clock()
            if self._missing_since is None:
                return
            silent = self._heard_at - self._missing_since
            self._missing_since, self._since = None, self._heard_at
        self._on_solved(self._alarm)
        self._tell("resolved", f"{WATCHDOG} heartbeat back, {silent:.0f} s after the alarm")

    def check(self) -> None:
        """Raise the alarm once the silence has lasted too long; to be called every second or so."""
        with self._lock:
            last = self._heard_at if self._heard_at is not None else self._waits_since
            if last is None or self._missing_since is not None or self._clock() - last <= self.patience_s:
                return
            silent = self._clock() - last
            self._missing_since = self._since = self._clock()
        self._alarm = (
            f"No {WATCHDOG} heartbeat for {silent:.0f} s, so no notification is delivered: look at Alertmanager, "
            "then at Prometheus"
        )
        self._on_problem(self._alarm)
        self._tell("firing", self._alarm)

    def record(self) -> Heartbeat | None:
        """What is known now, for ``state.json``; None where no heartbeat is sent."""
        if self._every_s is None:
            return None
        with self._lock:
            return Heartbeat(
                every_s=self._every_s,
                patience_s=self.patience_s,
                heard_at=self._heard_at,
                missing_since=self._missing_since,
            )

    def health(self) -> list[PartHealth]:
        """The switch as a part of the stack; none where no heartbeat is sent."""
        known = self.record()
        if known is None:
            return []
        if known.missing_since is not None:
            return [PartHealth(name=NAME, state="failing", detail=f"no {WATCHDOG} heartbeat", since=self._since)]
        return [PartHealth(name=NAME, state="healthy" if known.heard_at else "starting", since=self._since)]

    def _tell(self, status: DeliveryStatus, summary: str) -> None:
        self._deliver(
            Delivery(
                channel="deadman",
                receiver="dead man's switch",
                at=self._clock(),
                status=status,
                alerts=(DeliveredAlert(name=WATCHDOG, severity="none"),),
                summary=summary,
            )
        )


def _routes(route: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield route
    for below in route.get("routes", ()):
        yield from _routes(below)


def _seconds(duration: str) -> float:
    parts = re.findall(r"(\d+)(ms|s|m|h|d)", duration)
    if not parts or "".join(number + unit for number, unit in parts) != duration:
        raise ValueError(f"{duration!r} is not a duration")
    return sum(int(number) * _UNITS[unit] for number, unit in parts)
