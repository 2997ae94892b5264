"""A back-test in words with a bar of the range under each alert, and as JSON with every interval."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from vitals.verify.backtest.judge import SHORT_S, PairOutcome, SideOutcome
from vitals.verify.backtest.replay import FiringInterval

_COLUMNS = 72
"""Fits a terminal of 80 columns behind the name of a side."""
_LEVELS = "▁▂▃▄▅▆▇█"
_MOST_GAPS = 3
_DAY_S = 86_400


def as_text(outcomes: Sequence[PairOutcome], start: int, end: int, base: str | None) -> str:
    """A block for each alert: what it would have done, when, and how sure that is."""
    blocks = ["\n".join(_block(one, start, end, base)) for one in outcomes]
    head = f"{_moment(start)} to {_moment(end)} UTC ({_span(end - start)})"
    return "\n\n".join([head, *blocks])


def _block(one: PairOutcome, start: int, end: int, base: str | None) -> Iterator[str]:
    yield f"{headed(one)}: {sentence(one, base)}"
    yield from (f"  {line}" for line in bars(one, start, end))
    yield from (f"  note: {note}" for note in notes(one, start, end))


def headed(one: PairOutcome) -> str:
    """The alert with what distinguishes it, such as ``ApiLatencyHigh (warning, wellness-api)``."""
    name, *labels = one.pair.any.identity
    severity = dict(one.pair.any.labels).get("severity", "")
    shown = ", ".join([*([severity] if severity else []), *(each.partition("=")[2] for each in labels)])
    return f"{name} ({shown})" if shown else name


def _judged(one: PairOutcome) -> list[tuple[str, SideOutcome]]:
    sides = [("now", one.now)] + ([("base", one.before)] if one.changed else [])
    return [(label, side) for label, side in sides if side is not None and side.judged]


def bars(one: PairOutcome, start: int, end: int) -> list[str]:
    """A bar for each side and the two ends of the range; nothing where neither fired."""
    judged = _judged(one)
    if not any(side.firings for _, side in judged):
        return []
    left, right = _moment(start), _moment(end)
    drawn = [f"{label:<5}{bar(side.firings, start, end)}" for label, side in judged]
    return [*drawn, f"     {left}{right:>{_COLUMNS - len(left)}}"]


def notes(one: PairOutcome, start: int, end: int) -> list[str]:
    """What a reader should know of the answer, each thing once."""
    found = [note for _, side in _judged(one) for note in (*side.notes, *_of_coverage(side, start, end))]
    return list(dict.fromkeys(found))


def sentence(one: PairOutcome, base: str | None) -> str:
    """What an alert would have done, beside what it did at the base."""
    if one.now is None:
        return f"removed; at {base} {_did(one.before)}" if one.before else "removed"
    said = f"would have fired {_counted(one.now)}" if one.now.judged else f"cannot be judged: {one.now.why_not}"
    if base is None:
        return said
    if not one.changed:
        return f"{said}; as at {base}"
    if one.before is None:
        return f"{said}; new since {base}"
    return f"{said}; at {base} {_did(one.before)}"


def _did(side: SideOutcome | None) -> str:
    if side is None:
        return "it was not there"
    return _counted(side) if side.judged else f"it cannot be judged: {side.why_not}"


def _counted(side: SideOutcome) -> str:
    count = len(side.firings)
    if not count:
        return "0 times"
    said = "once" if count == 1 else f"{count} times"
    series = len({one.labels for one in side.firings})
    of = f" for {series} label sets" if series > 1 else ""
    short = f", {side.short} of them for under {SHORT_S // 60} minutes" if side.short else ""
    ongoing = sum(one.ongoing for one in side.firings)
    still = f", {ongoing} still firing at the end" if ongoing else ""
    return f"{said}{of} ({_span(sum(one.duration_s for one in side.firings))} in all){short}{still}"


def bar(firings: Iterable[FiringInterval], start: int, end: int) -> str:
    """The range in columns: a dot where nothing fired, else a block by the share of the time in which anything did."""
    width = (end - start) / _COLUMNS
    shares = [0.0] * _COLUMNS
    for begin, until in _merged(firings):
        first, last = (min(_COLUMNS - 1, int((at - start) / width)) for at in (begin, until))
        for column in range(first, last + 1):
            left = start + column * width
            shares[column] += max(0.0, min(until, left + width) - max(begin, left)) / width
        shares[first] = shares[first] or 1e-9  # what fired is seen, however short
    top = len(_LEVELS) - 1
    return "".join(_LEVELS[min(top, int(share * len(_LEVELS)))] if share else "·" for share in shares)


def _merged(firings: Iterable[FiringInterval]) -> list[tuple[int, int]]:
    """The times in which any label set fired, none counted twice."""
    found: list[tuple[int, int]] = []
    for one in sorted(firings, key=lambda each: each.start):
        if found and one.start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], one.end))
        else:
            found.append((one.start, one.end))
    return found


def _of_coverage(side: SideOutcome, start: int, end: int) -> Iterator[str]:
    found = side.coverage
    if found is None:
        return
    tolerated = max(SHORT_S, 2 * side.step_s)
    if found.first - start > tolerated:
        yield f"its data begin at {_moment(found.first)}: they cover {_span(end - found.first)} of {_span(end - start)}"
    if end - found.last > tolerated:
        yield f"its data end at {_moment(found.last)}, {_span(end - found.last)} before the range does"
    if found.gaps:
        total = _span(sum(until - begin for begin, until in found.gaps))
        listed = "; ".join(f"{_moment(begin)} to {_moment(until)}" for begin, until in found.gaps[:_MOST_GAPS])
        more = f"; and {len(found.gaps) - _MOST_GAPS} more" if len(found.gaps) > _MOST_GAPS else ""
        yield f"no data for {total} in between, where a condition sees no series: {listed}{more}"


def as_json(outcomes: Sequence[PairOutcome], start: int, end: int, base: str | None) -> dict[str, Any]:
    """Everything, with times in Unix seconds."""
    return {
        "start": start,
        "end": end,
        "base": base,
        "alerts": [
            {
                "alert": one.pair.any.name,
                "labels": dict(one.pair.any.labels),
                "changed": one.changed,
                "now": _side(one.now),
                "before": _side(one.before),
            }
            for one in outcomes
        ],
    }


def _side(side: SideOutcome | None) -> dict[str, Any] | None:
    if side is None:
        return None
    alert, found = side.alert, side.coverage
    rule = {"expr": alert.expr, "for_s": alert.for_s, "keep_firing_for_s": alert.keep_s}
    if not side.judged:
        return {**rule, "judged": False, "why_not": side.why_not}
    return {
        **rule,
        "judged": True,
        "step_s": side.step_s,
        "fired": len(side.firings),
        f"under_{SHORT_S}_s": side.short,
        "firing_s": sum(one.duration_s for one in side.firings),
        "data": found and {"first": found.first, "last": found.last, "gaps": [list(one) for one in found.gaps]},
        "notes": list(side.notes),
        "intervals": [
            {
                "labels": dict(one.labels),
                "start": one.start,
                "end": one.end,
                "ongoing": one.ongoing,
                "began_before": one.began_before,
            }
            for one in side.firings
        ],
    }


def _moment(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M")


def _span(seconds: int) -> str:
    """The two largest units of a duration, such as ``3d 4h``."""
    parts = [
        f"{seconds // size % limit}{unit}"
        for unit, size, limit in (("d", _DAY_S, 10**6), ("h", 3600, 24), ("m", 60, 60), ("s", 1, 60))
        if seconds // size % limit
    ]
    return " ".join(parts[:2]) or "0s"
