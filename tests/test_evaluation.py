import dataclasses
import math
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from IPython.core.formatters import DisplayFormatter
from sklearn.metrics import precision_recall_curve, roc_auc_score, roc_curve

from kumo_magic.errors import OptionError
from kumo_magic.evaluation import Evaluation
from kumo_magic.evaluation.intervals import auroc_scores, draw_resamples
from kumo_magic.plan.task_type import TaskType
from kumo_magic.tasks.metrics import binary_scores, regression_scores

DAYS = pd.to_datetime(["2011-09-10", "2011-10-10"])


def compared(metric: str, model: float, baseline: float, split: str = "test") -> Evaluation:
    """An evaluation of which only the scores matter."""
    return Evaluation(
        split=split,
        task_type=TaskType.BINARY,
        primary_metric=metric,
        metrics=pd.DataFrame({metric: [model, baseline, baseline]}, index=["graph network", "constant", "past mean"]),
        frame=pd.DataFrame({"user_id": [1, 2], "label": [True, True]}),
        kinds={"graph network": "model", "constant": "baseline", "past mean": "baseline"},
        num_rows=1907,
        anchor_times=(DAYS[0],),
    )


def test_trees_are_many_and_a_network_is_one() -> None:
    one = compared("AUROC", 0.8, 0.6)
    trees = {"boosted trees": "model", "constant": "baseline", "past mean": "baseline"}
    many = dataclasses.replace(one, kinds=trees, metrics=one.metrics.rename(index={"graph network": "boosted trees"}))

    assert "the graph network reaches AUROC" in one.sentence
    assert "the boosted trees reach AUROC" in many.sentence


def scored(
    frame: pd.DataFrame, task_type: TaskType, metric: str, scores: Callable[[np.ndarray, np.ndarray], dict[str, float]]
) -> Evaluation:
    """An evaluation of a frame with the columns of the task and a baseline."""
    labels = frame["label"].to_numpy(np.float64)
    answers = {
        "boosted trees": frame["probability" if task_type is TaskType.BINARY else "prediction"],
        "constant": frame["constant"],
    }
    return Evaluation(
        split="test",
        task_type=task_type,
        primary_metric=metric,
        metrics=pd.DataFrame({name: scores(labels, answer.to_numpy()) for name, answer in answers.items()}).T,
        frame=frame,
        kinds={"boosted trees": "model", "constant": "baseline"},
        num_rows=len(frame),
        anchor_times=tuple(frame["anchor_time"].unique()),
    )


def truths(num_rows: int, rows_per_user: int = 1) -> Evaluation:
    """Probabilities that are what they say, at two anchor times; rows of a user are alike."""
    random = np.random.default_rng(0)
    users = np.arange(num_rows) // rows_per_user
    probability = random.beta(1, 3, size=users.max() + 1)[users]
    frame = pd.DataFrame(
        {
            "user_id": users,
            "anchor_time": DAYS[np.arange(num_rows) % 2],
            "label": (random.random(users.max() + 1)[users] < probability),
            "prediction": probability >= 0.4,
            "probability": probability,
            "constant": 0.25,
        }
    )
    return scored(frame, TaskType.BINARY, "AUROC", binary_scores)


def amounts(num_rows: int) -> Evaluation:
    """Numbers whose intervals cover 80% at the first anchor time, and all at the second."""
    place = np.arange(num_rows)
    is_first = place % 2 == 0
    error = np.where(is_first & (place % 10 == 0), 5.0, 0.5)
    frame = pd.DataFrame(
        {
            "user_id": place,
            "anchor_time": np.where(is_first, DAYS[0], DAYS[1]),
            "label": 10.0 + place % 7 + error,
            "prediction": 10.0 + place % 7,
            "low": 9.0 + place % 7,
            "high": 11.0 + place % 7,
            "constant": 13.0,
        }
    )
    return scored(frame, TaskType.REGRESSION, "MAE", regression_scores)


def test_a_better_model_is_set_beside_the_best_baseline() -> None:
    assert compared("AUROC", 0.75, 0.65).sentence == (
        "On 1,907 test rows at 2011-09-10 (rolling) the graph network reaches AUROC 0.750, "
        "the best baseline (constant) 0.650."
    )


@pytest.mark.parametrize(("metric", "model", "baseline"), [("AUROC", 0.6, 0.65), ("MAE", 320.0, 315.0)])
def test_a_model_that_loses_to_a_baseline_is_told_in_words(metric: str, model: float, baseline: float) -> None:
    shown = compared(metric, model, baseline)

    assert not shown.is_model_better
    assert "does not beat the baseline" in shown.sentence
    assert "needs no learning" in shown.sentence


def test_equal_is_not_better() -> None:
    assert not compared("AUROC", 0.7, 0.7).is_model_better


def test_less_error_is_better() -> None:
    assert compared("MAE", 10.0, 12.0).is_model_better


def test_a_validation_score_is_called_one() -> None:
    assert "validation rows" in compared("AUROC", 0.7, 0.6, split="val").sentence


def test_rows_of_one_class_have_no_winner_and_say_why() -> None:
    shown = compared("AUROC", math.nan, math.nan)

    assert not shown.is_model_better
    assert shown.best_baseline == "constant"
    assert "AUROC has no value" in shown.sentence
    assert shown.unknown.startswith("No AUROC: the labels of these rows are all True")


def test_the_auroc_of_a_resample_is_that_of_its_rows_written_out() -> None:
    random = np.random.default_rng(1)
    labels, answer = random.integers(2, size=60).astype(float), random.integers(9, size=60) / 9
    counts = random.integers(3, size=(4, 60)).astype(np.float32)

    scores = auroc_scores(labels, answer, counts)

    rows = [np.repeat(np.arange(60), one.astype(int)) for one in counts]
    assert scores == pytest.approx([roc_auc_score(labels[one], answer[one]) for one in rows], abs=1e-9)


def test_a_resample_draws_entities_whole() -> None:
    resamples = draw_resamples(np.array([5, 5, 7, 7, 9]))

    assert resamples is not None
    assert (resamples.counts[:, 0] == resamples.counts[:, 1]).all()
    assert (resamples.counts[:, 2] == resamples.counts[:, 3]).all()
    assert len(np.unique(resamples.counts, axis=0)) > 5


def test_one_entity_gives_no_interval() -> None:
    assert draw_resamples(np.array([5, 5, 5])) is None


def test_an_interval_holds_the_score_and_narrows_with_more_rows() -> None:
    few, many = truths(300), truths(3000)

    for evaluation in (few, many):
        low, high = evaluation.intervals["boosted trees"]
        assert low < evaluation.score("boosted trees") < high
    widths = [np.ptp(evaluation.intervals["boosted trees"]) for evaluation in (few, many)]
    assert widths[0] > 2 * widths[1]


def test_copies_of_a_row_make_nothing_more_certain() -> None:
    once, five_times = truths(500), truths(2500, rows_per_user=5)

    widths = [np.ptp(evaluation.intervals["boosted trees"]) for evaluation in (once, five_times)]

    assert widths[1] == pytest.approx(widths[0], rel=0.3)


def test_a_sample_of_many_rows_gives_the_width_of_all() -> None:
    evaluation = truths(20_000)
    labels, probability = evaluation.frame["label"].to_numpy(float), evaluation.frame["probability"].to_numpy()
    counts = np.random.default_rng(3).multinomial(20_000, np.full(20_000, 1 / 20_000), size=50).astype(np.float32)

    low, high = evaluation.intervals["boosted trees"]

    assert high - low == pytest.approx(4 * auroc_scores(labels, probability, counts).std(), rel=0.35)


def test_intervals_are_the_same_each_time() -> None:
    assert truths(300).intervals == truths(300).intervals


def test_a_clear_lead_has_an_interval_above_zero_and_no_lead_one_around_it() -> None:
    ahead = truths(2000)
    frame = ahead.frame.assign(constant=ahead.frame["probability"])
    level = dataclasses.replace(ahead, frame=frame, metrics=ahead.metrics.assign(AUROC=0.7))

    assert ahead.difference.low > 0
    assert ahead.difference.value == pytest.approx(ahead.score("boosted trees") - 0.5)
    assert (level.difference.low, level.difference.value, level.difference.high) == (0, 0, 0)


def test_less_error_is_a_positive_lead() -> None:
    assert amounts(200).difference.value > 0


def test_scores_by_anchor_are_those_of_its_rows_alone() -> None:
    evaluation = truths(1000)

    found = evaluation.by_anchor

    first = evaluation.frame[evaluation.frame["anchor_time"] == DAYS[0]]
    assert found["anchor_time"].tolist() == list(DAYS)
    assert found["rows"].tolist() == [500, 500]
    assert found["AUROC"][0] == pytest.approx(roc_auc_score(first["label"], first["probability"]), abs=1e-9)
    assert found["base rate"][0] == pytest.approx(first["label"].mean())
    assert found["mean predicted"][0] == pytest.approx(first["probability"].mean())
    assert (found["low"] < found["AUROC"]).all()
    assert (found["AUROC"] < found["high"]).all()


def test_coverage_is_told_anchor_by_anchor() -> None:
    evaluation = amounts(100)

    assert evaluation.by_anchor["coverage"].tolist() == [0.8, 1.0]
    assert evaluation.by_anchor["mean width"].tolist() == [2.0, 2.0]
    assert evaluation.coverage == pytest.approx(0.9)


def test_an_anchor_with_one_class_has_no_auroc_and_spoils_no_other() -> None:
    evaluation = truths(400)
    is_first = evaluation.frame["anchor_time"] == DAYS[0]
    frame = evaluation.frame.assign(label=evaluation.frame["label"] & ~is_first)

    found = dataclasses.replace(evaluation, frame=frame).by_anchor

    assert np.isnan(found["AUROC"][0])
    assert np.isnan(found["low"][0])
    assert found["AUROC"][1] > 0.5


def test_rankings_are_resampled_by_their_rows_own_scores() -> None:
    random = np.random.default_rng(2)
    rows = pd.DataFrame({"user_id": np.arange(50), "anchor_time": DAYS[0]})
    rows = rows.assign(**{"graph network": random.random(50), "popularity": 0.1})
    evaluation = dataclasses.replace(
        truths(10),
        task_type=TaskType.LINK_PREDICTION,
        primary_metric="MAP@2",
        metrics=pd.DataFrame({"MAP@2": rows[["graph network", "popularity"]].mean()}),
        kinds={"graph network": "model", "popularity": "baseline"},
        row_scores=rows,
    )

    low, high = evaluation.intervals["graph network"]

    assert low < rows["graph network"].mean() < high
    assert evaluation.difference.low > 0
    assert evaluation.by_anchor["MAP@2"].tolist() == pytest.approx([rows["graph network"].mean()])


def test_a_hundred_thousand_rows_are_judged_by_a_sample_of_entities() -> None:
    evaluation = truths(100_000)

    low, high = evaluation.intervals[evaluation.model]

    assert low < evaluation.score(evaluation.model) < high
    assert high - low < 0.05
    assert len(evaluation.by_anchor) == 2


def test_decisions_count_what_the_column_prediction_says() -> None:
    evaluation = truths(1000)

    frame, found = evaluation.frame, evaluation.decisions
    assert found is not None
    assert found.precision == pytest.approx(frame.loc[frame["prediction"], "label"].mean())
    assert found.recall == pytest.approx(frame.loc[frame["label"], "prediction"].mean())
    assert amounts(10).decisions is None


def test_the_roc_and_pr_pictures_draw_the_frames_curves() -> None:
    evaluation = truths(200)
    label, probability = evaluation.frame["label"], evaluation.frame["probability"]

    roc = evaluation.plot("roc").axes[0].get_lines()[0]
    pr = evaluation.plot("pr").axes[0].get_lines()[0]

    false, true, _ = roc_curve(label, probability)
    precision, recall, _ = precision_recall_curve(label, probability)
    assert np.array_equal(roc.get_xydata(), np.column_stack([false, true]))
    assert np.array_equal(pr.get_xydata(), np.column_stack([recall, precision]))


def test_a_notebook_shows_a_picture_without_pyplot() -> None:
    shown, _ = DisplayFormatter().format(truths(200).plot("roc"))

    assert shown["image/png"].startswith(b"\x89PNG")


def test_the_calibration_picture_draws_ten_bins_of_equal_size() -> None:
    evaluation = truths(200)
    by_bin = evaluation.frame.sort_values("probability").reset_index().groupby(np.arange(200) // 20)

    points = evaluation.plot("calibration").axes[0].get_lines()[1].get_xydata()

    expected = np.column_stack([by_bin["probability"].mean(), by_bin["label"].mean()])
    assert points == pytest.approx(expected)


def test_the_pictures_of_numbers_draw_errors_and_coverage() -> None:
    evaluation = amounts(100)

    residuals = evaluation.plot("residuals").axes[0].get_lines()[1]
    coverage = evaluation.plot("coverage").axes[0].get_lines()[0]

    assert np.array_equal(residuals.get_ydata(), evaluation.frame["label"] - evaluation.frame["prediction"])
    assert list(coverage.get_ydata()) == [0.8, 1.0]


def test_a_picture_that_does_not_fit_the_task_names_those_that_do() -> None:
    with pytest.raises(
        OptionError, match="Choose from 'predicted', 'residuals', 'coverage', 'by_anchor', 'by_segment'"
    ):
        amounts(10).plot("roc")


def test_rows_of_one_class_have_no_roc_picture() -> None:
    evaluation = truths(20)

    with pytest.raises(OptionError, match="all the same"):
        dataclasses.replace(evaluation, frame=evaluation.frame.assign(label=True)).plot("roc")


def test_the_confusion_picture_counts_what_the_column_prediction_says() -> None:
    evaluation = truths(400)

    model, baseline = evaluation.plot("confusion").axes

    label, predicted = evaluation.frame["label"], evaluation.frame["prediction"]
    hits, alarms = int((label & predicted).sum()), int((~label & predicted).sum())
    counts = [int(text.get_text().split("\n")[0].replace(",", "")) for text in model.texts]
    assert counts == [hits, label.sum() - hits, alarms, (~label).sum() - alarms]
    assert len(baseline.texts) == 4


def test_a_cost_chooses_the_threshold_of_the_confusion_picture() -> None:
    evaluation = truths(400)
    frame = evaluation.frame
    thresholds = [np.inf, *frame["probability"]]
    costs = [
        5 * (frame["label"] & (frame["probability"] < least)).sum()
        + (~frame["label"] & (frame["probability"] >= least)).sum()
        for least in thresholds
    ]

    title = evaluation.plot("confusion", cost=(5, 1)).axes[0].get_title()

    assert title.endswith(f"cost {min(costs)}")


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        ({"threshold": 0.3, "cost": (5, 1)}, "not both"),
        ({"threshold": 3}, "between 0 and 1"),
        ({"cost": (5, -1)}, "two positive numbers"),
        ({"cost": 5}, "two positive numbers"),
    ],
)
def test_a_choice_that_cannot_be_used_says_what_can(choice: dict, words: str) -> None:
    with pytest.raises(OptionError, match=words):
        truths(20).plot("confusion", **choice)


def test_a_threshold_is_for_the_confusion_picture_alone() -> None:
    with pytest.raises(OptionError, match="picture 'confusion'"):
        truths(20).plot("roc", threshold=0.3)


def test_the_pictures_of_groups_draw_their_scores_and_the_baseline() -> None:
    evaluation = truths(400)

    lines = evaluation.plot("by_anchor").axes[0].get_lines()

    assert lines[0].get_ydata() == pytest.approx(evaluation.by_anchor["AUROC"])
    assert lines[1].get_ydata() == pytest.approx([0.5, 0.5])
    with pytest.raises(OptionError, match="no segments here"):
        evaluation.plot("by_segment")


def test_the_predicted_picture_has_the_model_and_the_baseline() -> None:
    evaluation = amounts(100)

    baseline, model = evaluation.plot("predicted").axes[0].collections

    assert np.array_equal(model.get_offsets(), evaluation.frame[["prediction", "label"]])
    assert np.array_equal(baseline.get_offsets(), evaluation.frame[["constant", "label"]])


def test_all_pictures_of_a_task_can_be_drawn() -> None:
    for evaluation in (truths(100), amounts(100)):
        for kind in evaluation.pictures:
            if kind != "by_segment":
                assert evaluation.plot(kind).axes
