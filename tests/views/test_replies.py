"""What front ends get: an answer about a run that this kernel has, words about any other."""

import gc

import pandas as pd
import pytest

from kumo_magic.errors import OptionError
from kumo_magic.graph import Graph
from kumo_magic.views import reply
from kumo_magic.views.subjects import name_of, subject_of
from kumo_magic.views.view import view_of


def graph() -> Graph:
    return Graph.from_data({"users": pd.DataFrame({"user_id": [1, 2]})}, name="shop")


def test_each_subject_has_one_name_as_long_as_someone_holds_it() -> None:
    shop, other = graph(), graph()
    name = name_of(shop)

    assert name_of(shop) == name != name_of(other)
    assert subject_of(name) is shop
    del shop
    gc.collect()
    assert subject_of(name) is None


def test_a_subject_that_is_gone_is_told_in_words() -> None:
    assert "Run its cell again" in str(reply("gone", {"type": "scores"})["words"])


def test_an_unknown_question_is_told_in_words() -> None:
    shop = graph()

    assert reply(name_of(shop), {"type": "secrets"}) == {
        "type": "problem",
        "words": "A graph has no view 'secrets'.",
    }


def test_an_unknown_view_names_those_that_there_are() -> None:
    with pytest.raises(OptionError, match=r"no view 'pie'\. Choose from '"):
        view_of(graph(), "pie")


def test_a_view_prints_its_question_and_not_all_tables() -> None:
    assert repr(view_of(graph(), "graph")) == "View(question={'type': 'graph'})"
