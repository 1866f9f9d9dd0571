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
        (GOOD.replace("--as", "--ass"), [("--ass", "There is no option --ass", "--as")]),
        (GOOD.replace("shop", "shp"), [("shp", "There is no graph 'shp'", "shop")]),
        ("%%predict\nPREDICT", [("", "PREDICT has no target", None)]),
        (
            GOOD.replace("few", "users"),
            [
                (
                    "users",
                    "'users' is a table of the graph 'shop'",
                    None,
                )
            ],
        ),
        (GOOD.replace("few", "few --seed x"), [("x", "--seed x: give a whole number of at least 0", None)]),
        (GOOD.replace("few", "few --preset=blanced"), [("blanced", None, "balanced")]),
        (GOOD.replace("shop", "shp").replace("days", "dys"), [("shp", None, "shop"), ("dys", None, "days")]),
        ("%%graph shop users orders", []),
        ("%%graph shop\nusers  # no ordes\norders\n--key users=user_id --time orders.date", []),
        ("%%graph shop users orders --help ordes", []),
        (
            "%%graph shop\n# 🙂 ordes\nordes",
            [("ordes", "There is no variable 'ordes' in the notebook", "orders")],
        ),
        ("%%graph shop sold=ordes users", [("ordes", "There is no variable 'ordes' in the notebook", "orders")]),
        ("%%graph shop users orders --kez x", [("--kez", "There is no option --kez", "--key")]),
        ("%%graph shop users orders --key", [("--key", "--key needs a value: --key TABLE=COLUMN", None)]),
        (
            "%%graph shop users orders\n--key users=usr_id",
            [("usr_id", "'users' has no column 'usr_id'", "user_id")],
        ),
        ("%%graph shop users orders --time order.date", [("order", "The graph has no table 'order'", "orders")]),
        ("%%graph shop users orders --link orders.user_id=user", [("user", "The graph has no table 'user'", "users")]),
        ("%%graph shop users orders --link orders.user_id", [("orders.user_id", None, None)]),
        ("%%graph shop users orders --stype users.tier=category", [("category", None, None)]),
        ("%%graph shop users users", [("users", "Two tables are both named 'users'", None)]),
        ("%%graph users orders", [("users", "'users' is a DataFrame, and there is no graph of that name", None)]),
        ("%%graph shop data/*.parquet --key other=id", []),
        ("%graph shp", [("shp", "There is no graph 'shp'", "shop")]),
        ("x = 1\ng = %graph shop users ordes\n", [("ordes", None, "orders")]),
        ("if x:\n    %predict shop --ass few PREDICT COUNT(", [("--ass", None, "--as")]),
        (
            "%predict shop PREDICT COUNT(ordes.*, 0, 30, days) = 0 FOR EACH users.user_id\n%runs 7",
            [("ordes", None, "orders"), ("7", "There is no run '7'", None)],
        ),
        (
            "%predict shop \\\n PREDICT COUNT(orders.*, 0, 30, dys) \\\n FOR EACH users.user_id",
            [("dys", None, "days")],
        ),
        ('text = """\n%graph shop ordes\n"""', []),
        ("%%time\n%graph shop ordes", []),
        ("%graph?\n%graphs x\n!ls %graph ordes", []),
    ],
)
def test_a_cells_mistakes_have_places_words_and_fixes(cell: str, expected: list, shop) -> None:
    found = marked(cell, shop)

    assert [(text, fix) for text, _, fix in found] == [(text, fix) for text, _, fix in expected]
    for (_, said, _), (_, words, _) in zip(found, expected, strict=True):
        assert words is None or said.startswith(words)


@pytest.mark.usefixtures("shop")
def test_parameters_come_from_the_notebook() -> None:
    cell = GOOD.replace("= 0", "> :least")

    assert marked(cell, {"least": 2}) == []
    assert [text for text, _, _ in marked(cell)] == [":least"]


@pytest.mark.usefixtures("shop")
def test_a_check_reads_no_file_and_registers_nothing(tmp_path, shop) -> None:
    class Stream:
        def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
            raise AssertionError("a check does no work")

    cell = f"%%graph other users stream {tmp_path}/none.parquet --key stream=id"

    assert marked(cell, {**shop, "stream": Stream()}) == []
    assert list(registry.graphs()) == ["shop"]


def test_before_there_is_a_graph_the_words_alone_are_checked() -> None:
    registry.clear()

    assert mistakes_in(GOOD, {}) == []
    assert [text for text, _, _ in marked(GOOD.replace("FOR EACH", "FOREACH"))] == ["FOREACH"]
