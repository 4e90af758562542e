"""The condition of an export: ``model == 'gpt-4o' and passed``, read by Python's own grammar and nothing else run.

Names are the columns of the long layout; values are texts in quotes, numbers, true, false and none. Comparisons
(= == != < <= > >= in), and, or, not and brackets are all there is.
"""

import ast
import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

from assay.base.errors import Refused

Row = Mapping[str, Any]
Condition = Callable[[Row], bool]

_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda one, many: one in many,
    ast.NotIn: lambda one, many: one not in many,
}
_WORDS = {"true": True, "false": False, "none": None, "null": None}
_PIECES = re.compile(r"""'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|[=!<>:]=|=""", re.DOTALL)
"""Texts in quotes and the signs that end in =, each of which stays as it is, and = alone."""
_SHOWN = 120
_HOW = "Write it like: model == 'gpt-4o' and passed."


def read_condition(text: str, columns: tuple[str, ...]) -> Condition:
    """The condition as a function of a row. Raises Refused with what is wrong about it."""
    try:
        tree = ast.parse(_with_double_equals(text), mode="eval").body
        value = _value(tree, columns)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
        raise Refused(f"“{shown}” is no condition.", _HOW) from error
    return lambda row: bool(value(row))


def _with_double_equals(text: str) -> str:
    """A single = means ==, as people write it; what stands in quotes is left alone."""
    return _PIECES.sub(lambda piece: "==" if piece[0] == "=" else piece[0], text.strip())


def _value(node: ast.expr, columns: tuple[str, ...]) -> Callable[[Row], Any]:
    if isinstance(node, ast.BoolOp):
        parts = [_value(part, columns) for part in node.values]
        decide = all if isinstance(node.op, ast.And) else any
        return lambda row: decide(part(row) for part in parts)
    if isinstance(node, ast.UnaryOp):
        return _turned(node, columns)
    if isinstance(node, ast.Compare):
        return _compared(node, columns)
    if isinstance(node, ast.Constant):
        return lambda _row: node.value
    if isinstance(node, ast.Name):
        return _named(node.id, columns)
    if isinstance(node, (ast.List, ast.Tuple)):
        items = [_value(item, columns) for item in node.elts]
        return lambda row: [item(row) for item in items]
    raise Refused(f"“{ast.unparse(node)}” cannot stand in a condition.", _HOW)


def _turned(node: ast.UnaryOp, columns: tuple[str, ...]) -> Callable[[Row], Any]:
    inner = _value(node.operand, columns)
    if isinstance(node.op, ast.Not):
        return lambda row: not inner(row)
    if isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
        return lambda row: -inner(row)
    raise Refused(f"“{ast.unparse(node)}” cannot stand in a condition.", _HOW)


def _named(name: str, columns: tuple[str, ...]) -> Callable[[Row], Any]:
    if name.lower() in _WORDS:
        word = _WORDS[name.lower()]
        return lambda _row: word
    if name not in columns:
        raise Refused(f"There is no column “{name}”.", f"Columns: {', '.join(columns)}.")
    return lambda row: row.get(name)


def _compared(node: ast.Compare, columns: tuple[str, ...]) -> Callable[[Row], Any]:
    sides = [_value(side, columns) for side in (node.left, *node.comparators)]
    compare = [_comparison(sign) for sign in node.ops]

    def holds(row: Row) -> bool:
        values = [side(row) for side in sides]
        return all(
            _fits(sign, left, right) for sign, left, right in zip(compare, values, values[1:], strict=False)
        )

    return holds


def _comparison(sign: ast.cmpop) -> Callable[[Any, Any], Any]:
    if type(sign) not in _COMPARE:
        raise Refused("That comparison cannot stand in a condition.", _HOW)
    return _COMPARE[type(sign)]


def _fits(compare: Callable[[Any, Any], Any], left: Any, right: Any) -> bool:
    """Whether the comparison holds; numbers written as text compare as numbers, and what has no order never holds."""
    if isinstance(left, str) and isinstance(right, (int, float)) and not isinstance(right, bool):
        left = _number(left)
    elif isinstance(right, str) and isinstance(left, (int, float)) and not isinstance(left, bool):
        right = _number(right)
    try:
        return bool(compare(left, right))
    except TypeError:
        return False


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text
