"""'=' compares letter by letter: a pattern behind it matches only a label that is spelled like the pattern."""

from __future__ import annotations

import re
from collections.abc import Iterator

import promql_parser as ast

from vitals.model.promql.variables import WORD
from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.defect import Found, Gravity
from vitals.verify.review.promql import matchers, name_of, selectors
from vitals.verify.review.scope import Scope

_PATTERN = re.compile(r"\.[*+]|\[[^\]]+\]|(?<=\w)\|(?=\w)|^\^|\$$")
_NEVER_PATTERN = frozenset({"le", "quantile"})
_TEXTS = frozenset({"mountpoint", "fstype", "device", "path", "handler", "route", "uri", "url", "query", "endpoint"})
"""Labels whose values have brackets and the like themselves."""


def _find(scope: Scope) -> Iterator[Found]:
    for use in scope.uses:
        if use.node is None:
            continue
        for selector in selectors(use.node):
            for one in matchers(selector):
                if one.op not in (ast.MatchOp.Equal, ast.MatchOp.NotEqual) or one.name in _NEVER_PATTERN | _TEXTS:
                    continue
                if WORD not in one.value and _PATTERN.search(one.value):
                    sign = "=" if one.op == ast.MatchOp.Equal else "!="
                    effect = "matches nothing" if one.op == ast.MatchOp.Equal else "excludes nothing"
                    yield Found(
                        use.at,
                        f"{name_of(selector)}: {one.name}{sign}{one.value!r} is compared letter by letter, so "
                        f"it {effect}.",
                        f"Write {one.name}{'!~' if sign == '!=' else '=~'} and the pattern.",
                    )


LITERAL_PATTERN = ReviewCheck("literal-pattern", "patterns behind = that match nothing", Gravity.WARNING, _find)
