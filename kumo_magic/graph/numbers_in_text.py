"""A column of text → code that makes numbers of it, tried on every one of its values. Knows no tables."""

from __future__ import annotations

import pandas as pd

_UNIT = r"[^\W\d_]|[\s$€£¥₹₽₩₺₴%'’]"
"""One sign of a currency, a unit, a space, or a Swiss separator of thousands."""
_GROUPED = r"[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d*)?|[+-]?\.\d+"
_MOST_WORDS = 0.5  # of the values: with more that are no numbers, it is no column of numbers
_PARENTHESES, _TRAILING_MINUS = r"^\s*\((.*)\)\s*$", r"^(.*\d)\s*-\s*$"


def number_code(values: pd.Series, where: str) -> str:
    """An assignment that makes numbers of the text in ``where``; empty where it does not look like numbers.

    Example:
        >>> number_code(pd.Series(["1,234.50", "12.00"]), "orders['amount']")
        "orders['amount'] = pd.to_numeric(orders['amount'].astype('str').str.replace(',', ''))"
    """
    texts = values.dropna().astype("str")
    if texts.empty:
        return ""
    steps, left = _steps(texts)
    is_number = pd.to_numeric(left, errors="coerce").notna()
    if is_number.mean() < 1 - _MOST_WORDS or (steps is None):
        return ""
    read = f"{where}.astype('str'){steps}" if steps else where
    coerced = "" if is_number.all() else ", errors='coerce'"
    return f"{where} = pd.to_numeric({read}{coerced})"


def words_lost(values: pd.Series, code: str) -> str:
    """What the code makes missing, as a remark on it; empty where it reads every value."""
    if "coerce" not in code:
        return ""
    texts = values.dropna().astype("str")
    _, left = _steps(texts)
    words = texts[pd.to_numeric(left, errors="coerce").isna().to_numpy()]
    return f" ({len(words):,} values such as {words.iloc[0]!r} become missing)"


def _steps(texts: pd.Series) -> tuple[str | None, pd.Series]:
    """What to replace first, as methods of the column, and the texts after it; None where that tells nothing."""
    if pd.to_numeric(texts, errors="coerce").notna().all():
        return "", texts
    code, left = "", texts
    for pattern in (_PARENTHESES, _TRAILING_MINUS):
        if left.str.fullmatch(pattern).any():
            left = left.str.replace(pattern, r"-\1", regex=True)
            code += f".str.replace(r{pattern!r}, r'-\\1', regex=True)".replace("\\\\", "\\")
    if left.str.contains("−", regex=False).any():
        left = left.str.replace("−", "-")
        code += ".str.replace('−', '-')"
    has_digits = left.str.contains(r"\d", regex=True)
    units = left[has_digits].str.replace(r"[\d.,+\-\s'’]", "", regex=True).unique()
    if len([unit for unit in units if unit]) > 1:
        return None, texts
    if left[has_digits].str.contains(_UNIT, regex=True).any():
        left = left.str.replace(_UNIT, "", regex=True)
        code += f'.str.replace(r"{_UNIT}", "", regex=True)'
    numbers = left[has_digits]
    if not numbers.str.contains(",", regex=False).any():
        return code, left
    if numbers.str.fullmatch(_GROUPED).all():
        return code + ".str.replace(',', '')", left.str.replace(",", "")
    swapped = numbers.str.replace(".", "\0").str.replace(",", ".").str.replace("\0", ",")
    if not swapped.str.fullmatch(_GROUPED).all():
        return None, texts
    dots = ".str.replace('.', '')" if numbers.str.contains(".", regex=False).any() else ""
    return code + dots + ".str.replace(',', '.')", left.str.replace(".", "").str.replace(",", ".")
