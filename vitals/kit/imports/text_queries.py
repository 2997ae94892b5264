"""PromQL that stands in the texts of a rule from elsewhere, put right as its condition is.

``{{ printf `up{job="node-exporter",instance="%s"}` $labels.instance | query }}`` asks for a job by the name that it has
where the text was written. Left as it is it finds nothing here, and on-call reads an error.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from vitals.kit.alerts.template_tokens import actions
from vitals.kit.alerts.template_values import TemplateError, of_text

_VERB = re.compile(r"%[-+# 0-9.*]*[a-zA-Z]")
_ASKS = ("word", "query")


def with_queries(text: str, edit: Callable[[str], tuple[str, list[str]]]) -> tuple[str, list[str]]:
    """A text whose queries are what ``edit`` makes of each; one that would lose a verb of ``printf`` stays.

    Args:
        text: An annotation.
        edit: From PromQL, as it stands between quotes, to the same put right and what was changed.

    Returns:
        The text, and what was changed.
    """
    try:
        literals = [word for tokens in actions(text) if _ASKS in tokens for kind, word in tokens if kind == "text"]
        queries = {word: asked for word in literals if (asked := of_text(word).constant)}
    except TemplateError:
        return text, []  # the judge names it
    changes: list[str] = []
    for word, asked in queries.items():
        right, said = edit(asked)
        if right != asked and _VERB.findall(right) == _VERB.findall(asked):
            text = text.replace(word, _quoted(right, word[0]))
            changes += said
    return text, changes


def _quoted(query: str, quote: str) -> str:
    return f"`{query}`" if quote == "`" else '"' + query.replace("\\", "\\\\").replace('"', '\\"') + '"'
