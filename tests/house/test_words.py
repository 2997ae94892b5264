"""One word, one meaning: no tracked text has a word that the glossary refuses, and no two classes share a name."""

from __future__ import annotations

import ast
import re
import subprocess
from collections import defaultdict
from collections.abc import Iterator

import pytest

from tests.house.words import GLOSSARY, HEADING, Refused, findings, names_that_stay, refused_words
from vitals.paths import ROOT

PAGE = GLOSSARY.read_text(encoding="utf-8")
WORDS = refused_words(PAGE)
NAMES = names_that_stay(PAGE)
GENERATED = ("rendered/", "uv.lock", "go.sum", "go.mod", "LICENSE")
"""What comes from the other texts, or from elsewhere: starts and ends of names."""
CODE_SPAN = re.compile(r"`[^`\n]+`")
FEWEST_FILES = 500
"""Fewer would mean that the listing is broken; there are more than a thousand."""


def _tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True)
    names = [name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]
    return [name for name in names if not name.startswith(GENERATED) and not name.endswith(GENERATED)]


def _texts() -> Iterator[tuple[str, str]]:
    for name in _tracked():
        try:
            text = (ROOT / name).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if ROOT / name == GLOSSARY:
            text = text.partition(HEADING)[0]
        if name == "CHANGELOG.md":
            text = CODE_SPAN.sub("", text)
        yield name, NAMES.sub("", text)


def test_no_text_has_a_private_word() -> None:
    """Code, tests, pages, workflows and file names; each finding says what to write instead."""
    texts = list(_texts())
    found = [one for name, text in texts for one in findings(name, text, WORDS)]
    found += [one for name, _ in texts for one in findings(f"the name of {name}", name, WORDS)]

    assert len(texts) > FEWEST_FILES
    assert not found, "\n".join([f"{len(found)} findings", *found])


@pytest.mark.parametrize("word", WORDS, ids=lambda word: word.word)
def test_a_private_word_is_named_with_file_line_and_its_standard_word(word: Refused) -> None:
    """At the begin of a sentence, and unless it is a clause in a name, over underscores and in capitals."""
    text = word.word.replace(" X", " rule")
    lines = [f"It {text}." if text != word.word else f"{text.capitalize()} of old."]
    lines += [f"def test_a_{text.replace(' ', '_')}_of_old() -> None:", text.upper()] if text == word.word else []
    found = list(findings("docs/page.md", "\n".join(lines), WORDS))

    assert found == [
        f"docs/page.md:{number}: {word.word!r} is a private word; write: {word.instead}"
        for number in range(1, len(lines) + 1)
    ]


@pytest.mark.parametrize(
    "line", ["The history of a storybook.", "There is no rule.", "It is no longer there.", "retold"]
)
def test_other_words_are_left_alone(line: str) -> None:
    """A longer word, something that is missing, something that has ended."""
    assert list(findings("page", line, WORDS)) == []


def test_every_refused_word_has_a_standard_word() -> None:
    """The section is a table that can be read: each row has words and what to write."""
    assert len(WORDS) >= 20
    assert all(word.instead and word.word == word.word.strip() for word in WORDS)
    assert len({word.word for word in WORDS}) == len(WORDS)


def test_the_glossary_gives_each_word_one_meaning() -> None:
    """No word is explained twice."""
    head = GLOSSARY.read_text(encoding="utf-8").partition(HEADING)[0]
    explained = [word for row in re.findall(r"^\| ([^|]+) \| [^|]+\|$", head, re.MULTILINE) for word in row.split(", ")]
    words = [word.strip() for word in explained if word.strip() not in ("word", "---")]

    assert len(words) >= 40
    assert sorted(words) == sorted(set(words))


@pytest.mark.slow  # every source is parsed
def test_a_public_class_name_is_defined_once() -> None:
    """One name, one meaning: a second class of a name gets a name that says what it is."""
    defined: dict[str, list[str]] = defaultdict(list)
    for name in _tracked():
        if name.endswith(".py"):
            for node in ast.parse((ROOT / name).read_text(encoding="utf-8")).body:
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    defined[node.name].append(f"{name}:{node.lineno}")
    twice = [f"{name} is defined in {' and '.join(places)}" for name, places in defined.items() if len(places) > 1]

    assert len(defined) > FEWEST_FILES / 5
    assert not twice, "\n".join([f"{len(twice)} class names have two meanings; rename one of each", *sorted(twice)])
