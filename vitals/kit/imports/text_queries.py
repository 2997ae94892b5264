"""PromQL that stands in the texts of a rule from elsewhere, put right as its condition is.

``{{ printf `up{job="node-exporter",instance="%s"}` $labels.instance | query }}`` asks for a job by the name that it has
where the text was written. Left as it is it finds nothing here, and on-call reads an error.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from vitals.kit.alerts.template_tokens import placed_actions
from vitals.kit.alerts.template_values import TemplateError, of_text
from vitals.kit.imports.selectors import TextMatcher, with_matchers

_VERB = re.compile(r"%[-+# 0-9.*]*[a-zA-Z]")
_ASKS = "query"


def with_queries(text: str, edit: Callable[[str], tuple[str, list[str]]]) -> tuple[str, list[str]]:
    """A text whose queries are what ``edit`` makes of each; what ``printf`` fills in stays, and so does all else.

    Args:
        text: An annotation, or the value of a label.
        edit: From PromQL, as it stands between quotes, to the same put right and what was changed.

    Returns:
        The text, and what was changed.
    """
    try:
        tokens = [token for action in placed_actions(text) for token in action]
    except TemplateError:
        return text, []  # the judge names it
    if not any((kind, word) == ("word", _ASKS) for kind, word, _ in tokens):
        return text, []
    changes: list[str] = []
    for kind, word, start in reversed(tokens):
        if kind == "text" and (edited := _edited(word, edit)):
            literal, said = edited
            text = f"{text[:start]}{literal}{text[start + len(word) :]}"
            changes = [*said, *changes]
    return text, changes


def _edited(literal: str, edit: Callable[[str], tuple[str, list[str]]]) -> tuple[str, list[str]] | None:
    """A text in quotes as it should be, and what was changed; None where it stays."""
    try:
        query = of_text(literal).constant
    except TemplateError:
        return None
    if query is None or "$" in query:  # a group of reReplaceAll
        return None
    filled_in: list[str] = []  # by printf, so they stay

    def put_aside(one: TextMatcher) -> str | None:
        if "%" not in one.value:
            return None
        filled_in.append(str(one))
        return f'filled_in_{len(filled_in)}="x"'

    right, said = edit(with_matchers(query, put_aside))
    for number, matcher in enumerate(filled_in, start=1):
        right = right.replace(f'filled_in_{number}="x"', matcher)
    if not said or _VERB.findall(right) != _VERB.findall(query):
        return None
    return f"`{right}`" if literal[0] == "`" else json.dumps(right, ensure_ascii=False), said
