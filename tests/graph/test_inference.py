import pandas as pd
import pytest

from kumo_magic.datasets import online_retail
from kumo_magic.graph import Graph, Stype
from kumo_magic.graph.guess_keys import guess_primary_key
from kumo_magic.graph.guess_stypes import guess_stype
from kumo_magic.graph.guess_times import guess_time_column
from kumo_magic.graph.link_names import name_evidence

DAYS = pd.date_range("2024-01-01", periods=40)


@pytest.fixture(scope="module")
def retail() -> Graph:
    return Graph.from_data(online_retail(), name="retail")


def links_of(graph: Graph) -> set[tuple[str, str, str]]:
    return {(link.table, link.column, link.parent) for link in graph.links}


def test_online_retail_needs_no_hint(retail: Graph) -> None:
    assert {name: (table.primary_key, table.time_column) for name, table in retail.tables.items()} == {
        "customers": ("customer_id", None),
        "products": ("stock_code", None),
        "invoices": ("invoice_no", "invoice_date"),
        "invoice_lines": ("line_id", "invoice_date"),
    }
    assert links_of(retail) == {
        ("invoices", "customer_id", "customers"),
        ("invoice_lines", "customer_id", "customers"),
        ("invoice_lines", "invoice_no", "invoices"),
        ("invoice_lines", "stock_code", "products"),
    }


def test_online_retail_has_sensible_stypes(retail: Graph) -> None:
    lines, invoices = retail["invoice_lines"], retail["invoices"]

    assert (lines["quantity"].stype, lines["description"].stype) == (Stype.NUMERICAL, Stype.TEXT)
    assert (invoices["country"].stype, invoices["is_cancellation"].stype) == (Stype.CATEGORICAL, Stype.CATEGORICAL)


@pytest.mark.parametrize(
    ("table", "columns", "key"),
    [
        ("users", {"id": [1, 2], "name": ["a", "b"]}, "id"),
        ("users", {"Id": [1, 2], "AccountId": [3, 4]}, "Id"),
        ("drivers", {"driverRef": ["a", "b"], "driverId": [1, 2]}, "driverId"),
        ("categories", {"category_id": ["a", "b"]}, "category_id"),
        ("order_items", {"order_id": [1, 2], "order_item_id": [7, 8]}, "order_item_id"),
        ("dim_customers", {"customerid": [1, 2]}, "customerid"),
        ("teams", {"team": ["Wales", "Malta"]}, "team"),
        ("coupons", {"coupon_upc": ["a", "b"], "value": [1, 2]}, "coupon_upc"),
        ("users", {"user_id": [1.0, 2.0]}, "user_id"),
        ("users", {"user_id": [1, 1], "age": [30, 40]}, None),
        ("users", {"user_id": [1.0, None]}, None),
        ("users", {"age": [30, 40]}, None),
        ("visits", {"user_id": [1, 2], "page": ["a", "b"]}, None),
        ("events", {"date": DAYS[:2], "amount": [1.5, 2.5]}, None),
    ],
)
def test_a_primary_key_is_unique_and_named_like_one(table: str, columns: dict[str, list], key: str | None) -> None:
    guess = guess_primary_key(table, pd.DataFrame(columns), mixed=(), others=("users",) if table != "users" else ())

    assert guess.column == key
    assert guess.reason


@pytest.mark.parametrize(
    ("table", "columns", "is_event", "time"),
    [
        ("orders", ["date"], True, "date"),
        ("orders", ["ship_date", "order_date"], True, "order_date"),
        ("orders", ["updated_at", "created_at"], True, "created_at"),
        ("orders", ["updated_at"], True, "updated_at"),
        ("orders", ["happened"], True, "happened"),
        ("orders", ["expected_delivery_date", "bought"], True, "bought"),
        ("users", ["birthday"], False, None),
        ("users", ["date_of_birth", "signup_date"], False, "signup_date"),
        ("users", ["last_login_at"], False, None),
        ("users", ["first_goal"], False, None),
        ("campaigns", ["end_date", "start_date"], False, "start_date"),
        ("transactions", ["transaction_timestamp"], True, "transaction_timestamp"),
        ("lines", ["bestelldat"], True, "bestelldat"),
    ],
)
def test_a_time_column_says_when_a_row_happened(
    table: str, columns: list[str], is_event: bool, time: str | None
) -> None:
    frame = pd.DataFrame(dict.fromkeys(columns, DAYS))

    guess = guess_time_column(table, frame, is_pointed_at=not is_event, has_links=is_event)

    assert guess.column == time


def test_of_two_plausible_times_one_is_chosen_and_the_other_named() -> None:
    frame = pd.DataFrame({"ship_date": DAYS, "order_date": DAYS})

    guess = guess_time_column("orders", frame, is_pointed_at=False, has_links=True)

    assert (guess.column, guess.reason) == ("order_date", "named like the time of a row; chosen over ship_date")


def test_a_time_that_is_mostly_missing_comes_last() -> None:
    frame = pd.DataFrame({"payment_date": [None] * 30 + list(DAYS[:10]), "visit_date": DAYS})

    assert guess_time_column("payments", frame, is_pointed_at=False, has_links=True).column == "visit_date"


@pytest.mark.parametrize(
    ("values", "name", "stype"),
    [
        ([True, False] * 5, "flag", Stype.CATEGORICAL),
        ([1, 0] * 5, "is_open", Stype.CATEGORICAL),
        ([1, 0] * 5, "won", Stype.NUMERICAL),
        ([1, 2, 3] * 50, "status_code", Stype.CATEGORICAL),
        ([1, 2, 3] * 50, "type_id", Stype.CATEGORICAL),
        (list(range(200)), "basket_id", Stype.KEY),
        ([1.5, 2.5], "price", Stype.NUMERICAL),
        (["red", "blue"] * 5, "colour", Stype.CATEGORICAL),
        ([f"name {row}" for row in range(40)], "name", Stype.TEXT),
        (["a long description of something that goes on and on and on and on"] * 2 + ["b"], "note", Stype.TEXT),
        ([["a", "b"], ["a"]], "tags", Stype.MULTICATEGORICAL),
        (DAYS, "when", Stype.TIMESTAMP),
        (["same"] * 9, "shop", Stype.IGNORED),
        ([None] * 9, "nothing", Stype.IGNORED),
    ],
)
def test_a_stype_is_guessed_by_values_and_name(values: object, name: str, stype: Stype) -> None:
    chosen, reason = guess_stype(pd.Series(values), name)

    assert chosen is stype
    assert reason


@pytest.mark.parametrize(
    ("table", "column", "parent", "key", "strength"),
    [
        ("orders", "user_id", "users", "user_id", 4),
        ("orders", "userId", "users", "id", 4),
        ("orders", "userid", "users", "id", 4),
        ("orders", "fk_user", "users", "id", 4),
        ("lines", "stock_code", "products", "stock_code", 3),
        ("posts", "OwnerUserId", "users", "id", 2),
        ("posts", "parent_id", "posts", "id", 2),
        ("matches", "home_team", "teams", "team", 2),
        ("orders", "customer", "customers", "id", 2),
        ("orders", "cust_id", "customers", "id", 1),
        ("orders", "id", "users", "id", 0),
        ("orders", "amount", "users", "user_id", 0),
        ("ratings", "rating", "ratings", "rating_id", 0),
        ("orders", "shop_id", "users", "id", 0),
    ],
)
def test_a_name_speaks_for_a_link(table: str, column: str, parent: str, key: str, strength: int) -> None:
    evidence = name_evidence(table, column, parent, key)

    assert (evidence.strength if evidence else 0) == strength


def test_a_role_before_the_parents_name_is_a_link_when_the_values_are_there() -> None:
    users = pd.DataFrame({"Id": range(1, 41)})
    posts = pd.DataFrame({"Id": range(100, 140), "OwnerUserId": range(1, 41), "EditorUserId": range(500, 540)})

    assert links_of(Graph.from_data({"users": users, "posts": posts})) == {("posts", "OwnerUserId", "users")}


def test_a_measure_that_happens_to_be_among_the_keys_is_no_link() -> None:
    ratings = pd.DataFrame({"rating_id": range(1, 101), "rating": [1, 2, 3, 4] * 25, "visits": range(1, 101)})
    films = pd.DataFrame({"film_id": range(1, 101), "rating": [5, 4] * 50})

    assert links_of(Graph.from_data({"ratings": ratings, "films": films})) == set()


def test_text_whose_values_are_all_keys_of_one_table_is_a_link() -> None:
    teams = pd.DataFrame({"team": [f"Team {row}" for row in range(40)]})
    matches = pd.DataFrame(
        {"match_id": range(40), "winner": teams["team"], "city": [f"City {row}" for row in range(40)]}
    )

    assert links_of(Graph.from_data({"teams": teams, "matches": matches})) == {("matches", "winner", "teams")}


def test_rows_that_point_at_rows_of_their_own_table_are_linked() -> None:
    staff = pd.DataFrame({"id": range(10, 50), "manager_id": pd.array([None, *range(10, 49)], dtype="Int64")})

    assert links_of(Graph.from_data({"staff": staff})) == {("staff", "manager_id", "staff")}


def test_a_table_that_shares_its_key_with_another_points_at_it() -> None:
    users = pd.DataFrame({"user_id": [1, 2, 3]})
    profiles = pd.DataFrame({"user_id": [1, 2], "bio": ["a", "b"]})

    assert links_of(Graph.from_data({"profiles": profiles, "users": users})) == {("profiles", "user_id", "users")}


def test_a_foreign_key_whose_values_are_elsewhere_is_not_linked_but_noted() -> None:
    users = pd.DataFrame({"user_id": [1, 2, 3]})
    orders = pd.DataFrame({"order_id": [1, 2, 3], "user_id": [7, 8, 9]})

    graph = Graph.from_data({"users": users, "orders": orders})

    assert graph.links == ()
    assert any("orders.user_id" in note and "few of its values are there" in note for note in graph.notes)
    assert any("--link orders.user_id=users" in finding.next_step for finding in graph.findings)


def test_a_foreign_key_of_another_kind_is_not_linked_but_noted() -> None:
    users = pd.DataFrame({"user_id": [1, 2, 3]})
    orders = pd.DataFrame({"order_id": [1, 2, 3], "user_id": ["1", "2", "3"]})

    graph = Graph.from_data({"users": users, "orders": orders})

    assert graph.links == ()
    assert any("'1' and '2' (text) against 1 and 2 (whole number)" in note for note in graph.notes)
    assert any("all of its values match: orders['user_id'] = orders" in one.next_step for one in graph.findings)


def test_values_of_a_unique_column_that_is_no_key_are_noted_until_they_are_linked() -> None:
    names = [f"tag {row}" for row in range(30)]
    tags = pd.DataFrame({"id": range(30), "tag_name": names})
    graph = Graph.from_data({"tags": tags, "post_tags": pd.DataFrame({"tag_name": names * 2})})

    assert graph.notes == (
        "post_tags.tag_name could point at 'tags' if tag_name were its primary key: "
        "graph['tags'].primary_key = 'tag_name'.",
    )
    graph["tags"].primary_key = "tag_name"
    graph.link("post_tags", "tag_name", "tags")
    assert graph.notes == ()


def test_the_order_of_tables_does_not_matter() -> None:
    frames = online_retail()
    small = {name: frame.iloc[:: max(1, len(frame) // 3000)] for name, frame in frames.items()}
    small["customers"], small["products"], small["invoices"] = (
        frames["customers"],
        frames["products"],
        frames["invoices"],
    )

    forwards = Graph.from_data(small)
    backwards = Graph.from_data(dict(reversed(small.items())))

    assert links_of(forwards) == links_of(backwards)


def test_who_referred_a_user_is_a_user() -> None:
    users = pd.DataFrame({"user_id": range(1, 41), "referrer_id": [None, *([3, 17, 29, 31] * 10)[:39]]})

    assert [str(link) for link in Graph.from_data({"users": users}).links] == ["users.referrer_id → users"]
