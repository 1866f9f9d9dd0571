"""Numbers that people wrote as text: told with code that makes numbers of them; codes and words are left in peace."""

import numpy as np
import pandas as pd
import pytest

import kumo_magic as km
from kumo_magic.finding import Severity

AMOUNTS = np.random.default_rng(3).gamma(2.0, 900.0, 60).round(2) - 300
FORMS = {
    "dollars": ([f"${amount:,.2f}" for amount in abs(AMOUNTS)], abs(AMOUNTS)),
    "euros": ([f"{amount:.2f} €".replace(".", ",") for amount in AMOUNTS], AMOUNTS),
    "per cent": ([f"{place}%" for place in range(60)], np.arange(60.0)),
    "points and commas": (
        [f"{amount:,.2f}".translate(str.maketrans(",.", ".,")) for amount in abs(AMOUNTS)],
        abs(AMOUNTS),
    ),
    "parentheses": ([f"({amount:.2f})" if amount > 0 else f"{-amount:.2f}" for amount in -AMOUNTS], AMOUNTS),
    "plain": ([f"{amount:.2f}" for amount in AMOUNTS], AMOUNTS),
}


@pytest.mark.parametrize("form", FORMS)
def test_amounts_in_text_are_told_and_the_code_reads_them(form: str) -> None:
    texts, numbers = FORMS[form]
    bills = pd.DataFrame({"bill_id": range(60), "amount": texts})

    (finding,) = km.Graph.from_data({"bills": bills}).findings

    names = {"bills": bills, "pd": pd}
    exec(finding.next_step.split(": ", 1)[1].removesuffix("."), names)
    assert (finding.about, finding.severity) == ("bills.amount", Severity.GUESS)
    np.testing.assert_allclose(names["bills"]["amount"], numbers, atol=0.006)


def test_one_word_among_many_amounts_is_told_to_become_missing() -> None:
    bills = pd.DataFrame({"bill_id": range(60), "amount": ["pending", *FORMS["dollars"][0][1:]]})

    (finding,) = km.Graph.from_data({"bills": bills}).findings

    assert "1 values such as 'pending' become missing" in finding.next_step


@pytest.mark.parametrize(
    "texts",
    [
        [f"{place:05}" for place in range(60)],
        [str(place) for place in range(60)],
        [f"+49 170 {place:07}" for place in range(60)],
        [f"1.{place}.3" for place in range(60)],
        [f"10.0.0.{place}" for place in range(60)],
        [f"{place % 24:02}:30" for place in range(60)],
        [f"{place}A" for place in range(60)],
        [f"room {place}.{place}" for place in range(60)],
        ["1.5", "2.0"] * 30,
    ],
)
def test_codes_and_words_are_left_in_peace(texts: list[str]) -> None:
    assert km.Graph.from_data({"bills": pd.DataFrame({"bill_id": range(60), "what": texts})}).findings == ()


def test_a_stype_that_the_user_gives_ends_the_matter() -> None:
    graph = km.Graph.from_data({"bills": pd.DataFrame({"bill_id": range(60), "amount": FORMS["dollars"][0]})})

    graph["bills"]["amount"].stype = "categorical"

    assert graph.findings == ()
