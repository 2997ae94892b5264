r"""Texts that a regular expression matches: the values that a label must have for a selector to find it.

Only the usual parts of patterns are understood: texts, classes, groups, alternatives and repetitions. What comes out is
judged by RE2, as Prometheus has it, so a pattern that is not understood has no text rather than a wrong one.
"""

from __future__ import annotations

from functools import lru_cache

from vitals.model.promql import regex

MOST = 4
"""Texts of one pattern: a list of many values shows with four of them what it shows with all."""
_CLASSES = {"d": "123", "w": "a1", "s": " ", "D": "a", "W": "-", "S": "a1", "b": "", "B": ""}
_ANYTHING_ELSE = "a0-_/"
"""One of these is in a set that leaves characters out."""


@lru_cache(maxsize=4096)
def matched_texts(pattern: str, number: int | None = None) -> tuple[str, ...]:
    """A text of each alternative of a pattern, at most ``MOST``; none where none is found.

    Args:
        pattern: The pattern.
        number: Of the entity for which it is, from 0, so that texts differ where the pattern leaves it open; without
            one they are the shortest.
    """
    try:
        found = list(dict.fromkeys(_Pattern(pattern, number).texts()))
    except (IndexError, ValueError, StopIteration):
        found = []
    return tuple(one for one in found if regex.matches(pattern, one))[:MOST]


class _Pattern:
    """Reads a pattern from left to right."""

    def __init__(self, pattern: str, number: int | None) -> None:
        self._left = list(reversed(pattern))
        self._number = number

    def texts(self) -> list[str]:
        """A text for each alternative up to the end of the pattern or of its group."""
        found: list[str] = []
        done = [""]
        while self._left and self._left[-1] != ")":
            if self._left[-1] == "|":
                self._left.pop()
                found, done = [*found, *done], [""]
                continue
            any_character = self._left[-1] == "."
            parts = self._repeated(self._part(done[0][-1:]), any_character=any_character)
            done = [before + part for before in done for part in parts][:MOST]
        return [*found, *done]

    def _part(self, before: str) -> list[str]:
        character = self._left.pop()
        match character:
            case "(":
                return self._group()
            case "[":
                return [self._set()]
            case "\\":
                escaped = self._left.pop()
                return [self._one_of(_CLASSES[escaped]) if escaped in _CLASSES else escaped]
            case ".":
                between_digits = before.isdigit() and "".join(self._left[-1:]).isdigit()
                return ["." if between_digits else "0" if before.isdigit() else "a"]
            case "^" | "$":
                return [""]
            case _:
                return [character]

    def _one_of(self, characters: str) -> str:
        return characters[(self._number or 0) % len(characters)] if characters else ""

    def _group(self) -> list[str]:
        if self._left[-1] == "?":  # flags or a name: none of them is part of a text
            while self._left.pop() not in (":", ">"):
                pass
        found = self.texts()
        self._left.pop()
        return found

    def _set(self) -> str:
        listed = ""
        while not listed or self._left[-1] != "]":
            character = self._left.pop()
            if character == "\\":
                character = self._left.pop()
                character = _CLASSES.get(character, character)
            elif character == "-" and listed[-1:].isalnum() and self._left[-1] != "]":
                last, self._left[-1:] = self._left[-1], []
                character = "".join(map(chr, range(ord(listed[-1]) + 1, ord(last) + 1)))
            listed += character
        self._left.pop()
        if listed[0] == "^":
            return next(one for one in _ANYTHING_ELSE if one not in listed)
        return self._one_of(listed)

    def _repeated(self, parts: list[str], *, any_character: bool) -> list[str]:
        following = "".join(self._left[-1:])
        if following and following in "*?+":
            self._left.pop()
            if "".join(self._left[-1:]) in ("?", "+"):
                self._left.pop()
            if any_character and following != "?" and self._number is not None:
                return [f"-{self._number + 1}"]
            return parts if following == "+" else [""]
        if following == "{":
            written = ""
            while (character := self._left.pop()) != "}":
                written += character
            return [part * int(written[1:].split(",")[0]) for part in parts]
        return parts
