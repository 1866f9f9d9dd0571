"""A model in memory answers on the rows that its graph has by then."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

import kumo_magic as km
from kumo_magic.errors import ModelFormatError, OptionError
from kumo_magic.learners.networks import Networks
from kumo_magic.trained_model import Model

Frames = dict[str, pd.DataFrame]
LATER = "2024-10-10"


@pytest.fixture
def grown(kept: Path, frames: Frames, as_graph: Callable[..., km.Graph], newer_frames: Frames) -> Model:
    """A model in memory whose graph has got new rows since."""
    graph = as_graph(frames)
    model = km.load(kept, graph)
    assert model.up_to_date() is model
    graph.update({name: rows.iloc[len(frames[name]) :] for name, rows in newer_frames.items()})
    return model


@pytest.fixture
def expected(kept: Path, as_graph: Callable[..., km.Graph], newer_frames: Frames) -> Model:
    return km.load(kept, as_graph(newer_frames))


def test_new_rows_are_seen_as_by_a_model_that_is_loaded_on_them(grown: Model, expected: Model) -> None:
    answer = grown.predict(at=LATER)

    assert "new0" in set(answer["user_id"])
    pd.testing.assert_frame_equal(answer, expected.predict(at=LATER), check_exact=True)
    pd.testing.assert_frame_equal(grown.features(at=LATER), expected.features(at=LATER), check_exact=True)
    pd.testing.assert_frame_equal(grown.embeddings(at=LATER), expected.embeddings(at=LATER), check_exact=True)


def test_frozen_answers_explanations_and_other_queries_know_the_new_rows(
    grown: Model, expected: Model, churn_query: str
) -> None:
    rows = pd.DataFrame({"user_id": ["new0", "u0"], "anchor_time": pd.to_datetime([LATER, LATER])})
    query = f"{churn_query} WHERE users.tier = 'none'"

    frozen = grown.predict(rows, frozen_at="2024-09-20")
    run = km.predict(query, grown.plan.graph, model=grown, params={"few": 0}, at=LATER)

    pd.testing.assert_frame_equal(frozen, expected.predict(rows, frozen_at="2024-09-20"), check_exact=True)
    assert list(run.frame["user_id"]) == ["new0"]
    assert grown.explain(rows.iloc[0]).prediction == expected.explain(rows.iloc[0]).prediction


def test_earlier_answers_and_scores_stay_what_they_were(grown: Model, churn: Model) -> None:
    earlier = churn.predict()

    again = grown.predict(earlier[["user_id", "anchor_time"]])

    pd.testing.assert_frame_equal(again, earlier, check_exact=True)
    pd.testing.assert_frame_equal(grown.evaluate("val").metrics, churn.evaluate("val").metrics, check_exact=True)


def test_a_change_is_followed_once_and_a_copy_follows_by_itself(grown: Model) -> None:
    moved = grown.up_to_date()
    copied = replace(grown, seed=grown.seed + 1)

    assert moved is grown.up_to_date() is not grown
    assert moved.up_to_date() is moved
    assert copied.up_to_date().seed == copied.seed


def test_rows_that_it_learned_from_must_be_there(kept: Path, frames: Frames, as_graph: Callable[..., km.Graph]) -> None:
    graph = as_graph(frames)
    model = km.load(kept, graph)
    graph.update({"users": frames["users"].iloc[1:]}, mode="replace")

    with pytest.raises(ModelFormatError, match="no row with user_id = 'u0'"):
        model.predict(at=LATER)


def test_a_network_of_the_users_own_is_not_moved(grown: Model) -> None:
    networks = next(one for one in grown.fitted.learners if isinstance(one, Networks))
    own = replace(grown, fitted=replace(grown.fitted, learners=(replace(networks, name="StudentNet"),)))

    with pytest.raises(OptionError, match=r"'shop' has changed since .* 'StudentNet' is your own code.* Fit again"):
        own.predict(at=LATER)
