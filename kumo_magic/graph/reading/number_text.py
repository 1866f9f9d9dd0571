"""Texts of numbers → the numbers they stand for, by how they are written. Knows no column and no file."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pyarrow as pa
import pyarrow.compute

compute: Any = pyarrow.compute  # pyarrow makes its functions at import, where no checker sees them

_PLAIN = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$|^[+-]?(?i:inf|infinity)$"
_WHOLE = r"^[+-]?\d+$"
_POINT_GROUPS = r"^[+-]?\d{1,3}(\.\d{3})+(,\d+)?$"
_COMMA_GROUPS = r"^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$"
_DECIMAL_COMMA = rf"{_POINT_GROUPS}|^[+-]?\d*,\d+$|{_WHOLE}"
_DECIMAL_POINT = rf"{_COMMA_GROUPS}|^[+-]?\d*\.\d+$|{_WHOLE}"
_GAP = "[ \u00a0\u202f'\u2019]"
_GAP_GROUPS = rf"^[+-]?\d{{1,3}}({_GAP}\d{{3}})+([.,]\d+)?$"
_GAPPED = rf"{_GAP_GROUPS}|^[+-]?\d{{1,3}}([.,]\d+)?$"


class Writing(StrEnum):
    """How numbers are written, in the words of notes."""

    PLAIN = "plain numbers"
    COMMA = "numbers with a decimal comma"
    POINT = "numbers with commas between thousands"
    POINT_GROUPS = "numbers with points between thousands"
    EITHER = "numbers with a comma that is decimal or stands between thousands"
    GAPPED = "numbers with spaces or apostrophes between thousands"


@dataclass(frozen=True, slots=True)
class Written:
    """How a column's numbers are written, and whether its values leave no other reading."""

    writing: Writing
    is_certain: bool


def how_written(texts: pa.ChunkedArray) -> Written | None:
    """How the texts are written when all are numbers, None when one is none. Missing ones say nothing.

    Args:
        texts: Without spaces around them.
    """
    if _all(texts, _PLAIN):
        return Written(Writing.PLAIN, True)
    if _all(texts, _POINT_GROUPS + "|" + r"^[+-]?\d{1,3}$") and not _any(texts, ","):
        return Written(Writing.POINT_GROUPS, True)
    is_comma, is_point = _all(texts, _DECIMAL_COMMA), _all(texts, _DECIMAL_POINT)
    if is_comma and is_point:
        # A thousand without its comma beside 1,234: then the comma is no mark of thousands.
        return Written(Writing.COMMA, True) if _any(texts, r"^[+-]?\d{4,}$") else Written(Writing.EITHER, False)
    if is_comma:
        return Written(Writing.COMMA, True)
    if is_point:
        return Written(Writing.POINT, _any(texts, r"\."))
    if _all(texts, _GAPPED) and _any(texts, rf"^[+-]?\d{{1,3}}([.,]\d+)?$|{_GAP}\d{{3}}{_GAP}"):
        return Written(Writing.GAPPED, _any(texts, r"[.,']"))
    return None


def could_be_point_groups(texts: pa.ChunkedArray) -> bool:
    """Whether the points of plain numbers could stand between thousands: 1.234, 56.000, 7."""
    return _any(texts, r"\.") and _all(texts, r"^[+-]?\d{1,3}(\.\d{3})*$")


def whole_numbers(texts: pa.ChunkedArray) -> pa.ChunkedArray | None:
    """The texts as int64; None when one is no whole number of 64 bits."""
    if not _all(texts, _WHOLE):
        return None
    try:
        return compute.replace_substring_regex(texts, r"^\+", "").cast(pa.int64())
    except pa.ArrowInvalid:
        return None


def numbers(texts: pa.ChunkedArray, writing: Writing) -> pa.ChunkedArray:
    """The texts as they were written, in plain form: int64 where all are whole, float64 where not."""
    match writing:
        case Writing.COMMA:
            texts = compute.replace_substring(compute.replace_substring(texts, ".", ""), ",", ".")
        case Writing.POINT | Writing.EITHER:
            texts = compute.replace_substring(texts, ",", "")
        case Writing.POINT_GROUPS:
            texts = compute.replace_substring(texts, ".", "")
        case Writing.GAPPED:
            texts = compute.replace_substring(compute.replace_substring_regex(texts, _GAP, ""), ",", ".")
        case Writing.PLAIN:
            pass
    whole = whole_numbers(texts)
    return texts.cast(pa.float64()) if whole is None else whole


def _all(texts: pa.ChunkedArray, pattern: str) -> bool:
    return compute.all(compute.match_substring_regex(texts, pattern)).as_py() is not False


def _any(texts: pa.ChunkedArray, pattern: str) -> bool:
    return compute.any(compute.match_substring_regex(texts, pattern)).as_py() is True
