import sqlite3
from contextlib import closing

import duckdb
import pandas as pd
import pytest

from kumo_magic.graph import Graph, registry

pytestmark = pytest.mark.usefixtures("shop")


def test_tables_are_registered_by_their_variables_names() -> None:
    graph = registry.graphs()["shop"]

    assert list(graph.tables) == ["users", "orders"]
    assert [str(link) for link in graph.links] == ["orders.user_id → users"]


def test_the_magic_returns_the_graph(shell) -> None:
    assert shell.user_ns["shop_graph"] is registry.graphs()["shop"]


def test_a_table_may_be_called_otherwise_than_its_variable(shell, run, shop) -> None:
    shell.user_ns["orders_2024"] = shop["orders"]
    result = run("%graph other users orders=orders_2024")

    assert result.success
    assert list(result.result.tables) == ["users", "orders"]
    assert result.result["orders"].source == "orders_2024"


def test_what_is_said_overrules_what_is_inferred(run) -> None:
    graph = run("%graph other users orders --unlink orders.user_id --key orders=none --stype users.tier=text").result

    assert graph.links == ()
    assert graph["orders"].primary_key is None
    assert graph["users"]["tier"].stype == "text"


def test_every_option_of_the_line_is_obeyed(shell, run, shop) -> None:
    shell.user_ns["people"] = shop["users"].assign(closed=pd.Timestamp("2025-01-01")).rename(columns={"user_id": "no"})
    shell.user_ns["sales"] = shop["orders"].rename(columns={"user_id": "buyer", "date": "moment"})
    graph = run(
        "%graph other users=people orders=sales --key users=no --time orders.moment --end users.closed "
        "--link orders.buyer=users --stype users.tier=text --time users=none"
    ).result

    users, orders = graph["users"], graph["orders"]
    assert (users.primary_key, users.time_column, users.end_time_column) == ("no", None, "closed")
    assert orders.time_column == "moment"
    assert [str(link) for link in graph.links] == ["orders.buyer → users"]
    assert users["tier"].stype == "text"


def test_dates_of_the_future_are_read_as_the_line_says(shell, run, shop) -> None:
    shell.user_ns["tickets"] = shop["orders"].assign(
        due=shop["orders"]["date"] + pd.Timedelta(days=9), promised=shop["orders"]["date"] + pd.Timedelta(days=5)
    )
    shell.user_ns["people"] = shop["users"].assign(last_seen=shop["orders"]["date"].max())
    graph = run(
        "%graph other users=people orders=tickets --known orders.due --known orders.promised --keep users.last_seen"
    ).result

    assert graph["orders"]["due"].is_known
    assert graph["orders"]["promised"].is_known
    assert graph["users"]["last_seen"].stype == "timestamp"


def test_a_graph_is_drawn_and_said_in_words(shell, run) -> None:
    graph = run("%graph shop").result

    draw = shell.display_formatter.formatters["text/html"].lookup(graph)  # off in terminals, but known

    assert "data:image/svg+xml" in draw(graph)
    assert "orders.user_id → users" in shell.display_formatter.format(graph)[0]["text/plain"]


def test_a_duckdb_file_is_a_graph_of_all_its_tables(run, shop, tmp_path) -> None:
    with duckdb.connect(str(tmp_path / "shop.db")) as connection:
        for name, frame in shop.items():
            connection.register("frame", frame)
            connection.execute(f"CREATE TABLE {name} AS SELECT * FROM frame")
    graph = run(f"%graph stored duckdb:///{tmp_path / 'shop.db'}").result

    assert sorted(graph.tables) == ["orders", "users"]
    assert [str(link) for link in graph.links] == ["orders.user_id → users"]


def test_a_cell_takes_one_argument_per_line_with_comments(run) -> None:
    graph = run("%%graph other\nusers   # who\norders\n--time orders.date  # when").result

    assert list(graph.tables) == ["users", "orders"]
    assert graph["orders"].time_column == "date"


def test_files_are_tables_named_by_their_stems(run, shop, tmp_path) -> None:
    for name, frame in shop.items():
        frame.to_parquet(tmp_path / f"{name}.parquet")
    shop["users"].to_csv(tmp_path / "people.csv", index=False)

    assert sorted(run(f"%graph files {tmp_path}/*.parquet").result.tables) == ["orders", "users"]
    assert list(run(f"%graph files people={tmp_path}/people.csv").result.tables) == ["people"]


def test_files_of_a_line_are_read_together_as_in_python(run, tmp_path) -> None:
    (tmp_path / "guests.csv").write_text("guest_id\n0001\n1000\n")
    (tmp_path / "stays.csv").write_text("stay_id;guest_id;paid\n1;1000;2,5\n2;1000;7,25\n")
    files = {name: str(tmp_path / f"{name}.csv") for name in ("guests", "stays")}

    line = run(f"%graph hotel {files['guests']} stays={files['stays']}").result
    python = Graph.from_data(files)

    assert line.notes == python.notes
    for name, table in python.tables.items():
        pd.testing.assert_frame_equal(line[name].frame, table.frame)
    assert line["stays"].frame["guest_id"].tolist() == ["1000", "1000"]


def test_an_sqlite_file_is_a_graph_of_all_its_tables(run, shop, tmp_path) -> None:
    with closing(sqlite3.connect(tmp_path / "shop.db")) as connection:
        for name, frame in shop.items():
            frame.to_sql(name, connection, index=False)

    for address in (f"sqlite:///{tmp_path / 'shop.db'}", tmp_path / "shop.db"):
        graph = run(f"%graph stored {address}").result
        assert [str(link) for link in graph.links] == ["orders.user_id → users"]
        assert graph["orders"].time_column == "date"


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("%graph orders", "%graph shop orders users"),
        ("%graph orders users", "%graph shop orders users"),
        ("%graph shp", "Did you mean shop?"),
        ("%graph new ordrs", "Did you mean orders?"),
        ("%graph new users users", "Two tables are both named 'users'."),
        ("%graph new users --link orders", "--link orders: write --link TABLE.COLUMN=PARENT."),
        ("%graph new users --key users", "--key users: write --key TABLE=COLUMN."),
        ("%graph new users orders --unlink orders.usr_id", "user_id"),
        ("%graph new users --colour red", "There is no option --colour."),
    ],
)
def test_a_mistake_is_answered_with_what_to_do_and_registers_nothing(run, cell, said) -> None:
    result = run(cell)

    assert said in str(result.error_in_exec)
    assert list(registry.graphs()) == ["shop"]


def test_making_a_graph_again_replaces_it(shell, run, shop) -> None:
    shell.user_ns["orders"] = shop["orders"].head(5)
    run("%graph shop users orders")

    assert registry.graphs()["shop"]["orders"].num_rows == 5


def test_without_a_name_the_graphs_are_listed(run, capsys) -> None:
    run("%graph")

    assert "users, orders" in capsys.readouterr().out


def test_a_name_alone_gives_the_graph(run) -> None:
    assert run("%graph shop").result is registry.graphs()["shop"]


def test_no_table_gives_no_graph(run, shell) -> None:
    registry.clear()
    shell.user_ns["lonely"] = pd.DataFrame({"a": [1]})

    assert "lonely" in str(run("%graph nothing").error_in_exec)


def test_a_key_and_a_link_of_several_columns_are_written_with_commas(shell, run) -> None:
    pairs = {"depot": ["A", "A"], "number": [1, 2]}
    shell.user_ns["parcels"] = pd.DataFrame({**pairs, "weight": [3.0, 4.0]})
    shell.user_ns["scans"] = pd.DataFrame({**pairs, "day": pd.to_datetime(["2024-01-01", "2024-01-02"])})
    options = "--key parcels=depot,number --link scans.(depot,number)=parcels"
    graph = run(f"%graph post parcels scans {options}").result

    assert graph["parcels"].key_columns == ("depot", "number")
    assert [str(link) for link in graph.links] == ["scans.(depot, number) → parcels"]
    assert not run("%graph post parcels scans --key parcels=depot,").success
    assert not run("%graph post parcels scans --link scans.(depot,number=parcels").success


def test_a_key_that_repeats_is_kept_when_the_line_says_which_row_counts(shell, run) -> None:
    days = pd.to_datetime(["2024-01-01", "2024-03-01", "2024-01-01"])
    shell.user_ns["plans"] = pd.DataFrame(
        {"payer": [1, 1, 2], "plan": ["s", "l", "s"], "valid_from": days, "valid_to": [days[1], pd.NaT, pd.NaT]}
    )

    assert not run("%graph telecom plans --key plans=payer").success
    graph = run("%graph telecom plans --key plans=payer --time plans.valid_from --end plans.valid_to").result
    assert graph["plans"].frame["payer"].tolist() == [1, 2]
    assert graph["plans_history"].frame["plan"].tolist() == ["s", "l", "s"]
