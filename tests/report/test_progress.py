import io

import pandas as pd

from kumo_magic.progress.events import FirstAnswer, StageStarted, Stopped
from kumo_magic.report.first import first_state
from kumo_magic.report.live import TerminalDisplay
from kumo_magic.report.progress import Preparation, progress_state, status

IMPORTS = Preparation(words="Loading PyTorch.")


def state_of(events, **changes):
    arguments = {"title": "t", "budget_seconds": 60.0, "preparation": IMPORTS, "seconds": 3.0, "is_stopping": False}
    return progress_state(events, **(arguments | changes))


def test_the_imports_are_the_first_stage() -> None:
    state = state_of(())

    assert state["status"] == "Loading PyTorch."
    assert [stage["title"] for stage in state["stages"]] == ["Imports"]
    assert state["stages"][0]["seconds"] is None


def test_a_finished_stage_says_what_it_found_and_how_long_it_took(events) -> None:
    stages = state_of(events)["stages"]

    assert [stage["title"] for stage in stages] == ["Imports", "Labels", "Graph network"]
    assert stages[1]["words"] == "6 labels at 3 anchor times."
    assert stages[1]["seconds"] == 0.5
    assert stages[2]["seconds"] is None


def test_the_status_names_the_best_score_and_the_baseline(events) -> None:
    assert (
        status(events, IMPORTS)
        == "Training: epoch 2.0, loss 0.600. Best AUROC 0.750 (graph network); the best baseline: past mean 0.700."
    )


def test_the_status_tells_what_trees_reached_beside_the_baseline(events, trees_scored) -> None:
    told = (*events[:5], trees_scored)

    assert status(told, IMPORTS) == (
        "Boosted trees (7 leaves): AUROC 0.790 on the validation rows. "
        "Best AUROC 0.790 (boosted trees); the best baseline: past mean 0.700."
    )
    assert state_of(told)["leader"] == "boosted trees"


def test_the_status_says_that_the_run_is_stopping(events) -> None:
    assert state_of(events, is_stopping=True)["status"].startswith("Stopping")
    assert "best so far answers" in status((*events, Stopped(stage="train", seconds=4.0)), IMPORTS)


def test_an_output_that_is_no_terminal_gets_a_line_per_stage_and_the_record(events) -> None:
    output = io.StringIO()
    display = TerminalDisplay(budget_seconds=60, preparation=IMPORTS, output=output)
    display.ready()
    for event in events:
        display.notify(event)
    display.close({"text/html": "<b>html</b>", "text/plain": "the record"})

    first, second, last = output.getvalue().splitlines()
    assert "Loading PyTorch." in first
    assert "6 labels at 3 anchor times." in second
    assert last == "the record"


def test_a_terminal_overwrites_one_line() -> None:
    output = io.StringIO()
    output.isatty = lambda: True
    display = TerminalDisplay(budget_seconds=60, preparation=IMPORTS, output=output)
    display.notify(StageStarted(stage="labels", words="Looking back.", seconds=0.0))
    display.close({"text/plain": "the record"})

    assert "\n" not in output.getvalue().removesuffix("the record\n")


def test_the_first_answer_is_a_small_table_for_people() -> None:
    frame = pd.DataFrame(
        {
            "user_id": range(9),
            "anchor_time": pd.Timestamp("2024-05-01"),
            "prediction": [True] * 9,
            "probability": [0.51234, float("nan")] + [0.5] * 7,
        }
    )
    event = FirstAnswer(learner="boosted trees", metric="AUROC", score=0.7771, frame=frame, num_asked=400, seconds=3.0)

    first = first_state(event)

    assert first["columns"] == ["user_id", "anchor_time", "prediction", "probability"]
    assert first["rows"][:2] == [["0", "2024-05-01", "True", "0.512"], ["1", "2024-05-01", "True", "–"]]
    assert len(first["rows"]) == 5
    assert "by boosted trees (AUROC 0.777 on the validation rows): 5 of 400 rows" in first["words"]
