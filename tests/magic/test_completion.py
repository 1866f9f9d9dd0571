import pytest
from IPython.core.completer import provisionalcompleter

from kumo_magic.graph import registry
from kumo_magic.magic.completion import proposals_for

pytestmark = pytest.mark.usefixtures("shop")


@pytest.fixture
def words():
    """The words proposed at the end of a text; None outside of our cells."""

    def propose(before: str) -> list[str] | None:
        found = proposals_for(before, registry.graphs())
        return None if found is None else [word for word, _ in found.words]

    return propose


def test_other_cells_are_left_alone(words) -> None:
    assert words("x = 1\nord") is None
    assert words("%time\nord") is None
    assert words("%predict shop PREDICT x\nord") is None


def test_the_line_completes_graphs_options_and_values(words) -> None:
    assert words("%%predict sh") == ["shop"]
    assert words("%%predict shop --bu") == ["--budget"]
    assert words("%%predict shop --report s") == ["short"]
    assert words("%graph other --un") == ["--unlink"]


def test_the_query_completes_tables_columns_functions_and_keywords(words) -> None:
    assert words("%%predict shop\nPREDICT COUNT(ord") == ["orders."]
    assert words("%%predict shop\nPREDICT COUNT(orders.da") == ["orders.date"]
    assert "COUNT" in words("%%predict shop\nPREDICT CO")
    assert words("%%predict shop\nPREDICT x WHE") == ["WHERE"]
    assert words("%predict shop PREDICT COUNT(orders.us") == ["orders.user_id"]


def test_a_window_completes_units(words) -> None:
    assert words("%%predict shop\nPREDICT COUNT(orders.*, 0, 30, da") == ["days"]
    assert "days" not in words("%%predict shop\nPREDICT da")


def test_ipython_gets_the_proposals(shell) -> None:
    with provisionalcompleter():
        text = "%%predict shop\nPREDICT COUNT(orders.da"
        found = [completion.text for completion in shell.Completer.completions(text, len(text))]

    assert found == ["orders.date"]
