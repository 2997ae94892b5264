"""A secret in a committed file is known to everyone who has ever read the repository, and stays in its history."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.defect import At, Found, Gravity
from vitals.verify.review.scope import Scope

_KEY = re.compile(
    r"(?:^|_)(?:password|passwd|token|api_?key|routing_key|service_key|bearer_token|credentials|opsgenie_api_key"
    r"|auth_token|client_secret|access_key|private_key)$",
    re.IGNORECASE,
)
_VALUE = re.compile(
    r"https://hooks\.slack\.com/services/T\w+/B\w+/\w+|xox[abp]-\w[\w-]{10,}|AKIA[0-9A-Z]{16}|gh[pousr]_\w{30,}"
    r"|glsa_\w{20,}|-----BEGIN [A-Z ]*PRIVATE KEY-----|https?://[^/\s:@{}$<>]+:[^/\s:@{}$<>]{3,}@"
)
_SIGNS = (
    "hooks.slack.com", "xoxa-", "xoxb-", "xoxp-", "AKIA", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "glsa_",
    "PRIVATE KEY-----", "@",
)  # fmt: skip
"""One of them stands in each of these values; looking for words is a hundred times faster than for patterns."""
_ANY_KEY = re.compile(r"(?:password|passwd|token|key|credentials|secret)[\"']?\s*:")
"""What a text in small letters must have where a key names a secret; a search of the whole is a hundred times faster.

To make the letters small first is ten times faster than to ignore at each place whether they are.
"""
_PLACEHOLDER = re.compile(
    r"^(?:<.*>|\$\{?.*|\{\{.*|__\w+__|x{3,}|\*+|changeme|example|true|false|none|null|)$", re.IGNORECASE
)
_DEEPEST = 40


def _find(scope: Scope) -> Iterator[Found]:
    for document in scope.documents:
        if isinstance(document.content, dict) and _may_have_one(document.text):
            root = At(document)
            for path, key, value in _texts(document.value, (), 0):
                hit = _VALUE.search(value)
                keyed = _KEY.search(key) and not _PLACEHOLDER.match(value.strip()) and " " not in value.strip()
                if hit or keyed:
                    what = f"What begins with {hit[0][:8]!r}" if hit else f"The value of {key}"
                    yield Found(
                        root.inside(*path),
                        f"{what} is a secret in clear: everyone who has read the repository has it, and its history "
                        "keeps it.",
                        "Revoke it, and read it from a file or a Secret, as the *_file fields of Alertmanager do.",
                    )


def _may_have_one(text: str) -> bool:
    return (any(sign in text for sign in _SIGNS) and bool(_VALUE.search(text))) or bool(_ANY_KEY.search(text.lower()))


def _texts(node: Any, path: tuple[str | int, ...], depth: int) -> Iterator[tuple[tuple[str | int, ...], str, str]]:  # noqa: ANN401
    """Every text with its path and its key."""
    if depth > _DEEPEST:
        return
    if isinstance(node, dict):
        for key, value in node.items():
            yield from _texts(value, (*path, str(key)), depth + 1)
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _texts(value, (*path, index), depth + 1)
    elif isinstance(node, str):
        key = next((one for one in reversed(path) if isinstance(one, str)), "")
        yield path, key, node


CLEAR_SECRET = ReviewCheck("clear-secret", "secrets in clear", Gravity.ERROR, _find)
