"""A column of texts from a file → what its values are: numbers, truth values, codes, words. Knows no other column."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

import pyarrow as pa

from kumo_magic.graph.naming import singular, words_of
from kumo_magic.graph.reading.number_text import Writing, compute, could_be_point_groups, how_written, whole_numbers

_SAMPLE = 1_000
_GAPS = (
    *("", "na", "n/a", "n.a.", "nan", "-nan", "#n/a", "#n/a n/a", "#na", "<na>", "null", "(null)", "#null!", "none"),
    *("nil", "\\n", "-", "--", "?", ".", "missing", "unknown"),
)
_MACHINE_GAPS = ("n/a", "nan", "-nan", "#n/a", "#n/a n/a", "#na", "<na>", "(null)", "\\n", "#null!")
_WORDS = ("NA", "None", "none", "NONE", "null", "Null", "NULL", "nil", "na")
_DATE = r"^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([T ].*)?$"
_ODD = r"^[+-]?0[\dxX]|^\+|[eEnN]|\d{19}"  # leading zeros, plus signs, powers, infinity, digits that no float keeps
_LONG_NUMBER = 8
_CODE = 5
_MANY = 100
_QUANTITIES = frozenset(
    {
        *("amount", "price", "cost", "quantity", "qty", "count", "total", "sum", "age", "score", "rating", "weight"),
        *("height", "balance", "revenue", "sale", "value", "year", "month", "day", "hour", "minute", "second"),
        *("week", "percent", "share", "rate", "profit", "discount", "tax", "fee", "point", "stock", "duration"),
        "num",
    }
)
_CODES = frozenset(
    {
        *("id", "key", "code", "no", "nr", "number", "zip", "zipcode", "plz", "postcode", "postal", "phone"),
        *("telephone", "tel", "mobile", "fax", "sku", "ean", "upc", "gtin", "isbn", "iban", "account", "barcode"),
        *("version", "icd", "icd9", "icd10", "naics", "sic", "fips", "uuid", "guid", "ssn", "vin", "card", "pin"),
    }
)


class Form(StrEnum):
    """What the values of a column are."""

    EMPTY = "nothing"
    TRUTH = "truth values"
    NUMBER = "numbers"
    DIGITS = "digits that are a code"
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextColumn:
    """One column and the reading of it.

    Attributes:
        texts: The values as written; missing where a gap is.
        form: What they are.
        writing: How they are written, where they are numbers.
        is_certain: Whether no other reading is likely.
        note: What was decided, as the end of a sentence; empty where it is what anybody would expect.
        words: Texts such as NA that are read as texts and may be gaps, each with how often it is there.
        parsed: The numbers, where they are known already.
    """

    texts: pa.ChunkedArray
    form: Form
    writing: Writing = Writing.PLAIN
    is_certain: bool = True
    note: str = ""
    words: tuple[tuple[str, int], ...] = ()
    parsed: pa.ChunkedArray | None = None


def read_text_column(texts: pa.ChunkedArray, name: str) -> TextColumn:
    """What the values are, by all of them and by the column's name."""
    if texts.null_count == len(texts):
        return TextColumn(texts=texts, form=Form.EMPTY)
    if _may_be_plain(texts):
        parsed = _usual_numbers(texts, name)
        if parsed is not None:
            return TextColumn(texts=texts, form=Form.NUMBER, parsed=parsed)
        if _are_dates(texts):
            return TextColumn(texts=texts, form=Form.TEXT)
        trimmed = compute.utf8_trim_whitespace(texts)
        without_gaps, gaps = _without(trimmed, _GAPS)
        if without_gaps.null_count == len(without_gaps):
            return _read_words(texts)
        truths = compute.is_in(compute.utf8_lower(without_gaps), value_set=pa.array(["true", "false"], pa.string()))
        if compute.all(compute.or_kleene(truths, compute.is_null(without_gaps))).as_py():
            return TextColumn(texts=without_gaps, form=Form.TRUTH, note=_gap_note(gaps))
        written = how_written(without_gaps)
        if written is not None:
            column = TextColumn(
                texts=without_gaps,
                form=Form.NUMBER,
                writing=written.writing,
                is_certain=written.is_certain,
                note=_gap_note(gaps),
            )
            if written.writing is not Writing.PLAIN:
                return column
            if is_quantity(name):
                return _as_quantity(column)
            code = _code_note(without_gaps, name)
            return column if code is None else _as_digits(texts, column, code)
        if _are_dates(without_gaps):
            return TextColumn(texts=without_gaps, form=Form.TEXT, note=_gap_note(gaps))
    return _read_words(texts)


def as_text(column: TextColumn, texts: pa.ChunkedArray, note: str) -> TextColumn:
    """The same column with its digits as they are written."""
    return replace(column, texts=texts, form=Form.DIGITS, is_certain=True, note=note, parsed=None)


def as_numbers(column: TextColumn, note: str, *, is_certain: bool) -> TextColumn:
    """The same column of digits as numbers."""
    return replace(column, form=Form.NUMBER, is_certain=is_certain, note=note)


def has_leading_zeros(column: TextColumn) -> bool:
    """Whether one of the values is written with zeros that a number would not have."""
    return compute.any(compute.match_substring_regex(column.texts, r"^[+-]?0\d")).as_py() is True


def could_have_points_between_thousands(column: TextColumn) -> bool:
    """Whether plain numbers would be thousands in a file whose comma is decimal."""
    return column.form is Form.NUMBER and column.writing is Writing.PLAIN and could_be_point_groups(column.texts)


def is_quantity(name: str) -> bool:
    """Whether a column's name says that one can add its values up."""
    words = {singular(word) for word in words_of(name)}
    return bool(words & _QUANTITIES) and not words & _CODES


def _as_quantity(column: TextColumn) -> TextColumn:
    """What one can add up is numbers, also with leading zeros or beyond 64 bits."""
    zero = _first(column.texts, r"^[+-]?0\d")
    large = _first(column.texts, r"^[+-]?\d{19,}$")
    if zero is not None:
        note = f"has leading zeros ({zero!r}) and is read as numbers"
    elif large is not None and whole_numbers(column.texts) is None:
        note = f"holds numbers beyond 64 bits ({large!r}), read as floating-point numbers"
    else:
        return column
    return replace(column, note="; ".join(filter(None, (note, column.note))))


def _as_digits(texts: pa.ChunkedArray, column: TextColumn, code: tuple[str, bool]) -> TextColumn:
    """Codes as written; gap words stay gaps where the others are digits."""
    note, is_certain = code
    kept = compute.if_else(compute.is_null(column.texts), pa.scalar(None, pa.string()), texts)
    notes = "; ".join(filter(None, (note, column.note)))
    return replace(column, texts=kept, form=Form.DIGITS, is_certain=is_certain, note=notes)


def _code_note(texts: pa.ChunkedArray, name: str) -> tuple[str, bool] | None:
    """Why numbers are a code whose text counts, and whether that is certain; None where they are numbers."""
    words = set(words_of(name))
    zero = _first(texts, r"^[+-]?0\d")
    if zero is not None:
        is_code = _num_lengths(texts) == 1 or bool(words & _CODES)
        return f"has leading zeros ({zero!r}) and is read as text, as written", is_code
    plus = _first(texts, r"^\+")
    if plus is not None and _first(texts, r"^-") is None:
        is_each = _first(texts, r"^[^+]") is None
        if (is_each and _first(texts, r"\.") is None) or len(plus) > _LONG_NUMBER:
            return f"has plus signs ({plus!r}) and is read as text, as written", len(plus) > _LONG_NUMBER
    large = _first(texts, r"^[+-]?\d{19,}$")
    if large is not None and _first(texts, r"[.eE]") is None and whole_numbers(texts) is None:
        return f"holds numbers beyond 64 bits ({large!r}) and is read as text, as written", True
    power = _first(texts, r"^\d+[eE]\d+$")
    if power is not None and _first(texts, r"\.|[eE][+-]") is None and _num_lengths(texts) == 1:
        return f"may be powers of ten or a code ({power!r}) and is read as text, as written", False
    decimal = _first(texts, r"\.\d*0$")
    if decimal is not None and words & _CODES and _first(texts, r"\.(\d*[1-9]|\d{2,})") is not None:
        return f"is named like a code ({decimal!r}) and is read as text, as written", True
    return None


def _num_lengths(texts: pa.ChunkedArray) -> int:
    return compute.count_distinct(compute.utf8_length(texts), mode="only_valid").as_py()


def _read_words(texts: pa.ChunkedArray) -> TextColumn:
    formula = compute.match_substring_regex(texts, r'^="[^"]*"$')
    if compute.all(formula).as_py():
        kept = compute.replace_substring_regex(texts, r'^="([^"]*)"$', r"\1")
        return TextColumn(
            texts=kept, form=Form.DIGITS, note='was written as formulas (="...") and is read as their text'
        )
    if compute.all(compute.starts_with(texts, " ")).as_py():
        trimmed = compute.utf8_ltrim_whitespace(texts)
        column = read_text_column(trimmed, "")
        return replace(column, note=column.note or "has a space before each value, which is left out")
    distinct = _counts(texts, (*_WORDS, *(word.upper() for word in _MACHINE_GAPS), *_MACHINE_GAPS, "NaN", "\\N"))
    if not distinct:
        return TextColumn(texts=texts, form=Form.TEXT)
    codes = _are_codes(texts)
    gaps = [
        word for word in distinct if word.lower() in _MACHINE_GAPS and not (codes and word.isalpha() and word.isupper())
    ]
    gaps += ["NULL"] if "NULL" in distinct and not codes else []
    kept, counts = _without(texts, tuple(gaps), exactly=True) if gaps else (texts, {})
    words = tuple((word, count) for word, count in distinct.items() if word not in gaps)
    said = ", ".join(f"{word!r}" for word, _ in words)
    note = _gap_note(counts)
    if words and (codes or _are_names(kept, words)):
        others = "codes" if codes else "names"
        note = "; ".join(filter(None, (note, f"holds {said} among other {others}, read as text and not as missing")))
        words = ()
    return TextColumn(texts=kept, form=Form.TEXT, note=note, words=words)


def _may_be_plain(texts: pa.ChunkedArray) -> bool:
    """Whether a few values over the whole column leave it open that it holds no words."""
    step = max(1, len(texts) // _SAMPLE)
    sample = compute.drop_null(compute.utf8_trim_whitespace(texts.take(pa.array(range(0, len(texts), step)))))
    is_gap = compute.is_in(compute.utf8_lower(sample), value_set=pa.array(_GAPS, pa.string()))
    left = sample.filter(compute.invert(is_gap))
    plain = compute.match_substring_regex(
        left, r"^[+-]?[\d.,][\d.,' eE+\-/:TZ\x{a0}\x{202f}\x{2019}]*$|^(?i:true|false|[+-]?inf|[+-]?infinity)$"
    )
    return compute.all(plain).as_py() is not False


def _usual_numbers(texts: pa.ChunkedArray, name: str) -> pa.ChunkedArray | None:
    """The numbers, when nothing about how they are written needs a second look; None when something does."""
    try:
        parsed = texts.cast(pa.int64())
    except pa.ArrowInvalid:
        try:
            parsed = texts.cast(pa.float64())
        except pa.ArrowInvalid:
            return None
        if set(words_of(name)) & _CODES:
            return None
    return None if _first(texts, _ODD) is not None else parsed


def _are_dates(texts: pa.ChunkedArray) -> bool:
    return compute.all(compute.match_substring_regex(texts, _DATE)).as_py() is True


def _are_codes(texts: pa.ChunkedArray) -> bool:
    """Whether nearly all different values are short and in capitals: NA is one of them then, as in NL, DE, NA."""
    distinct = compute.drop_null(compute.unique(texts))
    is_word = compute.is_in(distinct, value_set=pa.array([*_WORDS, "NaN", "nan"], pa.string()))
    others = distinct.filter(compute.invert(is_word))
    if len(others) < 2:
        return False
    is_code = compute.match_substring_regex(others, rf"^[A-Z][A-Z0-9.\-]{{0,{_CODE - 1}}}$")
    return (compute.sum(is_code).as_py() or 0) >= 0.9 * len(others)


def _are_names(texts: pa.ChunkedArray, words: tuple[tuple[str, int], ...]) -> bool:
    """Whether most of many values are there once, and so are these words: a gap would be there more often."""
    present = len(texts) - texts.null_count
    is_rare = all(count <= max(1, present / 1_000) for _, count in words)
    return is_rare and present >= _MANY and compute.count_distinct(texts).as_py() > present / 2


def _without(
    texts: pa.ChunkedArray, gaps: tuple[str, ...], *, exactly: bool = False
) -> tuple[pa.ChunkedArray, dict[str, int]]:
    """The texts with gaps missing, and which words those were, each with how often."""
    compared = texts if exactly else compute.utf8_lower(texts)
    is_gap = compute.is_in(compared, value_set=pa.array(gaps, pa.string()), skip_nulls=True)
    counted = compute.value_counts(texts.filter(is_gap)).to_pylist()
    left = compute.if_else(is_gap, pa.scalar(None, pa.string()), texts)
    return left, {one["values"]: one["counts"] for one in counted}


def _counts(texts: pa.ChunkedArray, words: tuple[str, ...]) -> dict[str, int]:
    found = texts.filter(compute.is_in(texts, value_set=pa.array(words, pa.string()), skip_nulls=True))
    return {one["values"]: one["counts"] for one in compute.value_counts(found).to_pylist()}


def _gap_note(gaps: dict[str, int]) -> str:
    said = ", ".join(repr(word) for word in gaps if word)
    count = sum(count for word, count in gaps.items() if word)
    if not said:
        return ""
    return (
        f"holds {said} in {count:,} rows, read as missing" if count > 1 else f"holds {said} in one row, read as missing"
    )


def _first(texts: pa.ChunkedArray, pattern: str) -> str | None:
    """The first value that matches."""
    place = compute.index(compute.match_substring_regex(texts, pattern), True).as_py()
    return None if place < 0 else texts[place].as_py()
