"""Whether a record that reads its own past ever has a first sample."""

from __future__ import annotations

import promql_parser as ast

from vitals.model.promql.build import Expr, parse
from vitals.model.promql.kinds import children

_FROM_NOTHING = frozenset({"absent", "absent_over_time", "vector"})


def begins(expr: Expr, name: str) -> bool:
    """Whether an expression can return something while nothing has been recorded under ``name``.

    ``a or name`` can. ``a + name`` stays empty for ever, and so does the name alone.
    """
    return _returns(parse(expr.text), name)


def _returns(node: ast.Expr, name: str) -> bool:
    match node:
        case ast.VectorSelector():
            return bool(name not in [node.name, *(matcher.value for matcher in _named(node))])
        case ast.Call() if node.func.name in _FROM_NOTHING:
            return True
        case ast.BinaryExpr() if str(node.op) == "or":
            return _returns(node.lhs, name) or _returns(node.rhs, name)
        case ast.BinaryExpr() if str(node.op) == "unless":
            return _returns(node.lhs, name)
    return all(_returns(inner, name) for inner in children(node))


def _named(node: ast.VectorSelector) -> list[ast.Matcher]:
    return [one for one in node.matchers.matchers if one.name == "__name__" and one.op == ast.MatchOp.Equal]
