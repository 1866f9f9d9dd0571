"""Words for what is wrong between the parentheses of ``table.(a, b)``: the columns of a key of several."""

from __future__ import annotations

from kumo_magic.query.cursor import names_of
from kumo_magic.query.failure import NOTHING, Failure, Mistake, shown
from kumo_magic.query.tokens import TokenKind
from kumo_magic.span import Span


def wrong_key_list(failure: Failure) -> Mistake:
    """A table, a point and a parenthesis stand there, and no list of columns behind it."""
    table, names, step = failure.token.text, list[str](), 3
    while failure.ahead(step).kind == TokenKind.WORD:
        names.append(failure.ahead(step).text)
        step += 1
        if failure.ahead(step).text != ",":
            break
        step += 1
    wrong, before = failure.ahead(step), failure.ahead(step - 1)
    hint = f"Write {table}.({', '.join(names)})." if len(names) > 1 else f"Write {table}.(a, b), or {table}.key."
    if wrong is NOTHING:
        return Mistake("The parenthesis of the key's columns is not closed.", hint, _behind(failure))
    if wrong.text == ")" and len(names) == 1 and before.text == names[0]:
        span = failure.ahead(2).span.to(wrong.span)
        return Mistake("Parentheses hold the columns of a key of several.", f"Write {table}.{names[0]}.", span)
    if wrong.kind == TokenKind.COLUMN:
        name = names_of(wrong.text)[1]
        return Mistake(f"{shown(wrong)} names its table again.", f"Write {name} alone.", wrong.span)
    if wrong.kind == TokenKind.WORD:
        hint = f"Write {before.text}, {wrong.text}."
        return Mistake(f"A comma is missing before {shown(wrong)}.", hint, wrong.span)
    return Mistake(f"Between these parentheses stand columns of '{table}', not {shown(wrong)}.", hint, wrong.span)


def _behind(failure: Failure) -> Span:
    end = failure.scan.tokens[-1].span.end
    return Span(end, end)
