import pandas as pd

import kumo_magic as km


def test_the_packaged_tables_have_their_names_and_link_up() -> None:
    tables = km.datasets.online_retail()

    assert list(tables) == ["customers", "products", "invoices", "invoice_lines"]
    assert all(type(table) is pd.DataFrame for table in tables.values())
    assert sum(len(table) for table in tables.values()) == 576_251
    assert set(tables["invoice_lines"]["invoice_no"]) <= set(tables["invoices"]["invoice_no"])
    assert set(tables["invoice_lines"]["stock_code"]) <= set(tables["products"]["stock_code"])
    assert set(tables["invoices"]["customer_id"].dropna()) <= set(tables["customers"]["customer_id"])


def test_a_table_that_was_changed_is_whole_when_asked_for_again() -> None:
    km.datasets.online_retail()["customers"].pop("country")

    assert "country" in km.datasets.online_retail()["customers"]
