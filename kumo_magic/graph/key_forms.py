"""A foreign key's values and the keys they should name → the line of code that writes the ones as the others.

Each form is code with the function that does the same, so that its effect is known before anybody is told to run it.
Knows no graph.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from kumo_magic.graph.kind import Kind, is_whole, kind_of, sample_of

_TRIED = 20_000
_LEAST_SHARE = 0.5
_CERTAIN = 0.99
_EXACT_FLOAT = 2**53
_WHOLE = r"^\s*([+-]?\d+)(?:\.0*)?\s*$"
_DIGITS = r"^\D*?0*(\d+)(?:\.0*)?\s*$"
_UUID = r"^(.{8})(.{4})(.{4})(.{4})(.{12})$"
_UNALIKE = r"[\s{}_-]|\.0+$|\b0+(?=\w)"
_SCIENTIFIC = r"^\s*[+-]?\d\.?(\d*)e\+?(\d+)\s*$"
_ROUNDED_DIGITS = 5
"""Spreadsheets write 123456789012 as 1.23457E+11: that many digits after the point, and the rest is lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewriting:
    """A line that writes one side as the other is written, and the share of different values that match then."""

    code: str
    share: float


@dataclass(frozen=True, slots=True)
class _Step:
    """One method of a column: as code, and as a function."""

    code: str
    apply: Callable[[pd.Series], pd.Series]


_Steps = tuple[_Step, ...]


def rewriting(child: pd.Series, parent: pd.Series, child_place: str, parent_place: str) -> Rewriting | None:
    """How to write the foreign key as the keys are, or the keys as it is; None where nothing tried makes them match.

    Args:
        child: The foreign key's values.
        parent: The keys, unique.
        child_place: The child's column as code: ``orders['user_id']``.
        parent_place: The parent's.
    """
    values, keys = sample_of(child.dropna().drop_duplicates(), _TRIED), parent.dropna()
    if values.empty or keys.empty or has_lost_digits(values):
        return None
    best: Rewriting | None = None
    for code, matched in _tried(values, keys, child_place, parent_place):
        share = float(matched().mean())
        if best is None or share > best.share:
            best = Rewriting(code=code, share=share)
        if share >= _CERTAIN:
            break
    return best if best is not None and best.share >= _LEAST_SHARE else None


def has_lost_digits(values: pd.Series) -> bool:
    """Whether whole numbers were floats once and too large for them, or cut to six digits: other ids look the same."""
    match kind_of(values):
        case Kind.NUMBER:
            numbers = values.dropna().to_numpy(dtype="float64")
            return bool((np.isfinite(numbers) & (abs(numbers) > _EXACT_FLOAT) & (numbers == numbers.round())).any())
        case Kind.TEXT:
            parts = values.dropna().astype("string").str.lower().str.extract(_SCIENTIFIC).dropna()
            written, power = parts[0].str.len(), parts[1].str[:4].astype("Int64")
            num_lost = int(((written >= _ROUNDED_DIGITS) & (power > written)).sum())
            return num_lost > _LEAST_SHARE * int(values.notna().sum())  # some digits with an e are no numbers
        case _:
            return False


def _tried(
    values: pd.Series, keys: pd.Series, child_place: str, parent_place: str
) -> Iterator[tuple[str, Callable[[], pd.Series]]]:
    """Lines of code, the plainest first, each with what tells which values match once it has run."""
    for steps in _ways(values, keys):
        yield _line(child_place, steps), partial(_is_key, values, steps, keys)
    for steps in _ways(keys, values):
        if _stays_unique(keys, steps):
            yield _line(parent_place, steps), partial(_is_value, values, keys, steps)
    if kind_of(values) is Kind.TEXT and kind_of(keys) is Kind.TEXT:
        alike = (_TEXT, _method("str.lower"), _method("str.replace", _UNALIKE, "", regex=True))
        if _stays_unique(keys, alike):
            names = f"dict(zip({parent_place}{_code(alike)}, {parent_place}))"
            yield (
                f"{child_place} = {child_place}{_code(alike)}.map({names})",
                partial(lambda: _done(values, alike).isin(_done(keys, alike))),
            )


def _is_key(values: pd.Series, steps: _Steps, keys: pd.Series) -> pd.Series:
    return _done(values, steps).isin(_plain(keys))


def _is_value(values: pd.Series, keys: pd.Series, steps: _Steps) -> pd.Series:
    return _plain(values).isin(_done(keys, steps))


def _ways(values: pd.Series, others: pd.Series) -> Iterator[_Steps]:
    """What may write values as the others are written, the plainest first."""
    match kind_of(values), kind_of(others):
        case Kind.TEXT, Kind.WHOLE | Kind.NUMBER if is_whole(others):
            yield from _text_as_numbers(values)
        case Kind.WHOLE | Kind.NUMBER, Kind.TEXT if is_whole(values):
            yield from ((_WHOLES, _TEXT, *steps) for steps in _spellings(others))
        case Kind.TEXT, Kind.TEXT:
            yield from _text_as_text(values, others)


def _text_as_numbers(values: pd.Series) -> Iterator[_Steps]:
    texts = values.astype("string")
    if texts.str.match(r"^[+-]?\d+$").all():
        yield _TEXT, _WHOLES
    yield _TEXT, _method("str.extract", _WHOLE, expand=False), _WHOLES
    if texts.str.contains(",").any():
        yield _TEXT, _method("str.replace", ",", ""), _WHOLES
    if texts.str.lower().str.contains(r"\de[+]?\d", regex=True).any():
        yield _TEXT, _FLOATS, _WHOLES
    yield _TEXT, _method("str.extract", _DIGITS, expand=False), _WHOLES


def _text_as_text(values: pd.Series, others: pd.Series) -> Iterator[_Steps]:
    texts, targets = values.astype("string"), others.astype("string")
    strip, plain = _method("str.strip"), _method("str.strip", "{} ")
    yield _TEXT, strip
    yield _TEXT, strip, _method("str.lower")
    yield _TEXT, strip, _method("str.upper")
    yield _TEXT, strip, _method("str.title")
    if texts.str.contains(",").any():
        yield _TEXT, _method("str.replace", ",", "")
    bare = (_TEXT, plain, _method("str.replace", "-", ""))
    for case in ("str.lower", "str.upper"):
        yield *bare, _method(case)
        if targets.str.len().eq(36).all() and targets.str.count("-").eq(4).all():
            yield *bare, _method(case), _method("str.replace", _UUID, r"\1-\2-\3-\4-\5", regex=True)
    if not texts.str.contains(r"\d", regex=True).mean() >= _LEAST_SHARE:
        return
    if texts.str.lower().str.contains(r"\de[+]?\d", regex=True).any():
        yield from ((_TEXT, _FLOATS, _WHOLES, _TEXT, *steps) for steps in _spellings(others))
    for pattern in (_WHOLE, _DIGITS):
        yield from ((_TEXT, _method("str.extract", pattern, expand=False), *steps) for steps in _spellings(others))


def _spellings(targets: pd.Series) -> Iterator[_Steps]:
    """How the digits of a number may be written so that they look like the targets: 12, 000012, 12.0, U-0012."""
    texts = sample_of(targets, _TRIED).astype("string").str.strip()
    yield ()
    prefix = _common_start(texts.min(), texts.max()).rstrip("0123456789")
    digits = texts.str.removeprefix(prefix)
    width = int(digits.str.len().max())
    has_zeros = bool(digits.str.match(r"0\d").any())
    written = (_method("str.zfill", width),) if has_zeros else ()
    if has_zeros and not prefix:
        yield written
    if digits.str.contains(r"\.0+$", regex=True).any():
        yield (_method("add", ".0"),)
    if prefix:
        yield *written, _method("radd", prefix)


def _common_start(least: str, greatest: str) -> str:
    """What all texts between the two, in the order of text, begin with."""
    num_alike = next((place for place, (a, b) in enumerate(zip(least, greatest, strict=False)) if a != b), len(least))
    return least[:num_alike]


def _stays_unique(keys: pd.Series, steps: _Steps) -> bool:
    changed = _done(keys, steps)
    return bool(changed.notna().all() and changed.is_unique)


def _done(values: pd.Series, steps: _Steps) -> pd.Series:
    """The values after all steps; none where a step cannot be taken."""
    try:
        for step in steps:
            values = step.apply(values)
    except (ValueError, TypeError, OverflowError):
        return pd.Series(pd.NA, index=values.index, dtype="string")
    return values


def _plain(values: pd.Series) -> pd.Series:
    return values.astype("string") if kind_of(values) is Kind.TEXT else values


def _line(place: str, steps: _Steps) -> str:
    return f"{place} = {place}{_code(steps)}"


def _code(steps: _Steps) -> str:
    return "".join(step.code for step in steps)


def _method(name: str, *args: object, **options: object) -> _Step:
    """A method of a column, ``str.zfill`` or ``astype``, with its arguments."""
    written = [_literal(arg) for arg in args] + [f"{key}={_literal(value)}" for key, value in options.items()]

    def apply(values: pd.Series) -> pd.Series:
        owner = values
        *owners, method = name.split(".")
        for part in owners:
            owner = getattr(owner, part)
        return getattr(owner, method)(*args, **options)

    return _Step(f".{name}({', '.join(written)})", apply)


def _literal(value: object) -> str:
    """The argument as code; patterns raw, as people write them."""
    is_pattern = isinstance(value, str) and "\\" in value and "'" not in value and not value.endswith("\\")
    return f"r'{value}'" if is_pattern else repr(value)


_TEXT = _method("astype", "string")
_WHOLES = _method("astype", "Int64")
_FLOATS = _method("astype", "Float64")
