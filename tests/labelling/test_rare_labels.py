"""Few labels of one kind are counted, split by split; common ones and small splits of common ones are not."""

import numpy as np
import pandas as pd
import pytest

import kumo_magic as km
from kumo_magic.errors import TooFewLabelsError
from kumo_magic.finding import Finding, Severity
from kumo_magic.labelling import build_label_table
from kumo_magic.labelling.rare_labels import rare_labels


def rare(graph: km.Graph, text: str) -> list[Finding]:
    plan = km.bind(text, graph)
    return rare_labels(plan, build_label_table(plan))


def machines(num_broken: int) -> km.Graph:
    """A thousand machines, of which the given number, spread evenly, is broken."""
    is_broken = np.zeros(1000, dtype=bool)
    is_broken[np.linspace(0, 999, num_broken).astype(int)] = True
    frame = pd.DataFrame({"machine_id": range(1000), "broken": is_broken, "weight": np.arange(1000) % 7})
    return km.Graph.from_data({"machines": frame})


BROKEN = "PREDICT machines.broken FOR EACH machines.machine_id"


def test_few_true_labels_are_counted_in_each_split() -> None:
    (finding,) = rare(machines(12), BROKEN)

    assert finding.severity is Severity.HOLLOW
    assert finding.says.startswith("Few labels are true: ")
    assert " of 800 training labels, " in finding.says
    assert " of 100 test labels" in finding.says


def test_few_false_labels_are_as_few() -> None:
    (finding,) = rare(machines(12), "PREDICT machines.broken = false FOR EACH machines.machine_id")

    assert finding.says.startswith("Few labels are false: ")


@pytest.mark.parametrize("num_broken", [100, 500, 950])
def test_common_labels_need_no_word(num_broken: int) -> None:
    assert rare(machines(num_broken), BROKEN) == []


def test_classes_that_hardly_any_row_teaches_are_named() -> None:
    kinds = np.array([*["car"] * 600, *["van"] * 396, *["tram"] * 4])
    frame = pd.DataFrame({"ride_id": range(1000), "kind": np.random.default_rng(0).permutation(kinds)})

    (finding,) = rare(km.Graph.from_data({"rides": frame}), "PREDICT rides.kind FOR EACH rides.ride_id")

    assert finding.says.startswith("1 of 3 classes have fewer than 10 training labels")
    assert "'tram' (" in finding.says


@pytest.mark.parametrize(
    ("target", "value"),
    [("SUM(trips.fare, 0, 10)", "0"), ("AVG(trips.fare, 0, 10)", "0"), ("MAX(trips.seats, 0, 10)", "4")],
)
@pytest.mark.parametrize("steps", ["", " FORECAST 2 TIMEFRAMES"])
def test_a_number_that_never_differs_is_refused_with_its_value(target: str, value: str, steps: str) -> None:
    trips = pd.DataFrame({"trip_id": range(400), "rider_id": np.arange(400) % 8, "fare": 0.0, "seats": 4})
    trips["day"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(400) // 2, unit="D")
    graph = km.Graph.from_data({"riders": pd.DataFrame({"rider_id": range(8)}), "trips": trips})

    with pytest.raises(TooFewLabelsError, match=rf"All [\d,]+ training labels are {value} \(anchor times 2024-01"):
        km.labels(f"PREDICT {target}{steps} FOR EACH riders.rider_id", graph)


def test_a_column_that_never_differs_is_refused_with_its_value() -> None:
    frame = pd.DataFrame({"house_id": range(300), "price": 250_000.0})

    with pytest.raises(TooFewLabelsError, match="All 240 training labels are 250000 "):
        km.labels("PREDICT houses.price FOR EACH houses.house_id", km.Graph.from_data({"houses": frame}))
