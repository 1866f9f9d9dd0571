"""What the predictions explorer shows first → HTML without scripts, and plain text. Asks nothing of a run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kumo_magic.report.markup import Markup, box, element, muted, picture, table
from kumo_magic.report.numbers import MISSING, count, number, share
from kumo_magic.report.strokes import BLUE, GREY, GRID, INK, OCHRE, canvas, line, words

_MOST_LINES = 10
_MOST_SIGNS = 60
_WIDTH, _HEIGHT, _EDGE, _TOP, _FOOT = 520, 130, 12, 34, 26


def predictions_html(answer: Mapping[str, Any]) -> str:
    """The histogram and the first lines, numbers as people read them."""
    parts: list[object] = [element("div", _title(answer), style="font-size: 15px; font-weight: 600")]
    if answer["histogram"] is not None:
        parts.append(picture(_histogram_svg(answer), _histogram_words(answer), _WIDTH))
    shown = answer["lines"][:_MOST_LINES]
    if shown:
        columns = answer["columns"]
        numeric = [place for place, column in enumerate(columns) if column["kind"] in ("number", "probability")]
        parts.append(table([column["title"] for column in columns], _rows(answer), numeric=numeric))
    more = answer["total"] - len(shown)
    if more > 0:
        parts.append(muted(f"{_order(answer)} and {count(more)} more, which the run's frame holds."))
    return str(box(*parts))


def predictions_text(answer: Mapping[str, Any]) -> str:
    """The same for terminals."""
    titles = [column["title"] for column in answer["columns"]]
    rows = [titles, *_rows(answer)] if answer["lines"] else []
    widths = [max(len(row[place]) for row in rows) for place in range(len(titles))] if rows else []
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    histogram = [] if answer["histogram"] is None else [_histogram_words(answer)]
    return "\n".join([_title(answer), *histogram, *lines])


def _title(answer: Mapping[str, Any]) -> str:
    return f"Predictions: {answer['title']}"


def _order(answer: Mapping[str, Any]) -> str:
    kind = "highest" if answer["descending"] else "lowest"
    first = f"The {count(len(answer['lines'][:_MOST_LINES]), 'row')}"
    return (
        f"{first} of the {kind} {answer['main']['name']}" if answer["sort"] is not None else f"{first} that come first"
    )


def _rows(answer: Mapping[str, Any]) -> list[list[str]]:
    return [[_cut(_cell(cell)) for cell in line["cells"]] for line in answer["lines"][:_MOST_LINES]]


def _cell(cell: Mapping[str, Any]) -> str:
    match cell["kind"]:
        case "number":
            return _number(cell["value"])
        case "probability":
            return MISSING if cell["value"] is None else f"{cell['value']:.1%}"
        case "interval":
            return f"{_number(cell['low'])} to {_number(cell['high'])}"
        case "steps":
            return ", ".join(_number(value) for value in cell["values"])
        case "parts":
            more = [f"and {count(cell['more'])} more"] if cell["more"] else []
            return ", ".join([*(part["name"] for part in cell["parts"] if part["is_told"]), *more]) or MISSING
        case _:
            return cell["text"]


def _number(value: float | None) -> str:
    return MISSING if value is None else number(value)


def _cut(words_: str) -> str:
    return words_ if len(words_) <= _MOST_SIGNS else f"{words_[: _MOST_SIGNS - 1]}…"


def _answered(answer: Mapping[str, Any], value: float) -> str:
    return share(value) if answer["main"]["is_probability"] else number(value)


def _histogram_svg(answer: Mapping[str, Any]) -> Markup | str:
    histogram = answer["histogram"]
    edges, counts, threshold = histogram["edges"], histogram["counts"], histogram["threshold"]
    low, high, most = edges[0], edges[-1], max(counts) or 1
    floor, width = _HEIGHT - _FOOT, (_WIDTH - 2 * _EDGE) / len(counts)

    def x(value: float) -> float:
        return _EDGE + (_WIDTH - 2 * _EDGE) * (value - low) / (high - low)

    parts = [words(_EDGE, 18, f"{answer['main']['name']} of {count(answer['total'], 'row')}", INK, weight="600")]
    for place, number_of in enumerate(counts):
        middle = _EDGE + width * (place + 0.5)
        parts.append(line(middle, floor, middle, floor - (floor - _TOP) * number_of / most, BLUE, width=width - 1))
    parts += [
        line(_EDGE, floor, _WIDTH - _EDGE, floor, GRID),
        words(_EDGE, _HEIGHT - 8, _answered(answer, low), GREY),
        words(_WIDTH - _EDGE, _HEIGHT - 8, _end(answer), GREY, anchor="end"),
    ]
    if threshold is not None and low <= threshold <= high:
        at = x(threshold)
        parts.append(line(at, _TOP - 8, at, floor, OCHRE, dashes="5 3", width=1.5))
        anchor = "end" if at > _WIDTH / 2 else "start"
        parts.append(words(at, _TOP - 12, f"true from {number(threshold)}", OCHRE, anchor=anchor))
    return canvas(_WIDTH, _HEIGHT, *parts)


def _end(answer: Mapping[str, Any]) -> str:
    histogram = answer["histogram"]
    return _answered(answer, histogram["edges"][-1]) + (" and more" if histogram["is_open"] else "")


def _histogram_words(answer: Mapping[str, Any]) -> str:
    """What the picture shows, for those who cannot see it."""
    histogram = answer["histogram"]
    counts, edges = histogram["counts"], histogram["edges"]
    fullest = max(range(len(counts)), key=counts.__getitem__)
    between = f"{_answered(answer, edges[fullest])} and {_answered(answer, edges[fullest + 1])}"
    said = (
        f"Histogram of {answer['main']['name']} over {count(answer['total'], 'row')}, from "
        f"{_answered(answer, edges[0])} to {_end(answer)}; most lie between {between}, {count(counts[fullest])} of them"
    )
    return f"{said}." if histogram["threshold"] is None else f"{said}. True from {number(histogram['threshold'])} on."
