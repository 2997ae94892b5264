"""How an expression is spoilt: each operator looks at one node and says what could stand in its place.

An operator is a mistake that a person makes in a rule and that parses: a bound a fifth off, a window of twice the
length, a label left out. A fifth is large enough to be seen by people who look at a panel and small enough that a
story which only tells of extremes does not notice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import promql_parser as ast

MORE, LESS = 1.2, 0.8
_LOOSER = {">": ">=", ">=": ">", "<": "<=", "<=": "<"}
_FLIPPED = {">": "<", ">=": "<=", "<": ">", "<=": ">=", "==": "!=", "!=": "=="}
_ARITHMETIC = {"+": "-", "-": "+", "*": "/", "/": "*"}
_SETS = {"and": "or", "or": "and", "unless": "and"}
AGGREGATIONS = {"sum": "max", "max": "min", "min": "max", "avg": "max", "count": "sum", "topk": "bottomk"}
FUNCTIONS = {
    "rate": "increase",
    "increase": "rate",
    "irate": "rate",
    "deriv": "delta",
    "sum_over_time": "avg_over_time",
    "avg_over_time": "max_over_time",
    "max_over_time": "min_over_time",
    "min_over_time": "max_over_time",
    "count_over_time": "sum_over_time",
    "clamp_min": "clamp_max",
}
"""What is easily confused. A function that is not here has no sister of the same signature."""


def number_up(node: ast.Expr) -> Iterator[str]:
    """A number is a fifth larger; zero becomes one."""
    yield from _other_number(node, MORE, 1)


def number_down(node: ast.Expr) -> Iterator[str]:
    """A number is a fifth smaller; zero becomes minus one."""
    yield from _other_number(node, LESS, -1)


def _other_number(node: ast.Expr, factor: float, instead_of_zero: float) -> Iterator[str]:
    if isinstance(node, ast.NumberLiteral):
        yield format(node.val * factor if node.val else instead_of_zero, ".12g")
    elif isinstance(node, ast.AggregateExpr) and isinstance(node.param, ast.NumberLiteral):
        yield _aggregate(node, parameter=format(node.param.val * factor, ".12g"))


def comparison_loosened(node: ast.Expr) -> Iterator[str]:
    """The bound itself changes sides: > becomes >=, and the reverse."""
    yield from _other_operator(node, _LOOSER)


def comparison_flipped(node: ast.Expr) -> Iterator[str]:
    """A comparison looks the other way: > becomes <, == becomes !=."""
    yield from _other_operator(node, _FLIPPED)


def arithmetic_swapped(node: ast.Expr) -> Iterator[str]:
    """Plus becomes minus, times becomes divided by, and the reverse."""
    yield from _other_operator(node, _ARITHMETIC)


def set_operator_swapped(node: ast.Expr) -> Iterator[str]:
    """And becomes or, or becomes and, unless becomes and."""
    yield from _other_operator(node, _SETS)


def _other_operator(node: ast.Expr, instead: dict[str, str]) -> Iterator[str]:
    if isinstance(node, ast.BinaryExpr) and str(node.op) in instead:
        yield _binary(node, instead[str(node.op)])


def operand_dropped(node: ast.Expr) -> Iterator[str]:
    """One side of and, or, unless is forgotten: a guard, a case, an exception."""
    if isinstance(node, ast.BinaryExpr) and str(node.op) in _SETS:
        yield node.lhs.prettify()
        if str(node.op) == "or":
            yield node.rhs.prettify()


def matching_label_dropped(node: ast.Expr) -> Iterator[str]:
    """Two sides are matched on one label less."""
    matching = node.modifier.matching if isinstance(node, ast.BinaryExpr) and node.modifier else None
    if isinstance(node, ast.BinaryExpr) and matching is not None:
        for dropped in matching.labels:
            left = [label for label in matching.labels if label != dropped]
            yield _binary(node, str(node.op), left)


def window_doubled(node: ast.Expr) -> Iterator[str]:
    """A window is twice as long."""
    yield from _other_window(node, 2)


def window_halved(node: ast.Expr) -> Iterator[str]:
    """A window is half as long."""
    yield from _other_window(node, 0.5)


def _other_window(node: ast.Expr, factor: float) -> Iterator[str]:
    if isinstance(node, ast.MatrixSelector | ast.SubqueryExpr) and node.range is not None:
        window = ast.display_duration(node.range * factor)
        if isinstance(node, ast.MatrixSelector):
            yield _selector(node.vector_selector, window=window)
        else:
            step = ast.display_duration(node.step) if node.step else ""
            yield f"{_operand(node.expr)}[{window}:{step}]"


def offset_removed(node: ast.Expr) -> Iterator[str]:
    """The past is forgotten: a comparison with then becomes one with now."""
    if isinstance(node, ast.VectorSelector) and node.offset is not None:
        yield _selector(node, offset=False)


def matcher_value_changed(node: ast.Expr) -> Iterator[str]:
    """A label is compared with another value."""
    if isinstance(node, ast.VectorSelector | ast.MatrixSelector):
        selector, window = _parts(node)
        for changed in selector.matchers.matchers:
            yield _selector(selector, window=window, other=(changed.name, f"{changed.value}-other"))


def matcher_dropped(node: ast.Expr) -> Iterator[str]:
    """A label may have any value."""
    if isinstance(node, ast.VectorSelector | ast.MatrixSelector):
        selector, window = _parts(node)
        for dropped in selector.matchers.matchers:
            yield _selector(selector, window=window, other=(dropped.name, None))


def aggregation_swapped(node: ast.Expr) -> Iterator[str]:
    """Series are put together another way: sum becomes max, max becomes min."""
    if isinstance(node, ast.AggregateExpr) and str(node.op) in AGGREGATIONS:
        yield _aggregate(node, how=AGGREGATIONS[str(node.op)])


def grouping_label_dropped(node: ast.Expr) -> Iterator[str]:
    """An aggregation keeps one label less."""
    if isinstance(node, ast.AggregateExpr) and node.modifier is not None:
        for dropped in node.modifier.labels:
            yield _aggregate(node, labels=[label for label in node.modifier.labels if label != dropped])


def function_swapped(node: ast.Expr) -> Iterator[str]:
    """A function becomes its sister: rate becomes increase, avg_over_time becomes max_over_time."""
    if isinstance(node, ast.Call) and node.func.name in FUNCTIONS:
        yield f"{FUNCTIONS[node.func.name]}({', '.join(argument.prettify() for argument in node.args)})"


def _binary(node: ast.BinaryExpr, operator: str, labels: list[str] | None = None) -> str:
    """The same operands with another operator, or matched on other labels."""
    matching = node.modifier.matching if node.modifier else None
    if matching is not None:
        word = "on" if matching.type == ast.LabelModifierType.Include else "ignoring"
        operator += f" {word} ({', '.join(matching.labels if labels is None else labels)})"
    return f"{_operand(node.lhs)} {operator} {_operand(node.rhs)}"


def _operand(node: ast.Expr) -> str:
    return f"({node.prettify()})" if isinstance(node, ast.BinaryExpr) else node.prettify()


def _aggregate(node: ast.AggregateExpr, *, how: str = "", labels: list[str] | None = None, parameter: str = "") -> str:
    by = ""
    if node.modifier is not None:
        word = "by" if node.modifier.type == ast.AggModifierType.By else "without"
        by = f"{word} ({', '.join(node.modifier.labels if labels is None else labels)})"
    first = parameter or (node.param.prettify() if node.param is not None else "")
    return f"{how or node.op} {by} ({f'{first}, ' if first else ''}{node.expr.prettify()})"


def _parts(node: ast.VectorSelector | ast.MatrixSelector) -> tuple[ast.VectorSelector, str]:
    if isinstance(node, ast.MatrixSelector):
        return node.vector_selector, ast.display_duration(node.range)
    return node, ""


def _selector(
    node: ast.VectorSelector, *, window: str = "", offset: bool = True, other: tuple[str, str | None] = ("", None)
) -> str:
    """A selector with one matcher of another value, or without it where the value is ``None``."""
    name, value = other
    matchers = []
    for matcher in node.matchers.matchers:
        if matcher.name != name:
            matchers.append(str(matcher))
        elif value is not None:
            matchers.append(str(ast.Matcher(matcher.op, matcher.name, value)))
    ago = f" offset {ast.display_duration(node.offset)}" if offset and node.offset is not None else ""
    return f"{node.name}{{{', '.join(matchers)}}}{f'[{window}]' if window else ''}{ago}"


OPERATORS: tuple[Callable[[ast.Expr], Iterator[str]], ...] = (
    number_up,
    number_down,
    comparison_loosened,
    comparison_flipped,
    arithmetic_swapped,
    set_operator_swapped,
    operand_dropped,
    matching_label_dropped,
    window_doubled,
    window_halved,
    offset_removed,
    matcher_value_changed,
    matcher_dropped,
    aggregation_swapped,
    grouping_label_dropped,
    function_swapped,
)
"""Every operator on expressions, in the order in which they are listed."""
