"""Columns of every type of pandas, Arrow, polars and DuckDB: read as what they are, or refused in our own words."""

from __future__ import annotations

import datetime as dt
import decimal
import fractions
import uuid
from collections.abc import Callable
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kumo_magic as km
from kumo_magic.graph.kind import Kind, kind_of

pl = pytest.importorskip("polars")

NUM_RIDERS, NUM_RIDES = 24, 240
DAY = dt.datetime(2024, 1, 1)
Ints = list[int | None]


def of(convert: Callable[[int], object]) -> Callable[[Ints], list[Any]]:
    """Each whole number as a value of some type, None where there is none."""
    return lambda ints: [None if number is None else convert(number) for number in ints]


def boxed(convert: Callable[[int], object], missing: object = None) -> Callable[[Ints], pd.Series]:
    """A pandas column of objects."""
    return lambda ints: pd.Series([missing if n is None else convert(n) for n in ints], dtype=object)


def typed(dtype: Any, convert: Callable[[int], object] = int) -> Callable[[Ints], pd.Series]:
    """A pandas column of a dtype."""
    return lambda ints: pd.Series(of(convert)(ints), dtype=dtype)


def arrow(kind: pa.DataType, convert: Callable[[int], object] = int) -> Callable[[Ints], pa.Array]:
    return lambda ints: pa.array(of(convert)(ints), type=kind)


def polar(kind: Any, convert: Callable[[int], object] = int) -> Callable[[Ints], Any]:
    return lambda ints: pl.Series("x", of(convert)(ints), dtype=kind)


def moment(number: int) -> dt.datetime:
    return DAY + dt.timedelta(days=number, hours=3)


def masked(number: int) -> np.ndarray:
    return np.ma.MaskedArray([number, 1], mask=[False, number % 2])


# What is read, and as what. A source, its column of whole numbers 0, 1, ... (None where one is missing).
PANDAS: dict[str, tuple[Callable[[Ints], pd.Series], Kind]] = {
    "int64": (lambda ints: pd.Series(ints, dtype="Int64" if None in ints else "int64"), Kind.WHOLE),
    "Int8": (typed("Int8", lambda n: n % 100), Kind.WHOLE),
    "UInt64": (typed("UInt64", lambda n: 2**63 + n), Kind.WHOLE),
    "float64": (typed("float64", lambda n: n + 0.25), Kind.NUMBER),
    "float32": (typed("float32", lambda n: n + 0.25), Kind.NUMBER),
    "float16": (typed("float16", lambda n: n + 0.25), Kind.NUMBER),
    "longdouble": (typed(np.longdouble, lambda n: n + 0.25), Kind.NUMBER),
    "Float64": (typed("Float64", lambda n: n + 0.25), Kind.NUMBER),
    "complex128": (typed("complex128", lambda n: n + 1j), Kind.TEXT),
    "bool": (typed("boolean", lambda n: n % 2 == 0), Kind.TRUTH),
    "str": (typed("str", str), Kind.TEXT),
    "string of python": (typed(pd.StringDtype("python"), str), Kind.TEXT),
    "datetime64[s]": (typed("datetime64[s]", moment), Kind.TIME),
    "datetime64[ns]": (typed("datetime64[ns]", moment), Kind.TIME),
    "datetime64 with a zone": (typed("datetime64[us, Europe/Rome]", moment), Kind.TIME),
    "timedelta64": (typed("timedelta64[us]", lambda n: dt.timedelta(days=n)), Kind.NUMBER),
    "period": (typed("period[M]", lambda n: pd.Period(moment(n), "M")), Kind.TIME),
    "cut": (lambda ints: pd.cut(pd.Series(ints, dtype="float64"), 5), Kind.TEXT),
    "interval": (lambda ints: pd.Series(pd.cut(pd.Series(ints, dtype="float64"), 5).array.astype(object)), Kind.TEXT),
    "category of numbers": (lambda ints: pd.Series(ints, dtype="Int64").astype("category"), Kind.WHOLE),
    "category of floats": (typed("category", lambda n: n + 0.5), Kind.NUMBER),
    "category of times": (typed("category", moment), Kind.TIME),
    "category of truths": (typed("category", lambda n: n % 2 == 0), Kind.TRUTH),
    "category in order": (lambda ints: pd.Series(of(str)(ints), dtype="category").cat.as_ordered(), Kind.TEXT),
    "sparse": (typed(pd.SparseDtype("float64"), lambda n: n + 0.5), Kind.NUMBER),
    "arrow int64": (typed("int64[pyarrow]"), Kind.WHOLE),
    "arrow text": (typed("string[pyarrow]", str), Kind.TEXT),
    "arrow decimals": (typed(pd.ArrowDtype(pa.decimal128(9, 2)), lambda n: decimal.Decimal(n) / 4), Kind.NUMBER),
    "arrow lists": (typed(pd.ArrowDtype(pa.list_(pa.int64())), lambda n: [n]), Kind.LIST),
    "objects: numbers with pd.NA": (boxed(int, pd.NA), Kind.WHOLE),
    "objects: floats with pd.NA": (boxed(lambda n: n + 0.5, pd.NA), Kind.NUMBER),
    "objects: text with NaN": (boxed(str, np.nan), Kind.TEXT),
    "objects: truths with pd.NA": (boxed(lambda n: n % 2 == 0, pd.NA), Kind.TRUTH),
    "objects: times with pd.NA": (boxed(moment, pd.NA), Kind.TIME),
    "objects: times with a zone": (boxed(lambda n: moment(n).astimezone(dt.UTC)), Kind.TIME),
    "objects: numpy times": (boxed(lambda n: np.datetime64(moment(n), "s")), Kind.TIME),
    "objects: dates": (boxed(lambda n: moment(n).date()), Kind.TIME),
    "objects: durations": (boxed(lambda n: dt.timedelta(hours=n), pd.NA), Kind.NUMBER),
    "objects: times of day": (boxed(lambda n: dt.time(n % 24, n // 24)), Kind.TEXT),
    "objects: decimals": (boxed(lambda n: decimal.Decimal(n) / 4, pd.NA), Kind.NUMBER),
    "objects: huge numbers": (boxed(lambda n: 10**30 + n), Kind.TEXT),
    "objects: numbers of 64 bits": (boxed(lambda n: 2**63 + n), Kind.WHOLE),
    "objects: uuids": (boxed(lambda n: uuid.UUID(int=n)), Kind.TEXT),
    "objects: bytes": (boxed(lambda n: bytes([n % 256, n // 256, 255])), Kind.TEXT),
    "objects: bytearrays": (boxed(lambda n: bytearray([n % 256, n // 256, 255])), Kind.TEXT),
    "objects: fractions": (boxed(lambda n: fractions.Fraction(n, 3)), Kind.TEXT),
    "objects: dicts": (boxed(lambda n: {"a": n}), Kind.TEXT),
    "objects: lists": (boxed(lambda n: [n, None]), Kind.LIST),
    "objects: sets": (boxed(lambda n: {str(n), "b"}), Kind.LIST),
    "objects: masked arrays": (boxed(masked), Kind.LIST),
    "objects: lists of lists": (boxed(lambda n: [[n], [n, 1]]), Kind.LIST),
    "objects: mixed": (boxed(lambda n: n if n % 2 else str(n)), Kind.TEXT),
    "objects: half characters": (boxed(lambda n: f"{n}\ud800"), Kind.TEXT),
    "objects: nothing": (boxed(lambda _: None), Kind.TEXT),
}
ARROW: dict[str, tuple[Callable[[Ints], pa.Array], Kind]] = {
    "int64": (arrow(pa.int64()), Kind.WHOLE),
    "uint64": (arrow(pa.uint64(), lambda n: 2**63 + n), Kind.WHOLE),
    "float16": (arrow(pa.float16(), lambda n: np.float16(n + 0.25)), Kind.NUMBER),
    "bool": (arrow(pa.bool_(), lambda n: n % 2 == 0), Kind.TRUTH),
    "null": (arrow(pa.null(), lambda _: None), Kind.TEXT),
    "large_string": (arrow(pa.large_string(), str), Kind.TEXT),
    "string_view": (arrow(pa.string_view(), str), Kind.TEXT),
    "binary": (arrow(pa.binary(), lambda n: str(n).encode()), Kind.TEXT),
    "fixed size binary": (arrow(pa.binary(4), lambda n: n.to_bytes(4, "big")), Kind.TEXT),
    "binary_view": (arrow(pa.binary_view(), lambda n: str(n).encode()), Kind.TEXT),
    "date32": (arrow(pa.date32(), lambda n: moment(n).date()), Kind.TIME),
    "date64": (arrow(pa.date64(), lambda n: moment(n).date()), Kind.TIME),
    "timestamp[s]": (arrow(pa.timestamp("s"), moment), Kind.TIME),
    "timestamp with a zone": (arrow(pa.timestamp("us", "UTC"), moment), Kind.TIME),
    "time32": (arrow(pa.time32("s"), lambda n: dt.time(n % 24)), Kind.TEXT),
    "time64": (arrow(pa.time64("us"), lambda n: dt.time(n % 24)), Kind.TEXT),
    "duration": (arrow(pa.duration("ms"), lambda n: dt.timedelta(hours=n)), Kind.NUMBER),
    "interval": (arrow(pa.month_day_nano_interval(), lambda n: (n, 1, 5)), Kind.NUMBER),
    "decimal32": (arrow(pa.decimal32(9, 2), lambda n: decimal.Decimal(n) / 4), Kind.NUMBER),
    "decimal128": (arrow(pa.decimal128(20, 2), lambda n: decimal.Decimal(n) / 4), Kind.NUMBER),
    "decimal256": (arrow(pa.decimal256(50, 2), lambda n: decimal.Decimal(n) / 4), Kind.NUMBER),
    "list": (arrow(pa.list_(pa.int64()), lambda n: [2**60 + n, None]), Kind.LIST),
    "large_list": (arrow(pa.large_list(pa.string()), lambda n: [str(n), None]), Kind.LIST),
    "list_view": (arrow(pa.list_view(pa.int32()), lambda n: [n]), Kind.LIST),
    "fixed size list": (arrow(pa.list_(pa.float64(), 2), lambda n: [n, None]), Kind.LIST),
    "map": (arrow(pa.map_(pa.string(), pa.int32()), lambda n: [("a", n)]), Kind.LIST),
    "struct": (arrow(pa.struct({"a": pa.int32()}), lambda n: {"a": n}), Kind.TEXT),
    "dictionary": (lambda ints: pa.array(of(str)(ints)).dictionary_encode(), Kind.TEXT),
    "dictionary of numbers": (lambda ints: pa.array(ints, pa.int64()).dictionary_encode(), Kind.WHOLE),
    "run-end encoded": (lambda ints: pa.compute.run_end_encode(pa.array(ints, pa.int64())), Kind.WHOLE),
    "uuid": (lambda ints: pa.array(of(lambda n: uuid.UUID(int=n).bytes)(ints), pa.uuid()), Kind.TEXT),
    "json": (lambda ints: pa.array(of(str)(ints), pa.json_()), Kind.TEXT),
    "bool8": (lambda ints: pa.array(of(lambda n: n % 2)(ints), pa.bool8()), Kind.TRUTH),
}
POLARS: dict[str, tuple[Callable[[Ints], Any], Kind]] = {
    "Int64": (polar(pl.Int64), Kind.WHOLE),
    "Int128": (polar(pl.Int128), Kind.WHOLE),
    "Int128 beyond 64 bits": (polar(pl.Int128, lambda n: 2**70 + n), Kind.TEXT),
    "UInt8": (polar(pl.UInt8), Kind.WHOLE),
    "Float32": (polar(pl.Float32, lambda n: n + 0.25), Kind.NUMBER),
    "Boolean": (polar(pl.Boolean, lambda n: n % 2 == 0), Kind.TRUTH),
    "String": (polar(pl.String, str), Kind.TEXT),
    "Categorical": (polar(pl.Categorical, str), Kind.TEXT),
    "Enum": (polar(pl.Enum([str(n) for n in range(NUM_RIDES)]), str), Kind.TEXT),
    "Binary": (polar(pl.Binary, lambda n: str(n).encode()), Kind.TEXT),
    "Date": (polar(pl.Date, lambda n: moment(n).date()), Kind.TIME),
    "Datetime": (polar(pl.Datetime("ms"), moment), Kind.TIME),
    "Datetime with a zone": (lambda ints: pl.Series("x", of(moment)(ints)).dt.replace_time_zone("UTC"), Kind.TIME),
    "Time": (polar(pl.Time, lambda n: dt.time(n % 24)), Kind.TEXT),
    "Duration": (polar(pl.Duration, lambda n: dt.timedelta(hours=n)), Kind.NUMBER),
    "Decimal": (polar(pl.Decimal(10, 2), lambda n: decimal.Decimal(n) / 4), Kind.NUMBER),
    "List": (polar(pl.List(pl.Int64), lambda n: [n, None]), Kind.LIST),
    "Array": (polar(pl.Array(pl.Int64, 2), lambda n: [n, 1]), Kind.LIST),
    "Struct": (polar(pl.Struct({"a": pl.Int64}), lambda n: {"a": n}), Kind.TEXT),
    "Null": (polar(pl.Null, lambda _: None), Kind.TEXT),
}
DUCKDB: dict[str, tuple[str, Kind]] = {
    "BIGINT": ("i", Kind.WHOLE),
    "UBIGINT": ("(9223372036854775808 + i)::UBIGINT", Kind.WHOLE),
    "HUGEINT": ("i::HUGEINT", Kind.WHOLE),
    "UHUGEINT": ("340282366920938463463374607431768211455::UHUGEINT - i::UHUGEINT", Kind.TEXT),
    "UHUGEINT of few bits": ("i::UHUGEINT", Kind.WHOLE),
    "DOUBLE": ("i + 0.25e0", Kind.NUMBER),
    "DECIMAL": ("(i + 0.25)::DECIMAL(18, 2)", Kind.NUMBER),
    "BOOLEAN": ("i % 2 = 0", Kind.TRUTH),
    "VARCHAR": ("i::VARCHAR", Kind.TEXT),
    "BLOB": ("i::VARCHAR::BLOB", Kind.TEXT),
    "BIT": ("i::INTEGER::BIT", Kind.TEXT),
    "UUID": ("md5(i::VARCHAR)::UUID", Kind.TEXT),
    "JSON": ("json_object('a', i)", Kind.TEXT),
    "ENUM": ("('a' || (i % 2)::VARCHAR)::ENUM('a0', 'a1')", Kind.TEXT),
    "DATE": ("DATE '2024-01-01' + i::INTEGER", Kind.TIME),
    "DATE with infinity": ("if(i % 5 = 0, 'infinity'::DATE, DATE '2024-01-01' + i::INTEGER)", Kind.TIME),
    "TIMESTAMP": ("TIMESTAMP '2024-01-01' + to_days(i::INTEGER)", Kind.TIME),
    "TIMESTAMP with infinity": (
        "if(i % 5 = 0, '-infinity'::TIMESTAMP, TIMESTAMP '2024-01-01' + to_days(i::INTEGER))",
        Kind.TIME,
    ),
    "TIMESTAMP_S": ("if(i % 5 = 0, 'infinity', '2024-01-01')::TIMESTAMP_S", Kind.TIME),
    "TIMESTAMP_MS": ("if(i % 5 = 0, 'infinity', '2024-01-01')::TIMESTAMP_MS", Kind.TIME),
    "TIMESTAMP_NS": ("'2024-01-01'::TIMESTAMP_NS", Kind.TIME),
    "TIMESTAMPTZ": ("if(i % 5 = 0, 'infinity'::TIMESTAMPTZ, '2024-01-01'::TIMESTAMPTZ)", Kind.TIME),
    "TIME": ("TIME '00:00:00' + to_minutes(i::INTEGER)", Kind.TEXT),
    "TIMETZ": ("'12:30:00+02'::TIMETZ", Kind.TEXT),
    "INTERVAL": ("to_days(i::INTEGER)", Kind.NUMBER),
    "BIGINT[]": ("[1152921504606846977 + i, NULL]", Kind.LIST),
    "INTEGER[2]": ("array_value(i::INTEGER, 1)", Kind.LIST),
    "STRUCT": ("{'a': i}", Kind.TEXT),
    "MAP": ("MAP {'a': i}", Kind.LIST),
    "UNION": ("union_value(n := i)", Kind.WHOLE),
    "UNION of kinds": ("if(i % 2 = 0, i::UNION(n BIGINT, t VARCHAR), 'x'::UNION(n BIGINT, t VARCHAR))", Kind.TEXT),
}
SOURCES: dict[str, dict[str, tuple[Any, Kind]]] = {
    "pandas": PANDAS,
    "arrow": ARROW,
    "polars": POLARS,
    "duckdb": DUCKDB,
}
TYPES = [(source, name) for source, types in SOURCES.items() for name in types]

# What is refused: the column as the riders' key or the rides' time, the reason, and code that mends it.
NO_KEY, NO_TIME = "cannot be the primary key", "cannot be a time column"
REFUSED: dict[tuple[str, str], tuple[str, str]] = {
    ("float64", "key"): (f"holds number values and {NO_KEY}", "T['x'] = T['x'].map(str)"),
    ("float16", "key"): (f"holds number values and {NO_KEY}", "T['x'] = T['x'].astype('float64').map(str)"),
    ("objects: decimals", "key"): (f"holds number values and {NO_KEY}", "T['x'] = T['x'].map(str)"),
    ("datetime64[ns]", "key"): (f"holds timestamp values and {NO_KEY}", "T['x'] = T['x'].dt.strftime('%Y-%m-%d')"),
    ("datetime64 with a zone", "key"): (
        f"holds timestamp values and {NO_KEY}",
        "T['x'] = T['x'].dt.strftime('%Y-%m-%d')",
    ),
    ("objects: dates", "key"): (f"holds timestamp values and {NO_KEY}", "T['x'] = T['x'].map(str)"),
    ("period", "key"): (f"holds timestamp values and {NO_KEY}", "T['x'] = T['ride'].map(str)"),  # a month has 30 rides
    ("bool", "key"): (f"holds truth value values and {NO_KEY}", "T['x'] = T['x'].astype(str) + T['ride'].map(str)"),
    ("cut", "key"): (f"{NO_KEY}: 1 of its values are there more than once", "T['x'] = T['ride'].map(str)"),
    ("objects: lists", "key"): (f"holds list values and {NO_KEY}", "T['x'] = T['x'].map(str)"),
    ("objects: mixed", "key"): (f"{NO_KEY}: it mixes kinds", "T['x'] = T['x'].map(str)"),
    ("objects: nothing", "key"): (f"{NO_KEY}: 24 of 24 rows have no value", "T['x'] = T['ride']"),
    ("int64", "time"): (f"holds whole number values and {NO_TIME}", "T['x'] = pd.to_datetime(T['x'], unit='D')"),
    ("float64", "time"): (f"holds number values and {NO_TIME}", "T['x'] = pd.to_datetime(T['x'], unit='D')"),
    ("timedelta64", "time"): (f"holds number values and {NO_TIME}", "T['x'] = pd.Timestamp('2024-01-01') + T['x']"),
    ("bool", "time"): (f"holds truth value values and {NO_TIME}", "T['x'] = T['date'].where(T['x'])"),
    ("objects: lists", "time"): (
        f"holds list values and {NO_TIME}",
        "T['x'] = pd.to_datetime(T['x'].str[0].astype('int64'), unit='D')",
    ),
    ("str", "time"): ("no ISO date|date", "T['x'] = pd.to_datetime(T['x'].astype('int64'), unit='D')"),
    ("objects: mixed", "time"): ("mixes kinds", "T['x'] = pd.to_datetime(T['x'].map(int), unit='D')"),
    ("objects: times of day", "time"): (
        "no ISO date|date",
        "T['x'] = pd.to_datetime(T['date'].dt.strftime('%Y-%m-%d ') + T['x'].map(str))",
    ),
}


def table_of(source: str, name: str, ints: Ints, *, with_rides: bool = True) -> Any:
    """A table of the source with a column ``x`` of that type; as rides it has a rider and a date too."""
    make, _ = SOURCES[source][name]
    rides = pd.DataFrame(
        {
            "ride": np.arange(len(ints)),
            "rider": np.arange(len(ints)) % NUM_RIDERS,
            "date": pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(len(ints)), unit="D"),
        }
    )
    base = rides if with_rides else rides[["ride"]].rename(columns={"ride": "place"})
    match source:
        case "pandas":
            return base.assign(x=make(ints))
        case "arrow":
            return pa.Table.from_pandas(base, preserve_index=False).append_column("x", make(ints))
        case "polars":
            return pl.from_arrow(pa.Table.from_pandas(base, preserve_index=False)).with_columns(make(ints).alias("x"))
        case _:
            connection = duckdb.connect()
            connection.register("base", pa.Table.from_pandas(base.assign(i=pd.array(ints, dtype="Int64"))))
            names = ", ".join(base.columns)
            return connection.sql(f"SELECT {names}, CASE WHEN i IS NULL THEN NULL ELSE {make} END AS x FROM base")


def whole_numbers(num_rows: int, *, with_missing: bool) -> Ints:
    return [None if with_missing and row % 3 == 1 else row for row in range(num_rows)]


def labels_of(role: str, table: Any, riders: Any) -> pd.DataFrame:
    """The labels of a graph in which the column ``x`` has a role."""
    key = "x" if role == "key" else "rider"
    graph = km.Graph.from_data(
        {"riders": riders, "rides": table},
        keys={"riders": key, "rides": None},
        times={"riders": None, "rides": "x" if role == "time" else "date"},
        links=[("rides", "x" if "key" in role else "rider", "riders")],
        infer=False,
    )
    inside = "DISTINCT(rides.x" if role == "payload" else "(rides.*"
    return km.labels(f"PREDICT COUNT_{inside}, 0, 15, days) FOR EACH riders.{key}".replace("COUNT_(", "COUNT("), graph)


RIDERS = pd.DataFrame({"rider": np.arange(NUM_RIDERS), "tier": "a"})


@pytest.mark.parametrize("with_missing", [False, True])
@pytest.mark.parametrize(("source", "name"), TYPES)
def test_a_column_is_read_as_what_it_is(source: str, name: str, with_missing: bool) -> None:
    ints = whole_numbers(NUM_RIDES, with_missing=with_missing)
    table = table_of(source, name, ints)

    read = km.Graph.from_data({"rides": table}, infer=False)["rides"].frame["x"]

    assert kind_of(read) is SOURCES[source][name][1]
    if "nothing" not in name and "infinity" not in name and name.lower() != "null" and "TIMESTAMP" not in name:
        assert read.isna().tolist() == [number is None for number in ints]


def outcome(source: str, name: str, role: str, *, with_missing: bool) -> str:
    """``read``, or what the error says; whatever is no error of ours is raised."""
    table = table_of(source, name, whole_numbers(NUM_RIDES, with_missing=with_missing))
    riders = RIDERS
    if role == "key":
        riders = table_of(source, name, whole_numbers(NUM_RIDERS, with_missing=False), with_rides=False)
    try:
        labels = labels_of(role, table, riders)
    except km.KumoMagicError as error:
        return str(error)
    assert len(labels)
    return "read"


def is_read(of_type: tuple[str, str], found: str) -> bool:
    """Whether the values were counted; a column without any is counted as zeros, which are no target."""
    has_none = "null" in of_type[1].lower() or "nothing" in of_type[1]
    return found == "read" or (has_none and "nothing tells them apart" in found)


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(TYPES), st.sampled_from(["payload", "key", "time", "foreign key"]), st.booleans())
def test_only_our_errors_come_through(of_type: tuple[str, str], role: str, with_missing: bool) -> None:
    found = outcome(*of_type, role, with_missing=with_missing)

    assert is_read(of_type, found) or role != "payload"


@pytest.mark.slow
@pytest.mark.parametrize("role", ["payload", "key", "time", "foreign key"])
def test_of_no_type_anything_but_our_errors_comes_through(role: str) -> None:
    found = {(*of_type, flag): outcome(*of_type, role, with_missing=flag) for of_type in TYPES for flag in (0, 1)}

    assert role != "payload" or all(is_read((source, name), words) for (source, name, _), words in found.items())


@pytest.mark.parametrize(("name", "role"), REFUSED)
def test_what_is_refused_has_a_reason_and_code_that_mends_it(name: str, role: str) -> None:
    reason, code = REFUSED[name, role]
    rides = table_of("pandas", name, whole_numbers(NUM_RIDES, with_missing=False))
    riders = rides.head(NUM_RIDERS) if role == "key" else RIDERS

    with pytest.raises(km.KumoMagicError, match=reason):
        labels_of(role, rides, riders)
    for table in (rides, riders := riders.copy()):
        if "x" in table:
            exec(code, {"T": table, "pd": pd})

    assert len(labels_of(role, rides, riders))


def test_objects_of_polars_are_refused_with_code_that_mends_them() -> None:
    rides = pl.DataFrame({"rider": [1, 2], "x": pl.Series([{1}, None], dtype=pl.Object)})

    with pytest.raises(km.GraphError, match="polars hands to nobody") as refused:
        km.Graph.from_data({"rides": rides})
    scope = {"rides": rides, "pl": pl}
    exec(refused.value.hint.split(": ", 1)[1], scope)

    assert km.Graph.from_data({"rides": scope["rides"]})["rides"].frame["x"].dropna().tolist() == ["{1}"]
