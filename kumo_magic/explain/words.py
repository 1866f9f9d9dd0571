"""Effects → a few plain sentences, from a template."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from kumo_magic.explain.faithfulness import Faithfulness

_MOST_NAMED = 3
_LEAST_SHARE = 0.05
"""Of the strongest effect: what is weaker is not named."""


def in_words(
    *,
    who: str,
    answer_name: str,
    prediction: float,
    baseline: float,
    tables: pd.DataFrame,
    columns: pd.DataFrame,
    events: pd.DataFrame,
    flip: pd.DataFrame | None,
    faithfulness: Faithfulness | None,
) -> str:
    """The explanation in plain words; frames as of `Explanation`."""
    is_probability = answer_name != "prediction"
    said = [
        f"{who}: the {answer_name} is {_number(prediction, is_probability)}; "
        f"with nothing known of the past it would be {_number(baseline, is_probability)}."
    ]
    for words, frame in (("Most of it comes from", tables), ("Of the columns,", columns)):
        named = _named(frame, is_probability)
        if named:
            verb = "" if frame is tables else f" count{'s' if len(named) == 1 else ''} most"
            said.append(f"{words} {_listed(named)}{verb}.")
    strongest = events.loc[events["effect"].abs().sort_values(ascending=False, kind="stable").index]
    for _, event in strongest.head(1).iterrows():
        if event["effect"] != 0:
            said.append(
                f"The single row that moved it most is {event['name']} of {event['time']:%Y-%m-%d} "
                f"({_change(event['effect'], is_probability)})."
            )
    if flip is not None:
        rows = "this row" if len(flip) == 1 else f"these {len(flip)} rows"
        said.append(f"Without {rows} the decision would be another: {_listed(list(flip['name'])[:5], len(flip))}.")
    if faithfulness is not None and faithfulness.ratio is not None:
        said.append(
            f"Hiding rows in this order moves the answer {faithfulness.ratio:.1f} times as fast as in a random order."
        )
    return " ".join(said)


def _named(frame: pd.DataFrame, is_probability: bool) -> list[str]:
    if frame.empty or frame["effect"].abs().iloc[0] == 0:
        return []
    strong = frame[frame["effect"].abs() >= _LEAST_SHARE * frame["effect"].abs().iloc[0]].head(_MOST_NAMED)
    return [
        f"{name} ({_change(effect, is_probability)})"
        for name, effect in zip(strong["name"], strong["effect"], strict=True)
    ]


def _listed(words: Sequence[str], total: int | None = None) -> str:
    more = "" if total is None or total <= len(words) else f" and {total - len(words)} more"
    if more or len(words) == 1:
        return ", ".join(words) + more
    return f"{', '.join(words[:-1])} and {words[-1]}"


def _number(value: float, is_probability: bool) -> str:
    return f"{value:.1%}" if is_probability else f"{value:,.4g}"


def _change(effect: float, is_probability: bool) -> str:
    return f"{100 * effect:+.1f} points" if is_probability else f"{effect:+,.3g}"
