from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumo_magic.errors import GraphError
from kumo_magic.graph import Graph
from kumo_magic.graph.reading import RawTable, read_table, read_tables

RunHint = Callable[..., dict[str, Any]]


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def read(text: str | bytes, file: str = "stays.csv") -> RawTable:
    Path(file).write_bytes(text if isinstance(text, bytes) else text.encode())
    return next(iter(read_tables(file).values()))


def values(raw: RawTable, column: str) -> list[object]:
    return [None if pd.isna(value) else value for value in raw.frame[column].tolist()]


def said(raw: RawTable) -> str:
    return " ".join([*raw.notes, *map(str, raw.guesses.values())])


def test_digits_with_leading_zeros_stay_as_written() -> None:
    raw = read("guest_id,nights\n00017,2\n00230,\n")

    assert values(raw, "guest_id") == ["00017", "00230"]
    assert values(raw, "nights") == [2, None]
    assert "stays.guest_id has leading zeros ('00017')" in said(raw)


def test_plain_numbers_are_numbers_and_nothing_is_said() -> None:
    raw = read("id,size,price,is_open\n1,0,0.5,True\n2,10,-3e-2,False\n")

    assert raw.frame.dtypes.astype(str).tolist() == ["int64", "int64", "float64", "bool"]
    assert said(raw) == ""


def test_a_key_is_text_in_every_file_when_it_is_in_one() -> None:
    Path("guests.csv").write_text("guest_id\n0001\n1000\n2000\n")
    Path("stays.csv").write_text("stay_id,guest_id\n1,1000\n2,2000\n")

    graph = Graph.from_data(["guests.csv", "stays.csv"])

    assert graph["stays"].frame["guest_id"].tolist() == ["1000", "2000"]
    assert [str(link) for link in graph.links] == ["stays.guest_id → guests"]
    assert any("stays.guest_id is read as text, as guests.guest_id is" in note for note in graph.notes)


def test_a_key_is_text_where_the_parent_calls_it_id() -> None:
    Path("guests.csv").write_text("id\n0001\n1000\n")
    Path("stays.csv").write_text("guest_id\n1000\n")

    assert values(read_tables(["guests.csv", "stays.csv"])["stays"], "guest_id") == ["1000"]


def test_a_key_is_text_where_a_frame_of_the_same_call_has_texts() -> None:
    Path("stays.csv").write_text("guest_id\n1000\n")
    guests = pd.DataFrame({"guest_id": ["0001", "1000"]})

    assert values(read_tables({"guests": guests, "stays": "stays.csv"})["stays"], "guest_id") == ["1000"]


@pytest.mark.parametrize("as_frame", [True, False])
def test_padded_keys_are_numbers_where_the_other_table_pads_none(as_frame: bool) -> None:
    Path("guests.csv").write_text("guest_id\n0001\n0002\n0003\n")
    Path("stays.csv").write_text("guest_id\n1\n2\n3\n")
    stays = pd.DataFrame({"guest_id": [1, 2, 3]}) if as_frame else "stays.csv"

    tables = read_tables({"guests": "guests.csv", "stays": stays})

    assert values(tables["guests"], "guest_id") == values(tables["stays"], "guest_id") == [1, 2, 3]
    assert "which stays.guest_id has not" in said(tables["guests"])


def test_new_rows_keep_what_a_column_is() -> None:
    Path("guests.csv").write_text("guest_id,floor\n0001,1\n0002,2\n")
    Path("more.csv").write_text("guest_id,floor\n1003,03\n")
    graph = Graph.from_data({"guests": "guests.csv"})

    graph.update({"guests": "more.csv"})

    assert graph["guests"].frame["guest_id"].tolist() == ["0001", "0002", "1003"]
    assert graph["guests"].frame["floor"].tolist() == [1, 2, 3]


def test_what_can_be_added_up_is_a_number_also_with_leading_zeros() -> None:
    raw = read("id,amount,month\n1,0012,01\n2,0500,12\n")

    assert values(raw, "amount") == [12, 500]
    assert values(raw, "month") == [1, 12]
    assert not raw.guesses
    assert "stays.amount has leading zeros ('0012') and is read as numbers" in said(raw)


def test_digits_of_any_width_are_a_guess_that_one_line_makes_numbers(run_hint: RunHint) -> None:
    raw = read("id,box\n1,007\n2,12\n")
    graph = Graph.from_data({"stays": "stays.csv"})

    assert values(raw, "box") == ["007", "12"]
    assert run_hint(raw.guesses["box"], graph=graph)["stays"]["box"].tolist() == [7, 12]


def test_namibia_is_a_country_and_a_missing_number_is_missing() -> None:
    raw = read("country,rooms\nNA,4\nDE,NA\nFR,\nUS,9\n")

    assert values(raw, "country") == ["NA", "DE", "FR", "US"]
    assert values(raw, "rooms") == [4, None, None, 9]
    assert "'NA' among other codes" in said(raw)
    assert "stays.rooms holds 'NA' in one row, read as missing" in said(raw)


def test_words_that_may_be_gaps_stay_and_one_line_makes_them_gaps(run_hint: RunHint) -> None:
    raw = read("first,last\nNone,Ek\nAda,null\nBo,Lind\n")
    graph = Graph.from_data({"stays": "stays.csv"})

    assert values(raw, "first") == ["None", "Ada", "Bo"]
    stays = run_hint(raw.guesses["gaps"], graph=graph)["stays"]
    assert stays["first"].isna().tolist() == [True, False, False]
    assert stays["last"].isna().tolist() == [False, True, False]


def test_a_person_called_none_is_no_gap() -> None:
    raw = read("name\n" + "".join(f"guest {row}\n" for row in range(200)) + "none\n")

    assert values(raw, "name")[-1] == "none"
    assert not raw.guesses


def test_whole_numbers_that_pandas_wrote_as_floats_are_numbers_whatever_their_name() -> None:
    assert values(read("id,room_no\n1,18.0\n2,\n3,7.0\n"), "room_no") == [18, None, 7]


def test_a_mark_of_a_program_is_no_code() -> None:
    assert values(read("code\nHAM\n\\N\nVET\nALO\n"), "code") == ["HAM", None, "VET", "ALO"]


def test_marks_of_programs_are_gaps_between_texts() -> None:
    raw = read("tier\ngold\nNULL\n\\N\nsilver\n#N/A\n")

    assert values(raw, "tier") == ["gold", None, None, "silver", None]
    assert "read as missing" in said(raw)


def test_gaps_between_dates_do_not_make_them_texts() -> None:
    graph_of = read("when\n2024-01-01\nNULL\n2024-03-01\n")

    assert values(graph_of, "when") == ["2024-01-01", None, "2024-03-01"]


@pytest.mark.parametrize("large", [2**63, 2**64 - 1, 10**30])
def test_ids_beyond_64_bits_are_exact_beside_a_missing_one(large: int) -> None:
    raw = read(f"id,room\n{large},1\n,2\n{large - 1},3\n")

    assert values(raw, "id") == [str(large), None, str(large - 1)]
    assert "beyond 64 bits" in said(raw)


@pytest.mark.parametrize("large", [2**53 + 1, 2**63 - 1])
def test_ids_of_64_bits_are_exact_beside_a_missing_one(large: int) -> None:
    assert values(read(f"id,room\n{large},1\n,2\n"), "id") == [large, None]


def test_numbers_to_call_stay_texts_and_signs_of_scores_are_signs() -> None:
    raw = read("phone,vote\n+14155550100,+1\n+4930123456,-1\n")

    assert values(raw, "phone") == ["+14155550100", "+4930123456"]
    assert values(raw, "vote") == [1, -1]


def test_codes_with_points_and_zeros_stay_texts() -> None:
    raw = read("icd,version\n001.0,1.10\n250.00,1.9\n")

    assert values(raw, "icd") == ["001.0", "250.00"]
    assert values(raw, "version") == ["1.10", "1.9"]


def test_formulas_of_a_spreadsheet_are_their_texts() -> None:
    assert values(read('zip\n="00501"\n="10001"\n'), "zip") == ["00501", "10001"]


@pytest.mark.parametrize(("separator", "word"), [(";", "semicolons"), ("\t", "tabs"), ("|", "vertical bars")])
def test_other_separators_are_recognised(separator: str, word: str) -> None:
    raw = read(separator.join("ab") + "\n" + separator.join(["1", "x, y"]) + "\n" + separator.join(["2", "z"]) + "\n")

    assert values(raw, "b") == ["x, y", "z"]
    assert word in said(raw)


def test_a_decimal_comma_is_one_when_the_file_proves_it() -> None:
    raw = read("id;total;rest\n1;1.234,56;2.500\n2;7,5;12\n")

    assert values(raw, "total") == [1234.56, 7.5]
    assert values(raw, "rest") == [2500, 12]
    assert "'1.234,56' is read as 1234.56" in said(raw)
    assert "rest" in raw.guesses


def test_a_comma_that_may_be_either_is_told_with_both_readings(run_hint: RunHint) -> None:
    raw = read('id,total\n1,"1,234"\n2,12\n')
    graph = Graph.from_data({"stays": "stays.csv"})

    assert values(raw, "total") == [1234, 12]
    assert run_hint(raw.guesses["total"], graph=graph)["stays"]["total"].tolist() == [1.234, 12]

    raw = read("id;total\n1;1,234\n2;12\n")
    graph = Graph.from_data({"stays": "stays.csv"})

    assert values(raw, "total") == [1.234, 12]
    assert run_hint(raw.guesses["total"], graph=graph)["stays"]["total"].tolist() == [1234, 12]


def test_lists_of_numbers_are_no_numbers() -> None:
    assert values(read('ids\n"1,2,3"\n"40,5"\n'), "ids") == ["1,2,3", "40,5"]


def test_thousands_are_numbers() -> None:
    raw = read('us,swiss\n"1,234.50",1\'234\n"2,000,000",12\n')

    assert values(raw, "us") == [1234.5, 2_000_000]
    assert values(raw, "swiss") == [1234, 12]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_letters_are_right_in_every_usual_code(encoding: str) -> None:
    raw = read("id,name\n1,Zoë\n2,Müller\n".encode(encoding))

    assert values(raw, "name") == ["Zoë", "Müller"]
    assert raw.frame.columns.tolist() == ["id", "name"]
    assert ("not in UTF-8" in said(raw)) is (encoding in ("utf-16", "cp1252"))


def test_texts_over_lines_truths_and_old_line_ends_are_read() -> None:
    assert values(read('id,note\n1,"two\nlines, ""here"""\n2,x\n'), "note") == ['two\nlines, "here"', "x"]
    assert values(read("id,ok\n1,TRUE\n2,\n3,false\n"), "ok") == [True, None, False]
    assert values(read("id,a\r1,2\r3,4\r"), "a") == [2, 4]
    assert values(read('id,a\n1,"say \\"hi\\" now"\n2,b\n'), "a") == ['say "hi" now', "b"]
    assert values(read('id, a\n1, "x, y"\n2, z\n'), "a") == ["x, y", "z"]


@pytest.mark.parametrize(
    "above",
    ["# by the desk, 2024\n# draft\n", "Stays of May\n\n", "Stays of May,,\n"],
)
def test_lines_above_the_header_are_left_out_and_told(above: str) -> None:
    raw = read(f"{above}id,a,b\n1,2,3\n4,5,6\n")

    assert raw.frame.to_dict("list") == {"id": [1, 4], "a": [2, 5], "b": [3, 6]}
    assert "left out" in said(raw)


def test_a_header_that_is_a_comment_is_the_header() -> None:
    assert read("#id,a\n1,2\n3,4\n").frame.to_dict("list") == {"id": [1, 3], "a": [2, 4]}


@pytest.mark.parametrize("text", [",id\n0,7\n1,9\n", '"id"\n"1",7\n"2",9\n', "Unnamed: 0,id\n0,7\n1,9\n"])
def test_row_numbers_without_a_name_are_left_out(text: str) -> None:
    raw = read(text)

    assert raw.frame.to_dict("list") == {"id": [7, 9]}
    assert "numbers the rows" in said(raw)


def test_a_column_without_a_name_that_says_something_stays() -> None:
    assert read(",id\nx,7\ny,9\n").frame.to_dict("list") == {"Unnamed: 0": ["x", "y"], "id": [7, 9]}


@pytest.mark.parametrize("text", ["id,a\n1,2,\n3,4,\n", "id,a,\n1,2,\n3,4,\n"])
def test_a_separator_at_the_end_of_rows_moves_nothing(text: str) -> None:
    assert read(text).frame.to_dict("list") == {"id": [1, 3], "a": [2, 4]}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "'stays.csv' is empty"),
        ("\n \n", "'stays.csv' is empty"),
        ("zip,a\n007,2\n\n008,4\n009,6\n1,2,3\n", "Line 6 of 'stays.csv' has 3 values for 2 columns"),
        ('zip,a,b\n007,"x\ny",3\n008\n009,5,6\n', "Line 4 of 'stays.csv' has 1 value for 3 columns; 'a' has none"),
        ("zip,a,a\n007,2,3\n", "two columns named 'a': columns 2 and 3 of 'stays.csv', line 1"),
        ("007,2024-01-01,2.5\n008,2024-01-02,2.5\n", "'stays.csv' has no header"),
        ('zip,a\n007,"x\n008,3\n009,4\n', "line 2 and never ends"),
        (b"\0\1,2\n", "is no text"),
    ],
)
def test_what_cannot_be_read_is_refused_by_line_with_code_that_keeps_codes(
    text: str | bytes, words: str, run_hint: RunHint
) -> None:
    with pytest.raises(GraphError, match=words.replace("(", r"\(")) as error:
        read(text)

    if "pd.read_csv" in str(error.value):
        stays = run_hint(error.value)["stays"]
        first = stays[stays.columns[0]]
        assert first.iloc[0] == "007"


def test_a_header_between_rows_is_no_row() -> None:
    raw = read("id,a\n1,2\nid,a\n3,4\n")

    assert raw.frame.to_dict("list") == {"id": [1, 3], "a": [2, 4]}
    assert "repeats its header in one row" in said(raw)


def test_the_line_that_tells_excel_the_separator_is_no_header() -> None:
    assert read("sep=;\nid;a\n1;2\n3;4\n").frame.to_dict("list") == {"id": [1, 3], "a": [2, 4]}


def test_json_under_the_name_of_csv_is_refused_with_code_that_works(run_hint: RunHint) -> None:
    with pytest.raises(GraphError, match=r"'stays\.csv' is JSON") as error:
        read('[{"id":"007","a":2}]')

    assert run_hint(error.value)["stays"]["id"].tolist() == ["007"]
    with pytest.raises(GraphError, match="page of the web"):
        read("<html><body>Sign in</body></html>\n")


def test_a_header_alone_is_a_table_without_rows() -> None:
    assert read("id,a\n").frame.columns.tolist() == ["id", "a"]


def test_years_may_be_names_of_columns() -> None:
    assert read("country,2019,2020\nDE,1,2\n").frame.columns.tolist() == ["country", "2019", "2020"]


def test_parts_in_a_folder_are_one_table_with_codes_of_all_parts() -> None:
    Path("stays/year=2023").mkdir(parents=True)
    Path("stays/year=2024").mkdir(parents=True)
    Path("stays/year=2023/part-0.csv").write_text("zip,a\n00501,1\n")
    Path("stays/year=2024/part-0.csv").write_text("zip,a\n10001,2\n")
    Path("stays/_SUCCESS").write_text("")

    raw = read_table("stays", "stays")

    assert raw.frame.to_dict("list") == {"zip": ["00501", "10001"], "a": [1, 2], "year": [2023, 2024]}


def test_a_pattern_with_a_name_is_one_table_of_parts() -> None:
    Path("part-1.csv").write_text("zip,a\n00501,1\n")
    Path("part-2.csv").write_text("zip,A\n10001,2\n")

    raw = read_tables({"stays": "part-*.csv"})["stays"]

    assert raw.frame.to_dict("list") == {"zip": ["00501", "10001"], "a": [1, 2]}
    assert "calls 'a' 'A'" in said(raw)


def test_a_path_may_begin_at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("home").mkdir()
    Path("home/stays.csv").write_text("id\n1\n")
    monkeypatch.setenv("HOME", str(Path("home").absolute()))

    assert list(read_tables("~/stays.csv")) == list(read_tables("~/st*.csv")) == ["stays"]


@given(st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1), st.integers(0, 3))
def test_whole_numbers_come_back_exactly(numbers: list[int], gaps: int) -> None:
    raw = read("id,n\n" + "".join(f"{row},{n}\n" for row, n in enumerate([*numbers, *[""] * gaps])))

    assert values(raw, "n") == [*numbers, *[None] * gaps]


@given(st.lists(st.floats(allow_nan=False), min_size=1))
def test_numbers_come_back_exactly(numbers: list[float]) -> None:
    raw = read("id,n\n" + "".join(f"{row},{n!r}\n" for row, n in enumerate(numbers)))

    assert np.array_equal(raw.frame["n"].to_numpy(dtype="float64"), numbers)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), min_size=1), min_size=2))
def test_texts_come_back_as_pandas_wrote_them_or_what_was_done_is_said(texts: list[str]) -> None:
    pd.DataFrame({"id": range(len(texts)), "text": texts}).to_csv("stays.csv", index=False)

    raw = next(iter(read_tables("stays.csv").values()))

    read_as = ["" if pd.isna(value) else str(value) for value in raw.frame["text"]]
    assert read_as == texts or said(raw) or raw.frame["text"].dtype != "str"
