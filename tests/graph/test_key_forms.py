"""The line that an error proposes is run on the very data that caused it, and then the link is there."""

import uuid

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumo_magic.errors import GraphError
from kumo_magic.finding import Severity
from kumo_magic.graph import Graph
from kumo_magic.graph.key_forms import has_lost_digits, rewriting

NUMBERS = list(range(7, 1007, 9))
LARGE = [2**60 + 3 * place for place in range(50)]
UUIDS = [uuid.UUID(int=place * 2**91 + 11) for place in range(60)]
DIGITS = [f"{place:08}{'eba'[place % 3]}1271280000007".zfill(32) for place in range(50)]
WORDS = ["alpha", "Beta", "GAMMA", "delta x", "eps-1", "zeta", "eta", "theta", "iota", "kappa"]


def text(values: list, form: str = "{}") -> list[str]:
    return [form.format(value) for value in values]


def with_gap(values: list) -> list:
    return [*values, None]


def proposed(visits: pd.DataFrame, guests: pd.DataFrame) -> str:
    with pytest.raises(GraphError) as raised:
        link(visits, guests)
    return str(raised.value).splitlines()[-1].split(": ", 1)[1].rstrip(".")


def link(visits: pd.DataFrame, guests: pd.DataFrame) -> Graph:
    tables = {"visits": visits, "guests": guests}
    return Graph.from_data(tables, keys={"guests": "guest"}, links=[("visits", "guest", "guests")])


@pytest.mark.parametrize(
    ("foreign", "keys"),
    [
        pytest.param(text(NUMBERS), NUMBERS, id="text for whole numbers"),
        pytest.param(with_gap(text(NUMBERS)), NUMBERS, id="text with a gap for whole numbers"),
        pytest.param(with_gap(text(LARGE)), LARGE, id="large ids as text with a gap"),
        pytest.param([*LARGE, 1], text(LARGE), id="large ids for text"),
        pytest.param(pd.array(with_gap(LARGE), dtype="Int64"), text(LARGE), id="large ids with a gap for text"),
        pytest.param(text(NUMBERS, "{}.0"), NUMBERS, id="text of floats for whole numbers"),
        pytest.param(text(NUMBERS, " {}"), NUMBERS, id="blanks before whole numbers"),
        pytest.param(text(NUMBERS, "{:06}"), NUMBERS, id="padded text for whole numbers"),
        pytest.param(text(NUMBERS, "{:,}"), NUMBERS, id="thousands with commas"),
        pytest.param(text(NUMBERS, "guest_{}"), NUMBERS, id="a word before whole numbers"),
        pytest.param(text(LARGE, "{:,}"), text(LARGE), id="thousands with commas for text"),
        pytest.param(DIGITS, [f"{uuid.UUID(each)}" for each in DIGITS], id="hexadecimal that looks like powers of ten"),
        pytest.param(["1.2e+05", "3e+5", "123456", None], [120_000, 300_000, 123_456], id="powers of ten"),
        pytest.param([float(value) for value in NUMBERS], text(NUMBERS), id="floats for text"),
        pytest.param(with_gap([float(value) for value in NUMBERS]), text(NUMBERS), id="floats with a gap for text"),
        pytest.param(NUMBERS, text(NUMBERS, "{:08}"), id="whole numbers for padded text"),
        pytest.param(NUMBERS, text(NUMBERS, "{}.0"), id="whole numbers for text of floats"),
        pytest.param(NUMBERS, text(NUMBERS, "G-{:05}"), id="whole numbers for padded text after a word"),
        pytest.param(NUMBERS, text(NUMBERS, "g{}"), id="whole numbers for text after a word"),
        pytest.param(text(NUMBERS, "{}.0"), text(NUMBERS), id="text of floats for text"),
        pytest.param(text(NUMBERS), text(NUMBERS, "{}.0"), id="text for text of floats"),
        pytest.param(text(NUMBERS), text(NUMBERS, "{:07}"), id="text for padded text"),
        pytest.param(text(NUMBERS, "{:07}"), text(NUMBERS), id="padded text for text"),
        pytest.param(text(NUMBERS, "G{:05}"), text(NUMBERS), id="padded text after a word for text"),
        pytest.param(text(NUMBERS), text(NUMBERS, "G{:05}"), id="text for padded text after a word"),
        pytest.param(text(WORDS, " {} "), WORDS, id="blanks around text"),
        pytest.param(WORDS, text(WORDS, "{}  "), id="blanks after the keys"),
        pytest.param([w.upper() for w in WORDS], [w.lower() for w in WORDS], id="upper for lower case"),
        pytest.param([w.lower() for w in WORDS], [w.upper() for w in WORDS], id="lower for upper case"),
        pytest.param([w.swapcase() for w in WORDS], WORDS, id="another case for mixed case"),
        pytest.param([one.hex for one in UUIDS], text(UUIDS), id="uuids without dashes for ones with"),
        pytest.param(UUIDS, [one.hex for one in UUIDS], id="uuid objects for ones without dashes"),
        pytest.param(text(UUIDS, "{{{}}}"), UUIDS, id="uuids in braces for uuid objects"),
        pytest.param([str(one).upper() for one in UUIDS], UUIDS, id="uuids in upper case"),
        pytest.param(pd.Categorical(text(NUMBERS, "{}.0")), NUMBERS, id="categories"),
        pytest.param(pd.Categorical(NUMBERS), text(NUMBERS), id="categories of whole numbers"),
        pytest.param([*NUMBERS, *text(NUMBERS)], text(NUMBERS), id="a mix of numbers and text"),
        pytest.param([*NUMBERS, *text(NUMBERS)], NUMBERS, id="a mix of numbers and text for whole numbers"),
    ],
)
def test_the_line_that_is_proposed_makes_the_link(foreign: object, keys: object) -> None:
    visits, guests = pd.DataFrame({"guest": foreign}), pd.DataFrame({"guest": keys})
    names = {"visits": visits, "guests": guests, "pd": pd}

    exec(proposed(visits, guests), names)

    graph = link(names["visits"], names["guests"])
    asked = names["visits"]["guest"].dropna()
    assert asked.astype(str).isin(names["guests"]["guest"].astype(str)).mean() > 0.95
    assert len(asked) >= 0.95 * pd.Series(foreign).notna().sum()
    assert [str(one) for one in graph.links] == ["visits.guest → guests"]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(0, 10**12), min_size=3, max_size=40, unique=True),
    st.sampled_from(["{}", "{}.0", " {}", "{:014}", "K{}", "K-{:014}", "{:,}"]),
    st.sampled_from(["{}", "{}.0", "{:014}", "K{}", "K-{:014}", None]),
)
def test_numbers_in_any_two_spellings_are_brought_together(numbers: list[int], child: str, parent: str | None) -> None:
    foreign = pd.Series(text(numbers, child))
    keys = pd.Series(numbers if parent is None else text(numbers, parent))

    found = rewriting(foreign, keys, "names['foreign']", "names['keys']")

    if "," not in child or parent is None:
        assert found is not None
        names = {"foreign": foreign, "keys": keys}
        exec(found.code, {"names": names})
        assert names["foreign"].isin(names["keys"]).mean() == found.share > 0.99


def test_the_line_names_the_variable_that_the_table_came_from() -> None:
    frames = {"visits": pd.DataFrame({"guest": ["1", "2"]}), "guests": pd.DataFrame({"guest": [1, 2]})}

    with pytest.raises(GraphError) as raised:
        Graph.from_data(
            frames, keys={"guests": "guest"}, links=[("visits", "guest", "guests")], sources={"visits": "seen"}
        )

    assert "seen['guest'] = seen['guest'].astype" in raised.value.hint


def test_a_link_without_a_match_is_refused_with_what_each_side_has() -> None:
    visits = pd.DataFrame({"guest": ["x1", "x2", "x9", "x7", "x8", None]})
    guests = pd.DataFrame({"guest": list("qrstuv")})

    with pytest.raises(GraphError) as raised:
        link(visits, guests)

    assert str(raised.value).splitlines()[:2] == [
        "visits.guest → guests cannot be linked: none of its 5 values is a key of 'guests'.",
        "  for example 'x1' and 'x2' (text) against 'q' and 'r' (text)",
    ]
    assert "=" not in raised.value.hint


def test_ids_that_lost_digits_as_floats_are_refused_and_not_linked_to_others() -> None:
    visits = pd.DataFrame({"guest": np.array(LARGE, dtype="float64")})

    for keys in (LARGE, text(LARGE)):
        with pytest.raises(GraphError, match="lost digits") as raised:
            link(visits, pd.DataFrame({"guest": keys}))
        assert "again as text" in raised.value.hint


@pytest.mark.parametrize(
    ("values", "is_lost"),
    [
        (["1.23457E+11", "1.23999E+11"], True),
        (["1.2e+05"], False),
        (["1.200000e+05"], False),
        ([2.0**55], True),
        ([2.0**50, 0.5], False),
        ([LARGE[0]], False),
    ],
)
def test_digits_are_lost_where_the_power_of_ten_is_larger_than_what_is_written(values: list, is_lost: bool) -> None:
    assert has_lost_digits(pd.Series(values)) == is_lost


def test_half_the_values_written_otherwise_are_told_with_the_line_that_mends_them() -> None:
    visits = pd.DataFrame({"guest": [*text(NUMBERS), *text(NUMBERS, "{}.0")]})
    graph = link(visits, pd.DataFrame({"guest": text(NUMBERS)}))

    (finding,) = graph.findings
    names = {"visits": visits}
    exec(finding.next_step.split(": ", 1)[1].rstrip("."), names)

    assert (finding.about, finding.severity) == ("visits.guest", Severity.HOLLOW)
    assert names["visits"]["guest"].isin(text(NUMBERS)).all()


def test_a_declared_link_of_a_low_share_is_told_and_one_of_few_orphans_is_a_note() -> None:
    guests = pd.DataFrame({"guest": text(NUMBERS)})
    strange = [f"someone {place}" for place in "abcdefgh"]

    low = link(pd.DataFrame({"guest": [*strange, *text(NUMBERS[:4])]}), guests)
    high = link(pd.DataFrame({"guest": [*strange[:2], *text(NUMBERS)]}), guests)

    assert [(one.about, one.severity) for one in low.findings] == [("visits.guest", Severity.HOLLOW)]
    assert "Only 33% of its values are keys of 'guests' ('7' and '16' (text))" in low.findings[0].next_step
    assert high.findings == ()
    assert "for example 'someone a'" in high.notes[0]


def test_a_few_values_may_lack_their_row() -> None:
    graph = link(pd.DataFrame({"guest": ["x1", "x2"]}), pd.DataFrame({"guest": ["q", "r"]}))

    assert [one.severity for one in graph.findings] == [Severity.HOLLOW]


def test_ids_that_lost_digits_as_floats_are_told_where_nobody_declared_them() -> None:
    guests = pd.DataFrame({"guest_id": LARGE})
    visits = pd.DataFrame({"guest_id": [float(value) for value in LARGE], "note": "x"})

    (finding,) = Graph.from_data({"guests": guests, "visits": visits}).findings

    assert (finding.about, finding.severity) == ("visits.guest_id", Severity.GUESS)
    assert "read it from its source again as text" in finding.next_step


def test_uuids_as_bytes_are_keys_and_links() -> None:
    guests = pd.DataFrame({"guest_id": [each.bytes for each in UUIDS], "age": 3})
    visits = pd.DataFrame({"guest_id": [each.bytes for each in UUIDS * 3], "note": "x"})

    assert [str(each) for each in Graph.from_data({"guests": guests, "visits": visits}).links] == [
        "visits.guest_id → guests"
    ]
