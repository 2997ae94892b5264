"""An alert's one line for people: ``{service} ({labels that tell it apart}): {what} {value} (> {bound})``.

It is read on a phone at night, so it is not a sentence: a noun phrase has no plural to break. A signal carries its
phrase (:attr:`vitals.model.signals.Signal.phrase`); service, labels, form of the value and bound are the same for every
alert.
"""

from __future__ import annotations

from collections.abc import Iterable

from vitals.model.conventions import SERVICE
from vitals.model.signals import Signal
from vitals_telemetry.contract import Unit

_VALUE = "{value}"
"""Where the value stands in the phrase of a signal."""
_HUMAN = {"seconds": "humanizeDuration", "ratio": "humanizePercentage", "bytes": "humanize1024"}
"""How a template writes a value, by the unit of its signal."""
_WHOLE = '{{ $value | printf "%.0f" }}'
"""Events above none are counted by ``increase``, which makes 1.03 of one; a loss of 1.03 alerts makes no sense."""
_PLURAL = "{{ if ge $value 1.5 }}s{{ end }}"
"""Together with :data:`_WHOLE`: what rounds to one is singular."""
_MAGNITUDES = ((1e9, "G"), (1e6, "M"), (1e3, "k"))
"""Those of ``humanize``, so that a bound reads like the value beside it."""


def summary(service: str, what: str, compared: str, labels: Iterable[str] = ()) -> str:
    """The summary of an alert, as a Prometheus template.

    Args:
        service: Value of the ``service`` label.
        what: What is the case, with the current value.
        compared: What the value is compared with, such as ``> 5%``.
        labels: Names of the labels that tell the alert apart from others of the service.
    """
    return f"{_subject(service, tuple(labels))}: {what} ({compared})"


def summary_of(service: str, signal: Signal, compared: str, what: str = "") -> str:
    """The summary of an alert on one signal.

    Args:
        service: Value of the ``service`` label.
        signal: What the alert compares; the labels of its series tell the alert apart.
        compared: What the value is compared with, such as ``> 5%``.
        what: In place of the phrase of the signal.
    """
    labels = [label for label in signal.labels if label != SERVICE and label not in signal.static_labels]
    return summary(service, what or _now(signal, above_none=compared == "> 0"), compared, labels)


def noun(signal: Signal) -> str:
    """What a signal is called where its value does not follow: ``cache hit ratio``.

    Raises:
        ValueError: Its phrase is made around the value.
    """
    phrase = _phrase(signal)
    found = phrase.removesuffix(f" {_VALUE}")
    if _VALUE in found:
        raise ValueError(f"the phrase {phrase!r} of {signal.id} goes on behind {_VALUE}; end it there, as trends do")
    return found


def written(bound: float, text: str, unit: Unit) -> str:
    """A bound beside its value: as people wrote it, but counts in the notation of ``humanize`` (``20k``)."""
    if unit is not Unit.COUNT:
        return text
    size, letter = next((one for one in _MAGNITUDES if bound >= one[0]), (1.0, ""))
    return f"{bound / size:.4g}{letter}"


def _subject(service: str, labels: tuple[str, ...]) -> str:
    """The service and its labels; what a namespace holds is written as ``kubectl`` does, ``namespace/name``."""
    if not labels:
        return service
    between = "/" if labels[0] == "namespace" else ", "
    return f"{service} ({between.join(f'{{{{ $labels.{label} }}}}' for label in labels)})"


def _phrase(signal: Signal) -> str:
    """The phrase of a signal; without one of its own, its title in small letters, with the value behind it."""
    if signal.phrase:
        return signal.phrase
    what, _, _ = signal.title.partition(" by ")
    return f"{what if what[:2].isupper() else what[0].lower() + what[1:]} {_VALUE}"


def _now(signal: Signal, *, above_none: bool) -> str:
    """The phrase with the current value in it."""
    value = f"{{{{ $value | {_HUMAN.get(signal.unit.value, 'humanize')} }}}}"
    if above_none and signal.unit is Unit.COUNT:
        value = _WHOLE
    return _phrase(signal).replace(_VALUE, value).replace("{s}", _PLURAL)
