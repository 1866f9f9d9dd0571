"""A syntax tree → its canonical text, which reads back as the same tree.

One line per clause, keywords in upper case, every window with its unit, strings in single quotes, parentheses only
where the tree needs them. An AND directly inside an AND, which the parser never makes, reads back as one AND.
"""

from __future__ import annotations

import datetime
import re

from kumo_magic.query.predictive_query import (
    Aggregation,
    And,
    Classify,
    Column,
    Comparison,
    Condition,
    Constant,
    ConstantList,
    Forecast,
    Not,
    Operator,
    Or,
    Parameter,
    PredictiveQuery,
    Rank,
    Scalar,
    Value,
    Window,
)
from kumo_magic.query.vocabulary import RESERVED

_ESCAPES = {"\\": "\\\\", "'": "\\'", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def format_query(query: PredictiveQuery) -> str:
    """The canonical text of a query: ``parse(format_query(query)) == query``."""
    first = f"PREDICT {format_node(query.target)}"
    if query.output is not None:
        first += f" {_output(query.output)}"
    second = f"{'FOR EACH' if query.each else 'FOR'} {format_node(query.entity)}"
    if query.selection is not None:
        second += f" {_right_side(query.selection)}"
    lines = [first, second]
    if query.where is not None:
        lines.append(f"WHERE {format_node(query.where)}")
    if query.assuming is not None:
        lines.append(f"ASSUMING {format_node(query.assuming)}")
    return "\n".join(lines)


def format_node(node: Condition | Column | Value | Window) -> str:
    """The canonical text of a part of a query."""
    match node:
        case Column() if node.parts:
            return f"{format_name(node.table)}.({', '.join(map(format_name, node.parts))})"
        case Column():
            return f"{format_name(node.table)}.{node.name if node.name == '*' else format_name(node.name)}"
        case Aggregation():
            return _aggregation(node)
        case Window():
            start = "-INF" if node.start is None else node.start
            return f"{start}, {node.end}, {node.unit}"
        case Comparison():
            return f"{format_node(node.operand)} {_right_side(node)}"
        case Not():
            return f"NOT {_inside(node.condition, And, Or)}"
        case And():
            return " AND ".join(_inside(condition, And, Or) for condition in node.conditions)
        case Or():
            return " OR ".join(_inside(condition, Or) for condition in node.conditions)
        case Constant():
            return format_scalar(node.value)
        case ConstantList():
            return f"({', '.join(format_node(item) for item in node.items)})"
        case Parameter():
            return f":{node.name}"


def format_name(name: str) -> str:
    """A table's or column's name, between backticks where it is no plain word or is one of the language's own."""
    is_plain = re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name) and name.upper() not in RESERVED
    return name if is_plain else f"`{name}`"


def format_scalar(value: Scalar) -> str:
    """A constant as the language writes it; a string in single quotes with the escapes of JSON."""
    match value:
        case None:
            return "NULL"
        case bool():
            return "true" if value else "false"
        case str():
            return f"'{''.join(_character(sign) for sign in value)}'"
        case datetime.datetime():
            return value.isoformat(sep=" ", timespec="seconds")
        case datetime.date():
            return value.isoformat()
        case _:
            return repr(value)


def _aggregation(node: Aggregation) -> str:
    inside = format_node(node.column)
    if node.via:
        inside += f" VIA {', '.join(format_node(column) for column in node.via)}"
    if node.where is not None:
        inside += f" WHERE {format_node(node.where)}"
    if node.window is not None:
        inside += f", {format_node(node.window)}"
    return f"{node.function}({inside})"


def _right_side(comparison: Comparison) -> str:
    operator, value = comparison.operator, comparison.value
    if value is None:
        return str(operator)
    if operator == Operator.BETWEEN and isinstance(value, ConstantList):
        low, high = value.items
        return f"BETWEEN {format_node(low)} AND {format_node(high)}"
    return f"{operator} {format_node(value)}"


def _inside(condition: Condition, *looser: type[And] | type[Or]) -> str:
    text = format_node(condition)
    return f"({text})" if isinstance(condition, looser) else text


def _output(output: Forecast | Rank | Classify) -> str:
    match output:
        case Forecast():
            return f"FORECAST {output.steps} TIMEFRAMES"
        case Rank():
            return "RANK" if output.k is None else f"RANK TOP {output.k}"
        case Classify():
            return "CLASSIFY" if output.k is None else f"CLASSIFY TOP {output.k}"


def _character(sign: str) -> str:
    if sign in _ESCAPES:
        return _ESCAPES[sign]
    # Half of a surrogate pair cannot be written as it is.
    return f"\\u{ord(sign):04x}" if sign < " " or "\ud800" <= sign <= "\udfff" else sign
