from types import SimpleNamespace
from typing import Any, cast

import pandas as pd
import pytest

from kumo_magic import prediction, session, trained_model
from kumo_magic.errors import ModelFormatError, OptionError, QueryError

pytestmark = pytest.mark.usefixtures("shop")

QUERY = "PREDICT COUNT(orders.*, 0, 30, days) = 0 FOR EACH users.user_id"


def test_the_cells_value_is_the_frame_and_options_reach_the_pipeline(shell, run, pipeline) -> None:
    result = run(f"%%predict shop --as churn --run it --budget 90s --seed 3 --at 2024-06-01 --report none\n{QUERY}")

    assert list(result.result["user_id"]) == [0, 1]
    assert shell.user_ns["churn"] is result.result
    assert shell.user_ns["_"] is result.result
    assert shell.user_ns["it"].frame is result.result
    (asked,) = pipeline.calls
    assert (asked["budget"], asked["seed"], asked["at"], asked["text"]) == ("90s", 3, "2024-06-01", QUERY)


def test_the_only_graph_need_not_be_named(run, pipeline) -> None:
    assert run(f"%predict --report none {QUERY}").success
    assert pipeline.calls[0]["graph"].name == "shop"


def test_a_variable_that_holds_a_graph_is_a_name_too(shell, run, pipeline) -> None:
    assert run(f"%predict shop_graph --report none {QUERY}").success
    assert pipeline.calls[0]["graph"] is shell.user_ns["shop_graph"]


@pytest.mark.usefixtures("pipeline")
def test_a_semicolon_hides_the_frame_but_assigns_it(shell, run) -> None:
    result = run(f"%%predict --as churn --report none\n{QUERY};\n")

    assert result.result is None
    assert len(shell.user_ns["churn"]) == 2


def test_parameters_come_from_the_notebooks_variables(shell, run, pipeline) -> None:
    shell.user_ns["wanted"] = "gold"
    run(f"%%predict --report none\n{QUERY} WHERE users.tier = :wanted")

    assert pipeline.calls[0]["params"] == {"wanted": "gold"}


def test_braces_and_dollars_in_the_line_are_left_alone(shell, run, pipeline) -> None:
    shell.user_ns["tier"] = "changed"
    run(f"%predict --report none {QUERY} WHERE users.tier = '{{tier}} $tier'")

    assert pipeline.calls[0]["text"].endswith("'{tier} $tier'")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("--as users", "'users' is a table of the graph 'shop'"),
        ("--run orders", "'orders' is a table of the graph 'shop'"),
        ("--as 3x", "'3x' is no name that a variable can have"),
        ("--as class", "'class' is no name that a variable can have"),
        ("--as a --run a", "--as and --run both name 'a'"),
        ("--budget soon", "The budget 'soon' is no duration"),
        ("--seed -1", "--seed -1: give a whole number of at least 0"),
        ("--top 5", "--top is for rankings"),
        ("--at someday", "is no date"),
        ("--step often", "is no length of time"),
        ("--device tpu", "--device tpu: choose auto, cpu or cuda."),
        ("--report ful", "Did you mean full?"),
        ("--like 9", "there is no run 9"),
        ("--like users", "'users' is neither a run's number nor a variable that holds a run"),
        ("--labels --plan", "--labels and --plan exclude each other"),
        ("--labels --run r", "--labels makes no run"),
        ("--learners trees,forest", "--learners forest: choose baseline, trees, linear or network."),
        ("--learners ,", "--learners ,: choose baseline, trees, linear or network."),
        ("--threshold often", "The threshold 'often' cannot be used. Give a probability such as 0.3"),
        ("--threshold top:0", "The threshold 'top:0' cannot be used."),
        ("--model m", "'m' is neither a run's number, nor a variable that holds a run or a model, nor the folder"),
        ("--model 7", "--model 7: there is no run 7. Runs kept: none yet."),
        ("--model 1 --budget 5s", "--model learns nothing, so --budget has no say."),
        ("--model 1 --labels", "--model learns nothing, so --labels has no say."),
        ("two", "'two' is one word too many"),
    ],
)
def test_options_are_checked_before_any_work(run, pipeline, options, said) -> None:
    result = run(f"%%predict shop {options}\n{QUERY}")

    assert isinstance(result.error_in_exec, OptionError)
    assert said in str(result.error_in_exec)
    assert pipeline.calls == []


def test_learners_and_the_threshold_reach_the_pipeline(run, pipeline) -> None:
    assert run(f"%predict --learners baseline,Trees,trees --threshold top:10 --report none {QUERY}").success
    assert run(f"%predict --report none {QUERY}").success

    assert [(asked["learners"], asked["threshold"]) for asked in pipeline.calls] == [
        (("baseline", "trees"), "top:10"),
        (None, None),
    ]


def test_a_threshold_is_refused_where_the_answer_is_a_number(run, pipeline) -> None:
    result = run("%predict --threshold 0.3 PREDICT COUNT(orders.*, 0, 30) FOR EACH users.user_id")

    assert "is for questions of yes or no" in str(result.error_in_exec)
    assert pipeline.calls == []


def test_a_mistake_in_the_query_is_shown_with_its_place_before_any_work(run, pipeline) -> None:
    error = run("%%predict shop\nPREDICT COUNT(ordrs.*, 0, 30) = 0 FOR EACH users.user_id").error_in_exec

    assert isinstance(error, QueryError)
    assert "^^^^^" in str(error)
    assert "Did you mean 'orders'?" in str(error)
    assert pipeline.calls == []


def test_an_empty_cell_says_what_belongs_there(run) -> None:
    assert "There is no query." in str(run("%%predict shop\n\n").error_in_exec)


def test_errors_of_ours_show_no_traceback(run, capsys) -> None:
    run("%predict shop --nope")

    assert "Traceback" not in (shown := capsys.readouterr().out)
    assert "There is no option --nope." in shown


def test_a_stop_before_the_first_learner_ends_the_cell_and_assigns_nothing(shell, run, pipeline, capsys) -> None:
    pipeline.error = KeyboardInterrupt()
    result = run(f"%%predict shop --as churn --report none\n{QUERY}")

    assert isinstance(result.error_in_exec, KeyboardInterrupt)
    assert "churn" not in shell.user_ns
    assert "Nothing was assigned." in capsys.readouterr().out


def test_an_error_during_the_run_assigns_nothing(shell, run, pipeline) -> None:
    pipeline.error = OptionError("no")
    run(f"%%predict shop --as churn\n{QUERY}")

    assert "churn" not in shell.user_ns


def test_like_repeats_the_schedule_of_a_run(run, pipeline) -> None:
    run(f"%predict --run first --report none {QUERY}")
    run(f"%predict --like first --report none {QUERY}")
    run(f"%predict --like 1 --report none {QUERY}")

    assert [call["schedule"] for call in pipeline.calls] == [None, "the schedule", "the schedule"]


def test_the_model_of_a_run_or_a_variable_is_asked(shell, run, pipeline, monkeypatch) -> None:
    nothing = cast(Any, None)
    model = trained_model.Model(plan=nothing, labels=nothing, fitted=nothing, graph_version=0)
    held = SimpleNamespace(model=model)
    monkeypatch.setattr(prediction, "Prediction", SimpleNamespace)
    monkeypatch.setattr(session, "_runs", {4: held})
    shell.user_ns.update(it=held, churn_model=model)
    for named in ("4", "it", "churn_model"):
        assert run(f"%predict --model {named} --report none {QUERY}").success

    assert all(call["model"] is model for call in pipeline.calls)
    assert len(pipeline.calls) == 3


def test_a_saved_folder_is_loaded_on_the_graph_that_is_asked(run, pipeline, monkeypatch, tmp_path) -> None:
    folder = tmp_path / "my model"
    folder.mkdir()
    monkeypatch.setattr(trained_model, "load", lambda path, graph: (path, graph.name))

    assert run(f'%predict shop_graph --model "{folder}" --report none {QUERY}').success
    assert [call["model"] for call in pipeline.calls] == [(folder, "shop")]


def test_a_folder_without_a_model_ends_the_cell_with_what_is_wrong(run, pipeline, tmp_path) -> None:
    error = run(f"%predict --model {tmp_path} --report none {QUERY}").error_in_exec

    assert isinstance(error, ModelFormatError)
    assert "There is no saved model at" in str(error)
    assert pipeline.calls == []


def test_defaults_come_from_config(run, pipeline) -> None:
    run("%config KumoMagic.budget = '33s'")
    run(f"%predict --report none {QUERY}")

    assert pipeline.calls[0]["budget"] == "33s"


def test_the_labels_are_the_cells_value_and_nothing_is_trained(shell, run, pipeline, capsys) -> None:
    result = run(f"%%predict shop --labels --as known\n{QUERY}")

    assert list(result.result.columns) == ["user_id", "anchor_time", "label", "split"]
    assert shell.user_ns["known"] is result.result
    assert "before any training" in capsys.readouterr().out
    assert pipeline.calls == []


def test_the_plan_is_words_and_sql_and_no_value(run, pipeline, capsys) -> None:
    result = run(f"%%predict shop --plan\n{QUERY}")
    shown = capsys.readouterr().out

    assert result.result is None
    assert "will they have no order" in shown
    assert "SELECT" in shown
    assert pipeline.calls == []


def test_a_rebound_source_is_warned_about(shell, run, shop, capsys) -> None:
    shell.user_ns["orders"] = shop["orders"].copy()
    run(f"%%predict shop --labels\n{QUERY}")

    assert "Note: 'orders' has been bound to something else" in capsys.readouterr().out


def test_a_source_that_stayed_is_not(run, capsys) -> None:
    run(f"%%predict shop --labels\n{QUERY}")

    assert "Note:" not in capsys.readouterr().out


def test_help_lists_the_options(run, capsys) -> None:
    run("%predict --help")

    assert "--budget TIME" in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.small
def test_a_real_run_answers_reports_and_is_kept(shell, run, capsys) -> None:
    result = run(f"%%predict shop --as churn --run it --budget 8s\n{QUERY}")
    shown = capsys.readouterr().out

    assert isinstance(result.result, pd.DataFrame)
    assert list(result.result.columns) == ["user_id", "anchor_time", "prediction", "probability"]
    assert len(result.result) == 40
    assert shell.user_ns["it"].evaluation.sentence in shown
    assert "graph network" in shown
    run("%runs")
    assert "best baseline" in capsys.readouterr().out
