"""Words for what is wrong with the clauses: one is missing, misspelled, twice, or in the wrong place."""

from __future__ import annotations

from kumo_magic.query.cursor import names_of
from kumo_magic.query.failure import Failure, Mistake
from kumo_magic.query.mistakes_in_aggregations import LITERALS, wrong_word
from kumo_magic.query.mistakes_in_conditions import between_conditions, wrong_operator
from kumo_magic.query.mistakes_in_key_lists import wrong_key_list
from kumo_magic.query.nearest import nearest_word
from kumo_magic.query.predictive_query import Function, Unit
from kumo_magic.query.tokens import TokenKind
from kumo_magic.query.vocabulary import CLAUSES, FOREIGN_WORDS, FUNCTIONS, UNIT_SPELLINGS

_OUTPUTS = ("FORECAST", "RANK", "CLASSIFY", "TOP")
_KEY = "Write FOR EACH table.key."
_SHAPE = "PREDICT ... FOR EACH table.key [WHERE ...] [ASSUMING ...]"
_NOT_QUERIES = {
    "EXPLAIN": "The option --plan says what a query will do.",
    "EVALUATE": "Every run evaluates; its report has the scores.",
}


def no_predict(failure: Failure) -> Mistake | None:
    """The text does not begin with PREDICT."""
    word = failure.token.word
    if not failure.token.text:
        return Mistake("The query is empty.", f"Write {_SHAPE}.")
    if word in _NOT_QUERIES:
        return Mistake(f"A query starts with PREDICT, not with {word}.", _NOT_QUERIES[word])
    if word in FOREIGN_WORDS:
        return Mistake(f"A query starts with PREDICT; {failure.found} is SQL.", f"Write {_SHAPE}.")
    if nearest_word(word, ("PREDICT",)) is not None:
        return Mistake(f"A query starts with PREDICT, not with {failure.found}.", "Did you mean PREDICT?")
    if word in FUNCTIONS:
        return Mistake("A query starts with PREDICT.", f"Write PREDICT {word}(...) FOR EACH table.key.")
    return Mistake("A query starts with PREDICT.", f"Write {_SHAPE}.")


def wrong_key(failure: Failure) -> Mistake | None:
    """FOR names no key."""
    if failure.token.kind == TokenKind.COLUMN:
        return Mistake(f"FOR needs the key of the entities, not {failure.found}.", _KEY)
    if failure.is_at_end:
        return Mistake("FOR names no key.", _KEY)
    if failure.token.word in ("EVERY", "ALL", "ANY") or nearest_word(failure.token.word, ("EACH",)):
        return Mistake(f"{failure.found} cannot stand behind FOR.", _KEY)
    if failure.is_call:
        return Mistake("FOR needs the key of the entities, not an aggregation.", _KEY)
    if failure.ahead(1).text == "." and failure.ahead(2).text == "(":
        return wrong_key_list(failure)
    word = failure.token.word
    if failure.token.kind == TokenKind.WORD and failure.ahead(1).text != ".":
        hint = f"Write FOR EACH {failure.token.text}.key, with the name of its primary key."
        if "_" in failure.token.text or word.endswith("ID"):
            hint = f"Write FOR EACH table.{failure.token.text}, with the name of its table."
        return Mistake(f"{failure.found} is not a key column.", hint)
    return wrong_word(failure) or Mistake(f"FOR needs the key of the entities, not {failure.found}.", _KEY)


def no_for(failure: Failure) -> Mistake | None:
    """The target is complete, and neither its comparison nor FOR follows."""
    token, word = failure.token, failure.token.word
    if word in _OUTPUTS:
        earlier = next((token.word for token in reversed(failure.before) if token.word in _OUTPUTS[:3]), "")
        return Mistake(f"{word} cannot follow {earlier}.", "Write one of FORECAST, RANK and CLASSIFY.")
    if word in ("WHERE", "ASSUMING") and any(token.word == "FOR" for token in failure.behind):
        return Mistake(f"{word} stands too early.", "FOR EACH table.key comes first.")
    if failure.is_at_end:
        return Mistake("FOR EACH is missing.", f"Write FOR EACH table.key before {failure.found}.")
    if token.kind == TokenKind.NUMBER and failure.previous.word in ("RANK", "CLASSIFY"):
        return Mistake("TOP is missing.", f"Write {failure.previous.word} TOP {token.text}.")
    if token.text == ",":
        return Mistake("A query has one target.", "Join conditions with AND or OR, or ask two queries.")
    if token.text == ")":
        return Mistake("No parenthesis is open here.", "Take it away, or open one before.")
    if word == "FOREACH" or nearest_word(word, ("FOR", "FOREACH")) is not None:
        return Mistake(f"{failure.found} starts no clause.", "Did you mean FOR EACH?")
    if word == "BY" or word in FOREIGN_WORDS:
        hint = "Write FOR EACH table.key." if word in ("BY", "GROUP") else FOREIGN_WORDS[word]
        return Mistake(f"{failure.found} is SQL, not part of the language.", hint)
    if failure.previous.text == ")" and token.kind == TokenKind.COLUMN and failure.ahead(1).kind != TokenKind.OPERATOR:
        return Mistake(f"FOR EACH is missing before {failure.found}.", f"Write FOR EACH {token.text}.")
    if (mistake := between_conditions(failure)) is not None and failure.clause == "PREDICT" and not failure.is_call:
        return mistake
    is_operand = failure.previous.text == ")" or failure.previous.kind == TokenKind.COLUMN
    if is_operand and (mistake := wrong_operator(failure)) is not None:
        return mistake
    if (near := nearest_word(word, CLAUSES)) is not None:
        return Mistake(f"{failure.found} starts no clause.", f"Did you mean {near}?")
    return Mistake(f"{failure.found} cannot follow the target.", "Write FOR EACH table.key behind the target.")


def trailing_text(failure: Failure) -> Mistake | None:
    """The query is complete, and more follows."""
    token, word = failure.token, failure.token.word
    earlier = [token.word for token in failure.before if token.word in CLAUSES]
    if failure.previous.text == ";":
        return Mistake("Behind ';' the query has ended.", "Ask one query at a time.")
    if word in CLAUSES:
        if word in earlier and word not in _OUTPUTS:
            return Mistake(f"{word} stands twice.", "Join conditions with AND." if word != "FOR" else "Keep one.")
        hint = "It belongs between the target and FOR." if word in _OUTPUTS else f"The order is {_SHAPE}."
        return Mistake(f"{word} stands too late.", hint)
    if token.text == ")":
        return Mistake("No parenthesis is open here.", "Take it away, or open one before.")
    if word in FOREIGN_WORDS:
        return Mistake(f"{failure.found} is SQL, not part of the language.", FOREIGN_WORDS[word])
    if failure.clause == "FOR" and word in ("AND", "OR"):
        return Mistake(f"FOR selects by its key alone, and {word} cannot follow.", "Write WHERE for conditions.")
    if failure.clause == "FOR" and token.text == ",":
        return _second_key(failure)
    if token.text == ",":
        return Mistake("A comma joins no conditions.", "Write AND or OR.")
    if failure.previous.kind == TokenKind.COLUMN and (mistake := wrong_operator(failure)) is not None:
        return mistake
    if failure.clause != "FOR" and (mistake := between_conditions(failure)) is not None:
        return mistake
    near = "WHERE" if word in ("IF", "WHEN", "FILTER") else nearest_word(word, ("WHERE", "ASSUMING"))
    if near is not None:
        return Mistake(f"{failure.found} starts no clause.", f"Did you mean {near}?")
    if failure.clause == "FOR" and token.kind == TokenKind.COLUMN:
        return Mistake(f"{failure.found} cannot stand here.", "Write WHERE before a condition.")
    return Mistake(f"The query has ended before {failure.found}.", f"The order is {_SHAPE}.")


def _second_key(failure: Failure) -> Mistake:
    """A comma follows FOR's key: pairs of entities are meant, or several of one table."""
    first, second = failure.previous.text, failure.ahead(1)
    if second.kind != TokenKind.COLUMN:
        return Mistake("FOR takes one key.", "Write FOR table.key IN (1, 2) for several entities.")
    item = second.text.rpartition(".")[2]
    ranked = f"PREDICT LIST_DISTINCT(table.{item}, 0, 30) RANK TOP 10 FOR EACH {first}"
    hint = f"Rank the second for each of the first: {ranked}."
    if names_of(first)[0] == names_of(second.text)[0]:
        hint = f"Write FOR EACH {first.rpartition('.')[0]}.({first.rpartition('.')[2]}, {item}). {hint}"
    return Mistake("FOR takes one key, and a pair has two.", hint, second.span)


def no_whole_number(failure: Failure) -> Mistake | None:
    """FORECAST or TOP has no number."""
    pattern = "FORECAST 4 TIMEFRAMES" if failure.previous.word == "FORECAST" else "TOP 10"
    if failure.token.kind in LITERALS:
        return Mistake(f"{failure.found} is not a whole number.", f"Write {pattern}.")
    return Mistake(f"A whole number is missing behind {failure.previous.word}.", f"Write {pattern}.")


def no_timeframes(failure: Failure) -> Mistake | None:
    """FORECAST n stands without TIMEFRAMES."""
    number, word = failure.previous.text, failure.token.word.lower()
    if word and nearest_word(failure.token.word, ("TIMEFRAMES",)):
        return Mistake("FORECAST counts TIMEFRAMES.", "Did you mean TIMEFRAMES?")
    if word in UNIT_SPELLINGS:
        unit = UNIT_SPELLINGS[word]
        problem = f"FORECAST counts windows, called TIMEFRAMES, and not {unit}: the window has the unit."
        return Mistake(problem, f"Write {_forecast_by(failure, unit)} FORECAST {number} TIMEFRAMES.")
    return Mistake("FORECAST counts TIMEFRAMES.", f"Write FORECAST {number} TIMEFRAMES.")


def _forecast_by(failure: Failure, unit: Unit) -> str:
    """The target before FORECAST, with a window of one unit."""
    target = list(failure.before[1:-2])
    depth, commas = 0, []
    for token in target:
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if depth == 1 and token.text == ",":
            commas.append(token)
    has_unit = len(target) > 1 and target[-2].word.lower() in UNIT_SPELLINGS
    num_bounds = 3 if has_unit else 2
    if depth != 0 or len(commas) < num_bounds or target[0].word not in tuple(Function):
        return f"SUM(table.column, 0, 1, {unit})"
    begins, ends = target[0].span.start, commas[-num_bounds].span.start
    return f"{failure.scan.text[begins:ends]}, 0, 1, {unit})"
