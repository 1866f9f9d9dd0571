"""The grammar in pyparsing: which word may follow which. Its elements make syntax nodes; it words no mistakes.

Two rules keep it fast and its errors exact. Alternatives begin with different words, so nothing is read twice; and
``-`` stands after the first element of each of them, so that a failure behind it is final. What may come next is
named by an ``Expected``, which is all that the wording of mistakes learns from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from pyparsing import Empty, Forward, Opt, ParserElement, Regex, StringEnd, ZeroOrMore

from kumo_magic.query import conditions, syntax
from kumo_magic.query.failure import Expected
from kumo_magic.query.predictive_query import Function, Operator
from kumo_magic.query.tokens import COLUMN, DATE, KEY, NAME, NUMBER, PARAMETER, STRING, WORD_END
from kumo_magic.query.vocabulary import OPERATOR_SPELLINGS, UNIT_SPELLINGS


@dataclass(frozen=True, slots=True, kw_only=True)
class Grammar:
    """The whole query; and by its first word each clause alone, for reading on behind a mistake."""

    query: ParserElement
    clauses: dict[str, ParserElement]


@cache
def grammar() -> Grammar:
    """The grammar, made once."""
    condition = Forward()
    operand = _operand(condition)
    comparison = _comparison()
    opened, closed = _sign(r"\("), _sign(r"\)", Expected.CONDITION_END)

    term = (opened - condition - closed).add_parse_action(conditions.group) | (
        operand + (comparison | Empty().add_parse_action(conditions.bare))
    ).add_parse_action(conditions.compare)
    negation = _word("NOT").add_parse_action(syntax.word)
    connective = _word("AND", "OR").add_parse_action(syntax.word)
    factor = ZeroOrMore(negation) + _named(term, Expected.OPERAND)
    condition <<= (factor + ZeroOrMore(connective - factor)).add_parse_action(conditions.combine)

    key = _named(_regex(KEY).add_parse_action(syntax.key) | _named_column(Expected.KEY), Expected.KEY)
    target = (_silent("PREDICT", Expected.PREDICT) - condition).add_parse_action(conditions.target)
    entity = (
        _word("FOR", r"FOR\s+EACH", expected=Expected.FOR).add_parse_action(syntax.word) - key + Opt(comparison)
    ).add_parse_action(syntax.entity)
    where = (_silent("WHERE") - condition).add_parse_action(conditions.whole_condition)
    assuming = (_silent("ASSUMING") - condition).add_parse_action(conditions.whole_condition)
    output = _output()
    end = Opt(_sign(";").suppress()) + StringEnd().set_name(Expected.END)

    query = (
        target("target") + Opt(output("output")) - entity("entity") + Opt(where("where")) + Opt(assuming("assuming"))
    ) - end
    clauses = {"FORECAST": output, "RANK": output, "CLASSIFY": output, "FOR": entity}
    clauses |= {"WHERE": where, "ASSUMING": assuming}
    alone = {word: clause - end for word, clause in clauses.items()}
    for element in (query, *alone.values()):
        element.parse_with_tabs()
    return Grammar(query=query, clauses=alone)


def _operand(condition: ParserElement) -> ParserElement:
    """An aggregation or a column."""
    column = _regex(COLUMN, Expected.COLUMN).add_parse_action(syntax.column)
    foreign_key = _named(_regex(KEY).add_parse_action(syntax.key) | _named_column(Expected.COLUMN), Expected.COLUMN)
    comma = _sign(",", Expected.COMMA).suppress()
    infinity = r"-\s*+(?i:INF(?:INITY)?+)(?![A-Za-z0-9_])"
    # A bound is read as far as a number or a date goes, so that 30.5 is refused whole.
    bound = rf"(?!{DATE}){NUMBER}"
    start = _regex(rf"{infinity}|{bound}", Expected.WINDOW_START).add_parse_action(syntax.bound)
    until = _regex(bound, Expected.WINDOW_END).add_parse_action(syntax.bound)
    unit = _word(*UNIT_SPELLINGS, expected=Expected.UNIT).add_parse_action(syntax.word)
    window = (comma - start - comma - until + Opt(comma - unit)).add_parse_action(syntax.window)

    via = (_silent("VIA") - foreign_key + ZeroOrMore(comma + foreign_key)).add_parse_action(syntax.via)
    where = (_silent("WHERE") - condition).add_parse_action(conditions.whole_condition)
    aggregation = (
        _word(*Function).add_parse_action(syntax.word)
        - _sign(r"\(", Expected.OPEN)
        - column
        + Opt(via)
        + Opt(where)
        + Opt(window)
        + _sign(r"\)", Expected.AGGREGATION_END)
    ).add_parse_action(syntax.aggregation)
    return _named(column | aggregation, Expected.OPERAND)


def _comparison() -> ParserElement:
    """An operator and what stands on its right side."""
    literal = rf"{STRING}|{DATE}|{NUMBER}|{PARAMETER}|(?i:TRUE|FALSE|NULL){WORD_END}"
    scalar = _regex(literal, Expected.VALUE).add_parse_action(syntax.scalar)
    item = _regex(literal, Expected.LIST_ITEM).add_parse_action(syntax.scalar)
    comma = _regex(",")  # the elements are many: no action of its own, the list's leaves it out
    values = (_sign(r"\(") - item + ZeroOrMore(comma - item) + _sign(r"\)", Expected.LIST_END)).add_parse_action(
        syntax.value_list
    )
    value = _named(scalar | values, Expected.VALUE)

    apart = (Operator.IS_NULL, Operator.IS_NOT_NULL, Operator.BETWEEN)
    spelled = [spelling for spelling, operator in OPERATOR_SPELLINGS.items() if operator not in apart]
    signs = [spelling for spelling in spelled if not spelling[0].isalpha()]
    words = [spelling for spelling in spelled if spelling[0].isalpha()]
    longest_first = sorted(signs, key=len, reverse=True)
    binary = _regex("|".join([*longest_first, _any_of(words)])).add_parse_action(syntax.operator)
    null_test = _word(r"IS\s+NULL", r"IS\s+NOT\s+NULL").add_parse_action(syntax.operator)
    between = _word("BETWEEN").add_parse_action(syntax.operator)
    both_ends = (scalar - _silent("AND", Expected.BETWEEN_AND) - scalar).add_parse_action(syntax.both_ends)
    return _named((binary - value) | null_test | (between - both_ends), Expected.COMPARISON)


def _output() -> ParserElement:
    """FORECAST, RANK or CLASSIFY; also a TOP that has lost its RANK, for the parser to refuse."""
    whole = _regex(NUMBER, Expected.WHOLE_NUMBER).add_parse_action(syntax.whole)
    timeframes = _word("TIMEFRAMES", expected=Expected.TIMEFRAMES).add_parse_action(syntax.word)
    forecast = _word("FORECAST").add_parse_action(syntax.word) - whole - timeframes
    top = _word("TOP").add_parse_action(syntax.word) - whole
    ranked = _word("RANK", "CLASSIFY").add_parse_action(syntax.word) + Opt(top)
    return (
        forecast.add_parse_action(syntax.forecast)
        | ranked.add_parse_action(syntax.ranked)
        | top.copy().add_parse_action(syntax.lone_top)
    ).add_parse_action(syntax.only)


def _named_column(expected: str) -> ParserElement:
    return _regex(rf"{NAME}\s*+\.\s*+{NAME}", expected).add_parse_action(syntax.column)


def _any_of(words: list[str]) -> str:
    """A pattern for words in any case, whatever white space they hold."""
    patterns = sorted((r"\s+".join(word.split()) for word in words), key=len, reverse=True)
    return f"(?i:{'|'.join(patterns)}){WORD_END}"


def _word(*words: str, expected: str | None = None) -> ParserElement:
    return _regex(_any_of(list(words)), expected or words[0])


def _silent(word: str, expected: str | None = None) -> ParserElement:
    return _word(word, expected=expected).suppress()


def _sign(pattern: str, expected: str | None = None) -> ParserElement:
    return _regex(pattern, expected).add_parse_action(syntax.word)


def _regex(pattern: str, expected: str | None = None) -> ParserElement:
    return _named(Regex(pattern), expected or pattern)


def _named(element: ParserElement, expected: str) -> ParserElement:
    return element.set_name(expected)
