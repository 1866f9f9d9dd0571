"""Columns of labels → SVG with its own opaque background. Draws; computes no label."""

from __future__ import annotations

import math
from collections.abc import Iterator
from html import escape
from itertools import groupby

from kumo_magic.report.label_columns import LabelColumn, LabelColumns
from kumo_magic.report.numbers import decimals, fixed, share

WIDTH, HEIGHT = 740, 268
_LEFT, _RIGHT = 58, 18
_TOP, _MIDDLE, _FLOOR = 62, 164, 236  # of the values, under them, and under the bars of rows
_BARS_TOP = 190
_BACKGROUND, _INK, _GREY, _GRID = "#fbfbfd", "#20242c", "#5d6572", "#e2e5ea"
_SPLIT_COLOURS = {"train": "#2b6cb0", "val": "#7a5ea8", "test": "#b0620b"}
_SHADES = {"train": "#fbfbfd", "val": "#f5f1fa", "test": "#fbf3e8"}
_CLASS_COLOURS = ("#2b6cb0", "#d98a2b", "#3d9970", "#7a5ea8", "#c0504d", "#a9b0bb")
_LEAST_TICK = 74


def label_svg(shown: LabelColumns) -> str:
    """What the labels are like at each anchor, and under it how many rows; the split lines run through both."""
    columns = shown.columns
    width = (WIDTH - _LEFT - _RIGHT) / max(len(columns), 1)
    parts = [*_splits(columns, width), *_values(shown, width), *_bars(columns, width), *_dates(columns, width)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="system-ui, sans-serif" font-size="11">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" rx="6" fill="{_BACKGROUND}"/>{"".join(parts)}</svg>'
    )


def label_words(shown: LabelColumns) -> str:
    """What the picture shows, for those who cannot see it."""
    said = []
    for split, group in groupby(shown.columns, key=lambda column: column.split):
        columns = list(group)
        first, last = columns[0], columns[-1]
        rows = sum(column.num_rows for column in columns)
        words = (
            f"{split}: {rows:,} rows at {first.when}"
            if len(columns) == 1
            else (f"{split}: {rows:,} rows in {len(columns)} columns from {first.when} to {last.when}")
        )
        values = [shown.value_words(column) for column in (columns if len(columns) == 1 else (first, last))]
        said.append(f"{words}, {shown.title} {' … '.join(values)}")
    return f"Labels per anchor time. {'; '.join(said)}."


def _splits(columns: tuple[LabelColumn, ...], width: float) -> Iterator[str]:
    """The ground of each split, its name, and the line before the next."""
    left = float(_LEFT)
    for split, group in groupby(columns, key=lambda column: column.split):
        right = left + width * len(list(group))
        yield _rect(left, 36, right - left, _FLOOR - 36, _SHADES[split])
        yield _text((left + right) / 2, 50, split, _SPLIT_COLOURS[split], anchor="middle", weight="600")
        if left > _LEFT:
            yield _line(left, 36, left, _FLOOR + 6, _INK, dashes="4 3")
        left = right


def _values(shown: LabelColumns, width: float) -> Iterator[str]:
    """The upper panel: a dot per column, with its spread; or the shares of classes, stacked."""
    if shown.classes:
        yield _text(_LEFT, 24, "share of each class", _INK, weight="600")
        yield from _legend(shown.classes)
        yield from _axis(0.0, 1.0, [0.0, 0.5, 1.0], is_share=True)
        yield from _stacks(shown, width)
        return
    titles = "share of true labels" if shown.is_share else f"label: {shown.title}"
    yield _text(_LEFT, 24, titles, _INK, weight="600")
    bounds = [
        bound
        for column in shown.columns
        for bound in (column.value, column.low, column.high)
        if bound is not None and math.isfinite(bound)
    ]
    if not bounds:
        yield _text(_LEFT + 8, (_TOP + _MIDDLE) / 2, "no values", _GREY)
        return
    ticks = _ticks(min(0.0, *bounds), max(bounds))
    low, high = ticks[0], ticks[-1]
    yield from _axis(low, high, ticks, is_share=shown.is_share)

    def y(value: float) -> float:
        return _MIDDLE - (_MIDDLE - _TOP) * (value - low) / (high - low)

    middles = [(_LEFT + width * (place + 0.5), column) for place, column in enumerate(shown.columns)]
    for x, column in middles:
        if column.low is not None and column.high is not None:
            colour = _SPLIT_COLOURS[column.split]
            yield _line(x, y(column.low), x, y(column.high), colour, width=max(2.0, min(8.0, width / 4)), opacity=0.3)
    path = " ".join(f"{x:.1f},{y(column.value):.1f}" for x, column in middles if math.isfinite(column.value))
    yield f'<polyline points="{path}" fill="none" stroke="{_GREY}" stroke-opacity="0.55" stroke-width="1.5"/>'
    for x, column in middles:
        if math.isfinite(column.value):
            colour = _SPLIT_COLOURS[column.split]
            yield f'<circle cx="{x:.1f}" cy="{y(column.value):.1f}" r="{min(4.0, width / 3):.1f}" fill="{colour}"/>'
            if shown.is_share and width > 34:
                above = y(column.value) - 9 if y(column.value) > _TOP + 12 else y(column.value) + 17
                yield _text(x, above, share(column.value), _INK, anchor="middle")


def _stacks(shown: LabelColumns, width: float) -> Iterator[str]:
    for place, column in enumerate(shown.columns):
        floor = float(_MIDDLE)
        for part, colour in zip(column.parts, _CLASS_COLOURS, strict=False):
            height = (_MIDDLE - _TOP) * part
            floor -= height
            yield _rect(_LEFT + width * place + 0.15 * width, floor, 0.7 * width, height, colour)


def _legend(classes: tuple[str, ...]) -> Iterator[str]:
    """The classes and their colours, from the right edge leftwards."""
    right = float(WIDTH - _RIGHT)
    for name, colour in reversed(list(zip(classes, _CLASS_COLOURS, strict=False))):
        short = name if len(name) <= 14 else f"{name[:13]}…"
        yield _text(right, 24, short, _INK, anchor="end")
        right -= 7.2 * len(short) + 14
        yield _rect(right, 15, 9, 9, colour)
        right -= 12


def _axis(low: float, high: float, ticks: list[float], *, is_share: bool) -> Iterator[str]:
    places = max(decimals([high]), decimals([ticks[1] - ticks[0]]))
    for tick in ticks:
        height = _MIDDLE - (_MIDDLE - _TOP) * (tick - low) / (high - low)
        yield _line(_LEFT, height, WIDTH - _RIGHT, height, _GRID)
        words = f"{100 * tick:.{0 if ticks[1] - ticks[0] >= 0.01 else 1}f}%" if is_share else _short(tick, places)
        yield _text(_LEFT - 6, height + 4, words, _GREY, anchor="end")


def _bars(columns: tuple[LabelColumn, ...], width: float) -> Iterator[str]:
    """The lower panel: a bar of rows per column."""
    most = max((column.num_rows for column in columns), default=1)
    yield _text(_LEFT - 6, _FLOOR, "0", _GREY, anchor="end")
    yield _text(_LEFT - 6, _BARS_TOP + 4, _short(most, 0), _GREY, anchor="end")
    yield _text(_LEFT - 6, (_BARS_TOP + _FLOOR) / 2 + 3, "rows", _GREY, anchor="end")
    yield _line(_LEFT, _FLOOR, WIDTH - _RIGHT, _FLOOR, _GREY)
    for place, column in enumerate(columns):
        height = (_FLOOR - _BARS_TOP) * column.num_rows / most
        left = _LEFT + width * place + 0.15 * width
        yield _rect(left, _FLOOR - height, 0.7 * width, height, _SPLIT_COLOURS[column.split], opacity=0.75)
        if width > 34:
            middle = _LEFT + width * (place + 0.5)
            yield _text(middle, _FLOOR - height - 4, _short(column.num_rows, 0), _INK, anchor="middle", size=10)


def _dates(columns: tuple[LabelColumn, ...], width: float) -> Iterator[str]:
    """Dates under the columns, as many as there is room for, the newest always."""
    every = max(1, math.ceil(_LEAST_TICK / width))
    for place in range(len(columns) - 1, -1, -every):
        middle = min(_LEFT + width * (place + 0.5), WIDTH - 6.0 - 3 * len(columns[place].tick))
        yield _text(middle, _FLOOR + 19, columns[place].tick, _GREY, anchor="middle")


def _ticks(low: float, high: float) -> list[float]:
    """Three to five round numbers around the range."""
    span = (high - low) or abs(high) or 1.0
    magnitude = 10.0 ** math.floor(math.log10(span / 3))
    step = next(factor * magnitude for factor in (1, 2, 5, 10) if span / (factor * magnitude) <= 4)
    first = math.floor(low / step)
    return [step * place for place in range(first, max(math.ceil(high / step), first + 1) + 1)]


def _short(value: float, places: int) -> str:
    """A number of at most six signs: 12,345,678 is 12M."""
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e4, "k")):
        if abs(value) >= size:
            unit = 1e3 if letter == "k" else size
            return f"{value / unit:.3g}{letter}"
    return fixed(value, places)


def _rect(x: float, y: float, width: float, height: float, colour: str, *, opacity: float = 1) -> str:
    faded = f' fill-opacity="{opacity}"' if opacity < 1 else ""
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{colour}"{faded}/>'


def _line(
    x1: float, y1: float, x2: float, y2: float, colour: str, *, dashes: str = "", width: float = 1, opacity: float = 1
) -> str:
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    faded = f' stroke-opacity="{opacity}"' if opacity < 1 else ""
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" '
        f'stroke-width="{width}"{dashed}{faded}/>'
    )


def _text(
    x: float, y: float, words: str, colour: str, *, anchor: str = "start", weight: str = "400", size: int = 11
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" text-anchor="{anchor}" font-weight="{weight}" '
        f'font-size="{size}">{escape(words)}</text>'
    )
