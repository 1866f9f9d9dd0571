"""Names and values of users never reach SQL, HTML or a module's name as text that means something there."""

import numpy as np
import pandas as pd
import pytest

import kumo_magic as km
from kumo_magic.learners.schedule import NetworkSchedule, NetworkSettings, Schedule

SCHEDULE = Schedule(
    networks=NetworkSchedule(
        settings=NetworkSettings(channels=8, fan_out=2, batch_size=64),
        evaluate_every=2,
        train_steps=(2,),
        refit_steps=(1,),
    )
)
ODD_NAMES = [
    "robert'); DROP TABLE orders; --",
    'a "quoted" name',
    "select",
    "a.b",
    "with space",
    "Größe 表",
    "x" * 300,
    "{braces} $dollar %percent",
    "<b>bold</b>",
]


def make_frames(user_table: str, order_table: str, key: str, time: str, amount: str) -> dict[str, pd.DataFrame]:
    random = np.random.default_rng(0)
    users = pd.DataFrame({key: [f"user'{n};--" for n in range(30)], "tier": random.choice(["a'b", 'c"d'], 30)})
    orders = pd.DataFrame(
        {
            "order_id": np.arange(600),
            key: random.choice(users[key], 600),
            amount: random.gamma(2.0, 5.0, 600),
            time: pd.Timestamp("2024-01-01") + pd.to_timedelta(random.integers(0, 200, 600), unit="D"),
        }
    )
    return {user_table: users, order_table: orders}


def make_graph(name: str) -> km.Graph:
    users, orders = f"{name} users", f"{name} orders"
    frames = make_frames(users, orders, f"{name} id", f"{name} time", f"{name} amount")
    return km.Graph.from_data(
        frames,
        keys={users: f"{name} id", orders: "order_id"},
        times={users: None, orders: f"{name} time"},
        links=[(orders, f"{name} id", users)],
        stypes={(users, "tier"): "categorical"},
    )


@pytest.mark.parametrize("name", ODD_NAMES, ids=lambda name: name[:20])
def test_a_query_over_odd_names_is_answered(name: str) -> None:
    graph = make_graph(name)
    query = (
        f"PREDICT SUM(`{name} orders`.`{name} amount` WHERE `{name} users`.tier != 'it''s', 0, 20) "
        f"FOR EACH `{name} users`.`{name} id` WHERE `{name} users`.tier = 'a''b'"
    )

    frame = km.predict(query, graph, schedule=SCHEDULE).frame

    users = graph[f"{name} users"].frame
    assert frame.columns[0] == f"{name} id"
    assert frame[f"{name} id"].tolist() == users.loc[users["tier"] == "a'b", f"{name} id"].tolist()


@pytest.mark.parametrize("name", ODD_NAMES, ids=lambda name: name[:20])
def test_the_sql_of_odd_names_can_be_printed(name: str) -> None:
    plan = km.bind(f"PREDICT COUNT(`{name} orders`.*, 0, 20) FOR EACH `{name} users`.`{name} id`", make_graph(name))

    assert "SELECT" in plan.sql()


def test_a_parameter_is_a_constant_whatever_it_says() -> None:
    graph = make_graph("plain")
    query = "PREDICT COUNT(`plain orders`.*, 0, 20) FOR `plain users`.`plain id` IN :who"
    who = ["user'3;--", "user'4;--"]

    frame = km.predict(query, graph, params={"who": who}, schedule=SCHEDULE).frame

    assert frame["plain id"].tolist() == who
