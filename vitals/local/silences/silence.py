"""A silence that is asked for, checked before Alertmanager is asked, and one that Alertmanager holds."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from vitals.errors import VitalsError
from vitals.local.silences.matcher import SilenceMatcher
from vitals.model.conventions import ALERTNAME, SEVERITY, Severity

LONGEST_S = 7 * 86400.0
"""A week covers planned work and a weekend; what is quiet for longer is a change of the alert, which others review."""
SHORTEST_S = 60.0
"""Alertmanager looks at its groups every minute at most here, so a shorter silence may end unseen."""
_REASON_CHARACTERS = 1000
_HEARTBEAT = {ALERTNAME: "Watchdog", SEVERITY: str(Severity.NONE)}
"""Of the heartbeat, whatever else it carries; its absence is what the dead man's switch reports."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSilence:
    """A silence to be made; it begins at once.

    Attributes:
        matchers: What it holds back: alerts that meet all of them.
        lasts_s: Seconds until its end.
        reason: For those who wonder why they hear nothing.
        author: Who asks for it.
    """

    matchers: tuple[SilenceMatcher, ...]
    lasts_s: float
    reason: str
    author: str

    def document(self, now: float) -> dict[str, Any]:
        """Return it as Alertmanager's API takes it; ``now`` is in unix seconds."""
        return {
            "matchers": [one.document() for one in self.matchers],
            "startsAt": _text(now),
            "endsAt": _text(now + self.lasts_s),
            "comment": self.reason,
            "createdBy": self.author,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """One that Alertmanager holds; times in unix seconds, ``state`` is ``active``, ``pending`` or ``expired``."""

    id: str
    state: str
    matchers: tuple[str, ...]
    start: float
    end: float
    reason: str
    author: str


def new_silence(matchers: Sequence[SilenceMatcher], *, lasts_s: float, reason: str, author: str) -> NewSilence:
    """Check a silence.

    Raises:
        VitalsError: It has no matcher, no end within a week, no reason or no author, matches every alert, or holds the
            heartbeat back.
    """
    nothing = "Nothing was silenced."
    if not matchers:
        raise VitalsError(f"No matcher is given, which would hold back every alert. {nothing} Name the alert at least.")
    if all(one.fits({}) for one in matchers):
        raise VitalsError(
            f"{', '.join(map(str, matchers))} fits alerts that have none of these labels, so Alertmanager refuses it. "
            f"{nothing} Give one matcher that needs a value, such as alertname=ApiLatencyHigh."
        )
    if not math.isfinite(lasts_s) or not SHORTEST_S <= lasts_s <= LONGEST_S:
        raise VitalsError(
            f"A silence lasts between {SHORTEST_S / 60:.0f} minute and {LONGEST_S / 86400:.0f} days. {nothing} What "
            "must be quiet for longer is changed in alert_rules/, where others see it."
        )
    if not reason.strip():
        raise VitalsError(f"No reason is given, so on-call could not tell a silence from a fault. {nothing} Say why.")
    if len(reason) > _REASON_CHARACTERS:
        raise VitalsError(f"The reason has {len(reason)} characters, more than {_REASON_CHARACTERS}. {nothing} Cut it.")
    if not author.strip():
        raise VitalsError(f"No name is given, so others could not ask whose it is. {nothing} Give yours.")
    leave_heartbeat(matchers, [{"labels": _HEARTBEAT}])
    return NewSilence(matchers=tuple(matchers), lasts_s=lasts_s, reason=reason.strip(), author=author.strip())


def leave_heartbeat(matchers: Sequence[SilenceMatcher], alerts: Iterable[Mapping[str, Any]]) -> None:
    """Refuse matchers that one of the alerts meets which is the heartbeat.

    Raises:
        VitalsError: It would be held back, and its absence raises an alarm for everyone.
    """
    if any(alert["labels"].get(ALERTNAME) == _HEARTBEAT[ALERTNAME] for alert in covered(matchers, alerts)):
        raise VitalsError(
            f"{', '.join(map(str, matchers))} would hold back the Watchdog heartbeat too, and its absence is an alarm. "
            "Nothing was silenced. Name the alerts, or the service, that shall be quiet."
        )


def covered(matchers: Iterable[SilenceMatcher], alerts: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the alerts (each with ``labels``) that meet every matcher."""
    conditions = list(matchers)
    return [alert for alert in alerts if all(one.fits(alert["labels"]) for one in conditions)]


def read_silences(documents: Iterable[Mapping[str, Any]]) -> list[Silence]:
    """Read Alertmanager's list: what holds now first, then what is over, newest end first."""
    found = [
        Silence(
            id=str(one["id"]),
            state=str(one["status"]["state"]),
            matchers=tuple(str(SilenceMatcher.of(matcher)) for matcher in one["matchers"]),
            start=_seconds(one["startsAt"]),
            end=_seconds(one["endsAt"]),
            reason=str(one.get("comment") or ""),
            author=str(one.get("createdBy") or ""),
        )
        for one in documents
    ]
    return sorted(found, key=lambda one: (one.state == "expired", -one.end, one.id))


def _text(moment: float) -> str:
    return datetime.fromtimestamp(moment, tz=UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _seconds(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()
