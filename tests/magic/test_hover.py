import pytest

from kumo_magic.graph import registry
from kumo_magic.magic.hover import facts_at

CELL = (
    "%%predict shop\n# 🙂\nPREDICT COUNT(orders.*, 0, 30, days) = 0\nFOR EACH users.user_id WHERE users.tier = 'gold'"
)


def told(cell: str, at: str, shift: int = 0) -> tuple[str, list[str]] | None:
    """The text that is explained, and how, where ``at`` begins (plus some characters)."""
    units = cell.encode("utf-16-le")
    place = len(cell[: cell.index(at)].encode("utf-16-le")) // 2 + shift
    facts = facts_at(cell, place, {})
    return None if facts is None else (units[2 * facts["start"] : 2 * facts["end"]].decode("utf-16-le"), facts["lines"])


@pytest.mark.usefixtures("shop")
def test_names_and_words_are_explained_where_they_stand() -> None:
    num_orders = registry.graphs()["shop"]["orders"].num_rows

    text, lines = told(CELL, "orders.*")
    assert text == "orders.*"
    assert lines[:2] == [f"orders: {num_orders:,} rows", "key order_id"]
    assert lines[2].startswith("time date from 2024-01-01 to 2025-")
    assert lines[3] == "columns order_id, user_id, date"
    assert told(CELL, "users.tier")[1][0] == "users: 40 rows"
    assert told(CELL, "tier") == ("users.tier", ["users.tier: categorical", "for example 'gold', 'silver', 'gold'"])
    assert told(CELL, "user_id")[1] == ["users.user_id: key, the primary key", "from 0 to 39", "for example 0, 1, 2"]
    assert told(CELL.replace("tier", "`tier`"), "`tier`", 1)[1][0] == "users.tier: categorical"
    assert told(CELL, "COUNT")[1][0].startswith("COUNT: how many values")
    assert told(CELL, "days") == ("days", ["DAYS: days; what a window without a unit is counted in"])


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("at", ["shop", "🙂", "30", "'gold'", " WHERE"])
def test_nothing_is_said_of_other_places(at: str) -> None:
    assert told(CELL, at) is None


def test_options_and_frames_are_explained_in_lines_and_graph_cells(shop) -> None:
    def told_in(cell: str, at: str) -> list[str] | None:
        facts = facts_at(cell, cell.index(at), shop)
        return None if facts is None else facts["lines"]

    line = "x = 1\nfew = %predict shop --budget 30s PREDICT COUNT(orders.*, 0, 30) FOR EACH users.user_id"
    assert told_in(line, "--budget") == ["--budget TIME", "wall-clock time to the frame: 90s, 2min, 1h"]
    assert told_in(line, "COUNT")[0].startswith("COUNT: how many values")
    assert told_in(line, "users.user_id")[0] == "users: 40 rows"
    assert told_in(line, "x = 1") is None
    cell = "%%graph shop users\nsold=orders  # users\n--key users=user_id"
    assert told_in(cell, "users") == ["users: DataFrame of 40 rows", "columns user_id, tier"]
    assert told_in(cell, "sold")[0].startswith("orders: DataFrame of ")
    assert told_in(cell, "--key") == [
        "--key TABLE=COLUMN",
        "primary key (TABLE=none for none; TABLE=COLUMN,COLUMN for one of several columns)",
    ]
    assert told_in(cell, "# users") is None
    assert told_in(cell, "shop") is None


@pytest.mark.usefixtures("shop")
def test_unknown_names_and_unreadable_cells_have_no_facts() -> None:
    assert told(CELL.replace("orders", "ordes"), "ordes") is None
    assert told(CELL.replace("tier", "teir"), "teir") is None
    assert told(CELL.replace("shop", "shop --nope"), "COUNT") is None
    assert facts_at("x = users.tier", 6, {}) is None
    assert facts_at(CELL, 10_000, {}) is None


def test_a_foreign_key_says_where_it_points_and_missing_values_are_counted(shop_frames) -> None:
    from kumo_magic.graph.graph import Graph

    Graph.from_data(shop_frames, name="small").register()
    cell = "%%predict small PREDICT SUM(orders.amount, 0, 3) FOR EACH orders.user_id"

    assert told(cell, "user_id")[1][0] == "orders.user_id: key, points at users"
    assert "1 of 6 values missing" in told(cell, "user_id")[1]
    assert told(cell, "amount")[1] == [
        "orders.amount: numerical",
        "from 10.0 to 40.0",
        "1 of 6 values missing",
        "for example 10.0, 20.0, 10.0",
    ]
    registry.clear()


@pytest.mark.usefixtures("shop")
def test_the_columns_of_a_key_of_several_are_explained_one_by_one() -> None:
    cell = CELL.replace("EACH users.user_id", "EACH orders.(order_id, user_id)")

    assert told(cell, "orders.(") == ("orders.(order_id, user_id)", told(CELL, "orders.*")[1])
    assert told(cell, "user_id)")[1][0] == "orders.user_id: key, points at users"
