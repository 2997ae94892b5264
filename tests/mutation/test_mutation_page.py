"""The page about mutation lists the operators that there are, in the words of the code."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.mutation import of_expressions, of_rules, of_sources
from vitals.paths import ROOT

PAGE = (ROOT / "docs" / "mutation.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("title", "operators"),
    [
        ("operator on expressions", of_expressions.OPERATORS),
        ("operator on rules", of_rules.OPERATORS),
        ("operator on generators", of_sources.OPERATORS),
    ],
)
def test_the_page_lists_every_operator(title: str, operators: tuple[Callable[..., Any], ...]) -> None:
    """A new operator, or one that does something else, must be documented.

    The first line of its docstring is the text.
    """
    table = PAGE.split(f"| {title} |")[1].split("\n\n")[0]
    listed = re.findall(r"^\| `(\w+)` \| (.*) \|$", table, re.MULTILINE)

    assert listed == [(one.__name__, str(one.__doc__).splitlines()[0].replace("|", r"\|")) for one in operators]
