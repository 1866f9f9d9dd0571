"""Leaks planted into an honest shop, from plain to faint: what the run says of each, and of clean data.

    python benchmarks/planted_leaks.py [--data PATH] [--budget 10s]

Six hundred users order at rates of their own; nothing else tells who orders next, so that the honest AUROC is what own
rates give. Each kind of leak is planted at several strengths. *Told* is the severity of the finding in `run.warnings`
whose `about` is the planted table or column. With PATH (as of `accuracy.py`) the yardstick queries are run on clean
data as well: each leak that is told there is a false alarm, but for what its data set really holds.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import accuracy
import numpy as np
import pandas as pd

import kumo_magic as km

Tables = dict[str, pd.DataFrame]
ASK = "PREDICT COUNT(orders.*, 0, 30, days) > 0 FOR EACH users.user_id WHERE COUNT(orders.*, -90, 0, days) > 0"
NUM_USERS, DAYS = 600, 540
START = pd.Timestamp("2023-01-01")


def shop(random: np.random.Generator) -> Tables:
    """Users who leave some day, their orders, and clicks that tell nothing more."""
    rate = random.gamma(1.5, size=NUM_USERS) / 25
    leaves = np.where(random.random(NUM_USERS) < 0.5, random.integers(60, DAYS, NUM_USERS), DAYS)
    orders = _events(random, random.poisson(rate * DAYS), leaves)
    clicks = _events(random, random.poisson(3 * rate * DAYS), leaves)
    users = pd.DataFrame({"user_id": np.arange(NUM_USERS), "age": random.integers(18, 80, NUM_USERS)})
    return {
        "users": users,
        "orders": orders.assign(order_id=np.arange(len(orders)), amount=random.gamma(2, 20, len(orders)).round(2)),
        "clicks": clicks.assign(click_id=np.arange(len(clicks))),
    }


def _events(random: np.random.Generator, counts: np.ndarray, leaves: np.ndarray) -> pd.DataFrame:
    who = np.repeat(np.arange(NUM_USERS), counts)
    hour = random.integers(0, DAYS * 24, len(who))
    kept = hour < leaves[who] * 24
    frame = pd.DataFrame({"user_id": who[kept], "date": START + pd.to_timedelta(hour[kept], unit="h")})
    return frame.sort_values("date", ignore_index=True)


def copy_of_the_label(tables: Tables, random: np.random.Generator, noise: float) -> tuple[Tables, str]:
    """A flag of users: whether they order in the last thirty days, wrong for this share of them."""
    orders = tables["orders"]
    truth = tables["users"]["user_id"].isin(
        orders.loc[orders["date"] > orders["date"].max() - pd.Timedelta(days=30), "user_id"]
    )
    flag = truth.to_numpy() ^ (random.random(NUM_USERS) < noise)
    return tables | {"users": tables["users"].assign(flag=np.where(flag, "yes", "no"))}, "users.flag"


def total_as_of_today(tables: Tables, random: np.random.Generator, noise: float) -> tuple[Tables, str]:
    """The number of all orders of a user, times a factor of this spread."""
    total = tables["orders"].groupby("user_id").size().reindex(tables["users"]["user_id"]).fillna(0).to_numpy()
    blurred = (total * np.exp(random.normal(0, noise, NUM_USERS))).round(2)
    return tables | {"users": tables["users"].assign(total_orders=blurred)}, "users.total_orders"


def status_written_later(tables: Tables, random: np.random.Generator, days: float) -> tuple[Tables, str]:
    """An order is open for so many days on average, then closed in place."""
    orders = tables["orders"]
    age = (orders["date"].max() - orders["date"]) / pd.Timedelta(days=1)
    is_open = age.to_numpy() < random.exponential(days, len(orders))
    return tables | {"orders": orders.assign(status=np.where(is_open, "open", "closed"))}, "orders.status"


def sibling_without_time(tables: Tables, random: np.random.Generator, share: float) -> tuple[Tables, str]:
    """A parcel for this share of the orders, without its day."""
    kept = random.random(len(tables["orders"])) < share
    parcels = tables["orders"].loc[kept, ["user_id"]].assign(weight=random.random(int(kept.sum())).round(2))
    return tables | {"parcels": parcels.reset_index(drop=True)}, "parcels"


def last_sign_of_life(tables: Tables, random: np.random.Generator, days: float) -> tuple[Tables, str]:
    """The day of the last click, overwritten, up to so many days late."""
    last = tables["clicks"].groupby("user_id")["date"].max().reindex(tables["users"]["user_id"])
    late = pd.to_timedelta(random.random(NUM_USERS) * days, unit="D")
    seen = (last + late).clip(upper=tables["clicks"]["date"].max())
    return tables | {"users": tables["users"].assign(seen_on=seen.to_numpy())}, "users.seen_on"


LEAKS: dict[str, tuple[Callable[[Tables, np.random.Generator, float], tuple[Tables, str]], tuple[float, ...]]] = {
    "copy of the newest label, noise": (copy_of_the_label, (0.0, 0.02, 0.05, 0.1, 0.2)),
    "total as of today, spread": (total_as_of_today, (0.0, 0.2, 0.5)),
    "status written later, days": (status_written_later, (30.0, 10.0, 3.0)),
    "sibling table without time, share": (sibling_without_time, (1.0, 0.5, 0.1)),
    "last sign of life, days late": (last_sign_of_life, (0.0, 10.0, 60.0)),
}


def planted(budget: str) -> Iterator[list[str]]:
    """A row of the table for each leak and strength, the honest shop first."""
    honest = _run(shop(np.random.default_rng(0)), budget)
    told = "; ".join(f"{one.severity.name} {one.about}" for one in honest.warnings) or "nothing"
    yield ["none", "", f"{_auroc(honest):.3f}", told]
    for kind, (plant, strengths) in LEAKS.items():
        for strength in strengths:
            tables, about = plant(shop(np.random.default_rng(0)), np.random.default_rng(1), strength)
            run = _run(tables, budget)
            found = [one for one in run.warnings if one.about in (about, about.partition(".")[0] + ".user_id")]
            yield [kind, f"{strength:g}", f"{_auroc(run):.3f}", "; ".join(one.severity.name for one in found) or "no"]


def clean(data: Path, budget: str) -> Iterator[list[str]]:
    """A row of the table for each yardstick query."""
    for name, task in json.loads((data / "tasks" / "tasks.json").read_text()).items():
        graph = accuracy.load_graph(data / task["dataset"])
        try:
            run = km.predict(task["query"].split("   ")[0], graph, at=task["val_anchor"], budget=budget, preset="fast")
        except km.QueryError as error:
            yield [name, f"not asked: {error.problem}"]
            continue
        yield [name, "; ".join(f"{one.severity.name} {one.about}" for one in run.warnings) or "nothing"]


def _run(tables: Tables, budget: str) -> km.Prediction:
    graph = km.Graph.from_data(tables, name="shop")
    return km.predict(ASK, graph, budget=budget, preset="fast", learners=["trees"])


def _auroc(run: km.Prediction) -> float:
    return float(run.evaluation.metrics["AUROC"].iloc[0])


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--budget", default="10s")
    options = parser.parse_args()
    print("| Leak | Strength | AUROC | Told |\n|---|---:|---:|---|")
    for row in planted(options.budget):
        print(f"| {' | '.join(row)} |", flush=True)
    if options.data is not None:
        print("\n| Clean | Told |\n|---|---|")
        for row in clean(options.data, options.budget):
            print(f"| {' | '.join(row)} |", flush=True)


if __name__ == "__main__":
    main()
