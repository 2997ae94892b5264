"""The words that no text uses, with what to write instead: the last section of the glossary, read as it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from vitals.paths import ROOT

GLOSSARY = ROOT / "docs" / "glossary.md"
HEADING = "## Words that are not used"
_ROW = re.compile(r"^\| (?P<words>[^|]+) \| (?P<instead>[^|]+) \|$", re.MULTILINE)
_ANY_WORD = " X"
_NOT_A_LACK = r"(?<!\bthere )(?<!\bThere )"
"""``there is no X`` says that something is missing, which is plain English."""
_NOT_AN_END = r"(?!longer\b|more\b|less\b|farther\b|fewer\b|better\b|worse\b|one\b|other\b)\w+"
"""``is no longer`` is not about what something is."""


@dataclass(frozen=True)
class Refused:
    """A word that is not used.

    Attributes:
        word: As the glossary has it.
        instead: What to write.
    """

    word: str
    instead: str

    @property
    def text(self) -> str:
        """The word without the ``X`` that stands for any other."""
        return self.word.removesuffix(_ANY_WORD)

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Finds it in a line, whatever its case, also as a part of a name with underscores."""
        text = re.escape(self.text).replace(r"\ ", "[ _]")
        if self.word.endswith(_ANY_WORD):
            return re.compile(rf"{_NOT_A_LACK}\b{text} {_NOT_AN_END}", re.IGNORECASE)
        return re.compile(rf"(?<![A-Za-z]){text}(?![A-Za-z])", re.IGNORECASE)


def refused_words(glossary: str) -> list[Refused]:
    """The words of the last section of a glossary."""
    table = glossary.partition(HEADING)[2]
    return [
        Refused(word, row["instead"].strip())
        for row in _ROW.finditer(table)
        if row["words"].strip() not in ("not", "---")
        for word in row["words"].strip().split(", ")
    ]


def names_that_stay(glossary: str) -> re.Pattern[str]:
    """Finds names that the last section lets stay: quoted, as a value of YAML, or as a constant."""
    sentence = glossary.partition("Names that stay: ")[2].partition(",")[0]
    names = "|".join(re.findall(r"`(\w+)`", sentence))
    return re.compile(rf"""["'`](?:{names})["'`]|\b(?:receiver|name): (?:{names})\b|\b(?:{names.upper()})\b""")


def findings(name: str, text: str, words: list[Refused]) -> Iterator[str]:
    """Each refused word in a text, with file, line and what to write instead."""
    plain = text.lower().replace("_", " ")
    possible = [word for word in words if word.text in plain]  # a search of the whole text is a hundred times faster
    for number, line in enumerate(text.splitlines() if possible else (), 1):
        for word in possible:
            if word.pattern.search(line):
                yield f"{name}:{number}: {word.word!r} is a private word; write: {word.instead}"
