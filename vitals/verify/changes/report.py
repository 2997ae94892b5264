"""Changes as text for a terminal, as Markdown for a pull request, and as JSON for scripts.

Titles of panels and texts of alerts come from the branch: in Markdown none of them can mention a person, make a link, a
table or HTML.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby

from vitals.verify.changes.change import Change, Consequence
from vitals.verify.changes.revisions import Revisions

_ACTIVE = re.compile(r"([\\<>\[\]|*_#~&])")
_MENTION = re.compile(r"([@])(?=\w)")
_LINK = re.compile(r"(?<=:)(?=//)|(?<=www)(?=\.)", re.IGNORECASE)
_UNSEEN = re.compile("[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""What turns the direction of a text or hides a part of it, so that a reviewer would read something else."""
_CODE = re.compile(r"(?<!`)`[^`]+`(?!`)")
"""Code between single backticks; longer runs pair by their length, so one of them could swallow what follows."""
NOTHING = "Nothing changes in what is watched, notified, scaled or shown."
"""What is said where no file differs in what is described."""
Ranked = Sequence[tuple[Change, tuple[str, ...]]]


def as_text(changes: Ranked) -> str:
    """Lines, grouped by what they are about; one sentence where nothing changed."""
    if not changes:
        return NOTHING
    lines: list[str] = []
    for area, several in groupby(changes, key=lambda one: one[0].area):
        lines += ["", f"{area}:"]
        lines += [f"  {one.subject}: {one.text} [{', '.join(where)}]" for one, where in together(several)]
    return "\n".join(lines[1:])


def as_markdown(changes: Ranked) -> str:
    """A list for each area; one sentence where nothing changed."""
    if not changes:
        return f"{NOTHING}\n"
    lines: list[str] = []
    for area, several in groupby(changes, key=lambda one: one[0].area):
        lines += [f"### {area}", ""]
        lines += [
            f"- **{escaped(one.subject)}**: {escaped(one.text)} <sub>{', '.join(where)}</sub>"
            for one, where in together(several)
        ]
        lines += [""]
    return "\n".join(lines)


def together(changes: Iterable[tuple[Change, tuple[str, ...]]]) -> list[tuple[Change, tuple[str, ...]]]:
    """Changes of words that are the same of several subjects, as one; everything else as it is."""
    found: list[tuple[Change, tuple[str, ...]]] = []
    alike: dict[tuple[str, tuple[str, ...]], int] = {}
    for change, where in changes:
        place = alike.get((change.text, where))
        if change.consequence > Consequence.WORDED or place is None:
            alike[change.text, where] = len(found)
            found.append((change, where))
        else:
            found[place] = (replace(change, subject=f"{found[place][0].subject}, {change.subject}"), where)
    return found


def as_json(changes: Ranked, found: Revisions) -> dict[str, object]:
    """Both commits, and every change with its environments."""
    return {
        "base": found.base,
        "head": found.head,
        "changes": [
            {
                "area": one.area.name.lower(),
                "consequence": one.consequence,
                "subject": one.subject,
                "text": one.text,
                "environments": list(where),
            }
            for one, where in changes
        ],
    }


def escaped(text: str) -> str:
    """A text for Markdown in which nothing works: code spans stay, everything else is taken literally."""
    line = " ".join(_UNSEEN.sub("", text).split())
    parts, done = [], 0
    for code in _CODE.finditer(line):
        parts += [_literal(line[done : code.start()]), code[0]]
        done = code.end()
    return "".join([*parts, _literal(line[done:])])


def _literal(text: str) -> str:
    plain = _LINK.sub("\u200b", _ACTIVE.sub(r"\\\1", text.replace("`", "'")))
    return _MENTION.sub("@\u200b", plain)
