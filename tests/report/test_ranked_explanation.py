"""An explanation of a listed item is drawn with its words, past items, events and channels; names are escaped."""

from dataclasses import replace

import pandas as pd
import pytest

from kumo_magic.explain import RankedExplanation
from kumo_magic.report.ranked_explanation import ranked_explanation_html, ranked_explanation_text


@pytest.fixture
def why() -> RankedExplanation:
    past_items = pd.DataFrame(
        {
            "item": ["<tea>", "wine", "bread"],
            "events": [6, 1, 2],
            "days_since_last": [12.4, 0.2, 30.0],
            "without": [0.1, 0.4, 0.6],
            "effect": [0.4, 0.1, -0.1],
            "logit_effect": [2.2, 0.4, -0.4],
            "rank_without": pd.array([None, 3, 1], dtype="Int64"),
            "alone": [0.4, 0.2, 0.1],
        }
    )
    channels = pd.DataFrame(
        {
            "channel": ["own", "entities", "popular", "visits"],
            "brought": [True, True, True, False],
            "rank": [1, 2, 40, 60],
            "score": [3.0, 0.4, 0.0, 0.1],
            "says": [
                "own past",
                "had by those who had <tea> (100%)",
                "popular overall: 0 events",
                "had on the same day",
            ],
        }
    )
    times = pd.to_datetime(["2024-01-01", "2024-03-01"])
    events = pd.DataFrame({"item": ["bread", "<tea>"], "time": times, "without": [0.6, 0.4], "effect": [-0.1, 0.1]})
    return RankedExplanation(
        row=(5, pd.Timestamp("2024-04-01")),
        entity_key="user_id",
        item_column="item_id",
        item="<tea>",
        listed=2,
        rank=2,
        num_candidates=140,
        k=12,
        weight=1.0,
        score=0.5,
        baseline=0.1,
        rank_of_baseline=38,
        past_items=past_items,
        channels=channels,
        through=pd.DataFrame({"channel": ["entities"], "item": ["<tea>"], "share": [1.0]}),
        events=events,
        flip=past_items.iloc[:1],
        faithfulness=None,
    )


def test_words_tell_the_place_the_past_the_channels_and_the_flip(why: RankedExplanation) -> None:
    assert why.text == (
        "user_id 5: item_id <tea> is listed 2nd of 140 candidates. "
        "The past has it 6 times, last 12 days ago; without those it would not be among the candidates. "
        "The past item that did most for it is wine (once, last less than a day ago): without it, it would stand 3rd. "
        "With nothing known of the past, it would stand 38th. "
        "It is among the candidates through own past (1st) and had by those who had <tea> (100%) (2nd). "
        "Without the past item <tea> it would not be among the best 12."
    )


def test_words_tell_the_ranker_from_the_list_where_another_learner_counts(why: RankedExplanation) -> None:
    fused = replace(why, listed=None, weight=0.75)

    assert fused.sentences[0] == (
        "user_id 5: item_id <tea> is not in the list; the ranker has it 2nd of 140 candidates."
    )
    assert fused.sentences[-1] == "Without the past item <tea> it would not be among the ranker's best 12."


def test_past_items_without_an_effect_are_not_said_to_have_brought_it(why: RankedExplanation) -> None:
    weak = why.past_items.assign(logit_effect=0.0).iloc[1:]

    text = replace(why, past_items=weak, flip=None).text
    assert "No single past item brought it: several stand in for one another." in text
    assert "No single past item brought it. " in replace(why, past_items=weak, flip=None, rank_of_baseline=1).text
    assert "single" not in replace(why, past_items=weak, flip=weak.iloc[:1]).text


def test_html_says_the_words_and_opens_to_past_items_channels_and_the_flip(why: RankedExplanation) -> None:
    html = ranked_explanation_html(replace(why, notes=("The ranker <alone> is explained.",)))

    assert html.count("data:image/svg+xml") == 2
    for words in ("listed 2nd of 140", "Past items", "Channels that brought it", "Without 1 past item", "2024-04-01"):
        assert words in html
    for name in ("<tea>", "<alone>"):
        assert name not in html
    assert "&lt;tea&gt;" in html


def test_an_item_without_a_past_is_drawn_without_pictures(why: RankedExplanation) -> None:
    cold = replace(why, past_items=why.past_items.iloc[:0], events=why.events.iloc[:0], flip=None)

    assert "svg" not in ranked_explanation_html(cold)
    assert "Nothing is known of the past of user_id 5" in ranked_explanation_html(cold)
    assert "past items:" not in ranked_explanation_text(cold)


def test_text_lists_past_items_and_channels(why: RankedExplanation) -> None:
    text = ranked_explanation_text(why)

    assert text.startswith(why.text)
    assert "  <tea>" in text
    assert text.endswith("channels:\n  own past\n  had by those who had <tea> (100%)\n  popular overall: 0 events")
