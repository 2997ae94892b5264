"""What ``printf`` makes, and whether what it gets fits its verbs: if not, Go writes ``%!d(float64=7)`` into the page.

Go counts that as no error, so neither promtool nor Prometheus says anything of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace

from vitals.kit.alerts.template_values import STAND_IN, STAND_IN_NUMBER, TEXT, Is, TemplateError, Value

_VERB = re.compile(r"%[-+# 0]*(?P<width>\*|\d+)?(?:\.(?P<precision>\*|\d+)?)?(?P<verb>.)?", re.DOTALL)
_ANY = "vT"
_OF_NUMBERS = {Is.FLOAT: "eEfFgGbxX", Is.WHOLE: "bcdoOqxXU"}
_OF_TEXTS = "sqxX"
_FITS = {Is.TEXT: _OF_TEXTS, **_OF_NUMBERS, Is.TRUTH: "t", Is.LABELS: _OF_TEXTS, Is.OTHER_LABELS: _OF_TEXTS}
_EVERY = frozenset("".join(_FITS.values()) + _ANY + "p")
_FIXES = {(Is.FLOAT, "d"): "%.0f", Is.TEXT: "%s", Is.WHOLE: "%d"}


def printed(given: Sequence[Value]) -> Value:
    """What a call of ``printf`` gives, whose values are held against its format, as far as both are known.

    Args:
        given: The format, then the values, a piped one last.

    Raises:
        TemplateError: A verb is unknown, does not fit its value or has none, or a value has no verb.
    """
    text = given[0].constant if given else None
    if text is None or "%[" in text:  # values by their number, which pages do without
        return TEXT
    left = list(given[1:])

    def put(found: re.Match[str]) -> str:
        verb = found["verb"] or ""
        if verb == "%":
            return verb
        if verb not in _EVERY:
            raise TemplateError(f"printf knows no {found[0]!r}; write %% for a percent sign")
        for star in (found["width"], found["precision"]):
            if star == "*" and left:
                left.pop(0)
        if not left:
            raise TemplateError(f"printf has {found[0]!r} and no value for it")
        value = left.pop(0)
        _fits(found[0], verb, value.kind)
        return _put(found[0], verb, value)

    like = _VERB.sub(put, text)
    if left:
        raise TemplateError(f"printf gets more values than {text!r} says; take {len(left)} away")
    return replace(TEXT, like=like)


def _put(spec: str, verb: str, value: Value) -> str:
    """What stands in the text for a value, as far as that is known before the alert fires."""
    if value.kind in _OF_NUMBERS:
        known = None if value.like is None else float(value.like)
        as_go_does = known is not None and "*" not in spec and verb in "df"
        return spec % known if as_go_does else STAND_IN_NUMBER
    if value.constant is None or spec != f"%{verb}":
        return STAND_IN if verb != "q" else f'"{STAND_IN}"'
    return json.dumps(value.constant, ensure_ascii=False) if verb == "q" else value.constant


def _fits(written: str, verb: str, kind: Is) -> None:
    if kind in (Is.UNKNOWN, Is.ROOT) or verb in _ANY or verb in _FITS.get(kind, ""):
        return
    fix = _FIXES.get((kind, verb)) or _FIXES.get(kind) or "%v"
    raise TemplateError(
        f"printf has {written!r} for {kind.value}, so the text would say %!{verb}(...) instead; write {fix}"
    )
