from types import SimpleNamespace
from typing import Any, cast

import pandas as pd
import pytest

from kumo_magic import prediction, session, trained_model
from kumo_magic.errors import ModelFormatError, OptionError, QueryError
from kumo_magic.graph import registry
from kumo_magic.learners.schedule import Schedule, TreeSchedule, TreeSettings

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
        ("--model 1 --keep users.seen", "--model learns nothing, so --keep has no say."),
        ("--time orders", "--time orders: write --time TABLE.COLUMN."),
        ("--known due", "--known due: name a column as TABLE.COLUMN."),
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


def test_a_time_of_one_run_reaches_the_pipeline_and_leaves_the_graph_as_it_is(run, pipeline) -> None:
    assert run(f"%predict --time users=none --report none {QUERY}").success

    asked, registered = pipeline.calls[0]["graph"], registry.get("shop")
    assert asked["users"].reasons["time column"] == "none: set by you"
    assert registered["users"].reasons["time column"] != "none: set by you"


@pytest.mark.parametrize(
    ("written", "reached"),
    [
        ("--preset fast", {"preset": "fast"}),
        ('--step "30 days"', {"step": "30 days"}),
        ("--device cpu", {"device": "cpu"}),
        ("--network MyNet", {"network": dict}),
        ("", {"preset": "balanced", "step": None, "device": "auto", "network": None, "top": None, "at": None}),
        ("", {"budget": "2min", "seed": 0, "learners": None, "threshold": None, "schedule": None, "model": None}),
    ],
)
def test_each_option_reaches_the_pipeline_and_has_a_default(shell, run, pipeline, written, reached) -> None:
    shell.user_ns["MyNet"] = dict

    assert run(f"%predict {written} --report none {QUERY}").success
    assert {name: pipeline.calls[0][name] for name in reached} == reached


@pytest.mark.parametrize(
    ("written", "reached"),
    [
        ("--top 3", {"top": 3, "exclude_seen": None}),
        ("--exclude-seen", {"top": None, "exclude_seen": True}),
        ("--keep-seen", {"top": None, "exclude_seen": False}),
    ],
)
def test_options_of_rankings_reach_the_pipeline(shell, run, shop, pipeline, written, reached) -> None:
    shell.user_ns["items"] = pd.DataFrame({"item_id": [0, 1, 2]})
    shell.user_ns["sales"] = shop["orders"].assign(item_id=shop["orders"]["order_id"] % 3)
    assert run("%graph items_shop users items sales --link sales.item_id=items").success

    query = "PREDICT LIST_DISTINCT(sales.item_id, 0, 30, days) RANK TOP 2 FOR EACH users.user_id"
    assert run(f"%predict items_shop {written} --report none {query}").success
    assert {name: pipeline.calls[0][name] for name in reached} == reached


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


@pytest.mark.parametrize(
    ("name", "value", "written", "other"),
    [
        ("budget", "33s", "44s", "44s"),
        ("preset", "best", "fast", "fast"),
        ("device", "cpu", "auto", "auto"),
        ("seed", 8, "9", 9),
    ],
)
def test_defaults_come_from_config_and_an_option_overrules_them(run, pipeline, name, value, written, other) -> None:
    run(f"%config KumoMagic.{name} = {value!r}")
    run(f"%predict --report none {QUERY}")
    run(f"%predict --{name} {written} --report none {QUERY}")

    assert [call[name] for call in pipeline.calls] == [value, other]


@pytest.mark.usefixtures("pipeline")
def test_the_report_can_be_turned_off_by_config(run, capsys) -> None:
    run("%config KumoMagic.report = 'none'")
    result = run(f"%predict {QUERY};")

    assert result.success
    assert capsys.readouterr().out == ""


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


@pytest.fixture
def quick(shell, monkeypatch) -> Schedule:
    """A variable whose schedule a real run repeats within a second, and no runs so far."""
    monkeypatch.setattr(session, "_runs", {})
    monkeypatch.setattr(session, "_next_number", 1)
    schedule = Schedule(trees=TreeSchedule(settings=TreeSettings(fewest_rows_per_leaf=5), num_rounds=5))
    shell.user_ns["quick"] = SimpleNamespace(schedule=schedule)
    return schedule


def test_a_run_warns_of_a_source_that_was_bound_to_something_else(shell, run, shop, quick, capsys) -> None:
    shell.user_ns["orders"] = shop["orders"].head(3)
    result = run(f"%predict --like quick --run it {QUERY}")

    assert "Note: 'orders' has been bound to something else" in capsys.readouterr().out
    assert len(result.result) == 40
    assert shell.user_ns["it"].schedule == quick


@pytest.mark.usefixtures("quick")
def test_the_report_never_repeats_the_frame_and_the_short_one_has_no_notes(run, capsys) -> None:
    run(f"%predict --like quick --report short {QUERY};")
    short = capsys.readouterr().out
    run(f"%predict --like quick {QUERY};")
    full = capsys.readouterr().out

    for told in (short, full):
        assert "anchor_time" not in told
        assert "best baseline" in told
    assert "\n- " in full
    assert "\n- " not in short


@pytest.mark.usefixtures("quick")
def test_runs_are_listed_compared_and_kept_without_a_name(run, capsys) -> None:
    for seed in (1, 2):
        run(f"%predict --like quick --seed {seed} --report none {QUERY};")
    capsys.readouterr()
    run("%runs")
    listed = capsys.readouterr().out
    run("%runs 1 2")
    compared = capsys.readouterr().out

    assert [number for number, kept in session.runs().items() if isinstance(kept, prediction.Prediction)] == [1, 2]
    assert len(session.runs()[2].frame) == 40
    assert "COUNT(orders.*" in listed
    assert "seed" in [line.split("≠")[0].strip() for line in compared.splitlines() if "≠" in line]
    assert "There is no run '7'. Runs kept: 1, 2." in str(run("%runs 7").error_in_exec)


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
