import pytest

from kumo_magic.graph import registry
from kumo_magic.magic.check import mistakes_in

GOOD = "%%predict shop --as few\nPREDICT COUNT(orders.*, 0, 30, days) = 0\nFOR EACH users.user_id;\n"


def marked(cell: str, namespace: dict | None = None) -> list[tuple[str, str, str | None]]:
    """The marked text, the first sentence, the fix."""
    units = cell.encode("utf-16-le")
    return [
        (units[2 * m["start"] : 2 * m["end"]].decode("utf-16-le"), m["message"].split(". ")[0].rstrip("."), m["fix"])
        for m in mistakes_in(cell, namespace or {})
    ]


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (GOOD, []),
        ("\n" + GOOD, []),
        ("%%predict", []),
        ("%%predict shop --help\nPREDICT", []),
        ("%%predict?", []),
        ("%%predictions\nPREDICT", []),
        ("x = 1", []),
        (GOOD.replace("orders", "ordes"), [("ordes", "The graph has no table 'ordes'", "orders")]),
        (
            GOOD.replace("PREDICT", "# 🙂 é\nPREDICT").replace("users.user_id", "users.usr_id"),
            [("usr_id", "'users' has no column 'usr_id'", "user_id")],
        ),
        (
            "%%predict shop PREDICT CONT(orders.*, 0, 30, days)\nFOR EACH users.user_id",
            [("CONT", "'CONT' is not an aggregation", "COUNT")],
        ),
        (
            GOOD.replace("days", "dys").replace("FOR EACH", "FOR ECH"),
            [("dys", "'dys' is not a unit of time", "days"), ("ECH", None, None)],
        ),
        (GOOD.replace("--as", "--ass"), [("shop --ass few", "There is no option --ass", None)]),
        (GOOD.replace("shop", "shp"), [("shp --as few", "There is no graph 'shp'", None)]),
        ("%%predict\nPREDICT", [("", "PREDICT has no target", None)]),
    ],
)
def test_a_cells_mistakes_have_places_words_and_fixes(cell: str, expected: list) -> None:
    found = marked(cell)

    assert [(text, fix) for text, _, fix in found] == [(text, fix) for text, _, fix in expected]
    for (_, said, _), (_, words, _) in zip(found, expected, strict=True):
        assert words is None or said == words


@pytest.mark.usefixtures("shop")
def test_parameters_come_from_the_notebook() -> None:
    cell = GOOD.replace("= 0", "> :least")

    assert marked(cell, {"least": 2}) == []
    assert [text for text, _, _ in marked(cell)] == [":least"]


def test_before_there_is_a_graph_the_words_alone_are_checked() -> None:
    registry.clear()

    assert mistakes_in(GOOD, {}) == []
    assert [text for text, _, _ in marked(GOOD.replace("FOR EACH", "FOREACH"))] == ["FOREACH"]
