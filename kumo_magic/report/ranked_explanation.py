"""A RankedExplanation → HTML and plain text. Draws what its frames say; hides nothing and ranks nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from kumo_magic.report.effects import MOST_LISTED, bars, strongest, timeline
from kumo_magic.report.markup import Markup, box, details, element, headline, listing, muted, notice, paragraph, table
from kumo_magic.report.numbers import MISSING, count, number
from kumo_magic.report.strokes import BLUE

if TYPE_CHECKING:
    from kumo_magic.explain.ranked_explanation import RankedExplanation


def ranked_explanation_html(why: RankedExplanation) -> Markup:
    """Where the item stands in words, past items as bars, single events in time, and the rest to open."""
    first, *more = why.sentences
    parts: list[object] = [headline(first, element("div", paragraph(" ".join(more)), _how(why)), accent=BLUE)]
    parts += [notice(note) for note in why.notes]
    moving = _moving(why)
    if len(moving):
        parts.append(bars("past items", moving))
    if len(why.past_items):
        parts.append(timeline(_strongest_first(_named(why.events))))
        parts.append(details("Past items", _items_table(why.past_items)))
    parts.append(details("Channels that brought it", _channels_table(why.channels)))
    if why.flip is not None:
        title = f"Without {count(len(why.flip), 'past item')} it is not among the best {why.k}"
        parts.append(details(title, listing(why.flip["item"])))
    return box(*parts)


def ranked_explanation_text(why: RankedExplanation) -> str:
    """The same for terminals."""
    lines = [str(why)]
    items = strongest(_moving(why))
    if items:
        lines += ["past items:", *(f"  {name:<40} {effect:+.4g}" for name, effect in items)]
    lines += ["channels:", *(f"  {says}" for says in why.channels.loc[why.channels["brought"], "says"])]
    return "\n".join(lines)


def _how(why: RankedExplanation) -> Markup:
    return muted(
        f"Each effect is the ranker's score of the item, {number(why.score)}, less its score as if the past item or "
        "event had never been. What is popular and what goes together stays as it was, the row's own share in it "
        "included. Effects do not add up: parts can stand in for one another. As of "
        f"{why.row[1]:%Y-%m-%d %H:%M}."
    )


def _moving(why: RankedExplanation) -> pd.DataFrame:
    """Past items that have an effect."""
    return _named(why.past_items[why.past_items["effect"] != 0])


def _named(effects: pd.DataFrame) -> pd.DataFrame:
    return effects.rename(columns={"item": "name"})


def _strongest_first(effects: pd.DataFrame) -> pd.DataFrame:
    return effects.loc[effects["effect"].abs().sort_values(ascending=False, kind="stable").index]


def _items_table(past_items: pd.DataFrame) -> Markup:
    rows = [
        [
            each["item"],
            count(int(each["events"])),
            number(float(each["days_since_last"])),
            f"{each['effect']:+.4g}",
            MISSING if pd.isna(each["rank_without"]) else count(int(each["rank_without"])),
        ]
        for _, each in past_items.head(MOST_LISTED).iterrows()
    ]
    return table(["", "events", "days since last", "effect", "rank without it"], rows, numeric=range(1, 5))


def _channels_table(channels: pd.DataFrame) -> Markup:
    rows = [
        [each["says"], count(int(each["rank"])), "yes" if each["brought"] else "no"] for _, each in channels.iterrows()
    ]
    return table(["", "place", "brought it"], rows, numeric=[1])
