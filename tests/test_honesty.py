"""What runs say of themselves: every score can be recomputed from the frame that comes with it."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr
from sklearn.metrics import (
    accuracy_score,
    average_precision_score,
    brier_score_loss,
    f1_score,
    log_loss,
    mean_absolute_error,
    roc_auc_score,
    root_mean_squared_error,
)

import kumo_magic as km
from kumo_magic.learners.schedule import (
    NetworkSchedule,
    NetworkSettings,
    RankerSchedule,
    Schedule,
    TreeSchedule,
    TreeSettings,
)
from kumo_magic.prediction import Prediction
from kumo_magic.report.record import record

SETTINGS = NetworkSettings(channels=16, fan_out=4, batch_size=128)
NETWORK = Schedule(networks=NetworkSchedule(settings=SETTINGS, evaluate_every=5, train_steps=(5,)))
BLEND = Schedule(
    networks=NetworkSchedule(settings=SETTINGS, evaluate_every=5, train_steps=(5,)),
    trees=TreeSchedule(settings=TreeSettings(), num_rounds=20),
)
RANKER = Schedule(ranker=RankerSchedule(num_rounds=20, most_rows=400))
CHURN = "PREDICT COUNT(orders.*, 0, 20) = 0 FOR EACH users.user_id"
SPEND = "PREDICT SUM(orders.amount, 0, 20) FOR EACH users.user_id"
STATUS = "PREDICT LAST(orders.status, 0, 20) FOR EACH users.user_id"
ITEMS = "PREDICT LIST_DISTINCT(orders.item_id, 0, 20) RANK TOP 3 FOR EACH users.user_id"


@pytest.fixture(scope="module")
def shop() -> km.Graph:
    """Sixty users who order at rates of their own, over three hundred days."""
    random = np.random.default_rng(1)
    rate = random.gamma(0.7, size=60)
    who = random.choice(60, 1200, p=rate / rate.sum())
    orders = pd.DataFrame(
        {
            "user_id": who,
            "item_id": random.integers(9, size=1200),
            "amount": random.gamma(2.0, 10.0, 1200),
            "status": random.choice(["paid", "open", "late"], 1200),
            "date": pd.Timestamp("2024-01-01") + pd.to_timedelta(random.integers(0, 300 * 24, 1200), unit="h"),
        }
    )
    users = pd.DataFrame({"user_id": np.arange(60), "tier": random.choice(["gold", "tin"], 60)})
    return km.Graph.from_data({"users": users, "items": pd.DataFrame({"item_id": range(9)}), "orders": orders})


@pytest.fixture(scope="module")
def churn(shop: km.Graph) -> Prediction:
    return km.predict(CHURN, shop, schedule=BLEND)


def expected_calibration_error(labels: pd.Series, probability: pd.Series) -> float:
    """Ten bins that end at the deciles; equal probabilities share one."""
    deciles = np.quantile(probability, np.arange(1, 10) / 10, method="inverted_cdf")
    bins = pd.cut(probability, [-np.inf, *np.unique(deciles), np.inf])
    means = pd.DataFrame({"label": labels, "probability": probability}).groupby(bins, observed=True)
    gaps = (means["label"].mean() - means["probability"].mean()).abs()
    return float((gaps * means.size()).sum() / len(labels))


def test_scores_of_truth_values_can_be_recomputed_from_the_frame(churn: Prediction) -> None:
    evaluation = churn.evaluation

    assert list(evaluation.metrics.index)[:3] == ["blend", "boosted trees", "graph network"]
    for learner, scores in evaluation.metrics.iterrows():
        label, answer = evaluation.frame["label"].astype(int), evaluation.answer(str(learner))
        expected = {
            "AUROC": roc_auc_score(label, answer),
            "average precision": average_precision_score(label, answer),
            "Brier": brier_score_loss(label, answer),
            "ECE": expected_calibration_error(label, answer),
            "log loss": log_loss(label, answer),
        }
        assert scores.to_dict() == pytest.approx(expected, abs=1e-9)


def test_scores_of_numbers_can_be_recomputed_from_the_frame(shop: km.Graph) -> None:
    evaluation = km.predict(SPEND, shop, schedule=BLEND).evaluation

    for learner, scores in evaluation.metrics.iterrows():
        label, answer = evaluation.frame["label"], evaluation.answer(str(learner))
        expected = {"MAE": mean_absolute_error(label, answer), "RMSE": root_mean_squared_error(label, answer)}
        if answer.nunique() > 1:
            expected["Spearman"] = spearmanr(label, answer).statistic
        assert scores.dropna().to_dict() == pytest.approx(expected, abs=1e-9)
    covered = (evaluation.frame["low"] <= evaluation.frame["label"]) & (
        evaluation.frame["label"] <= evaluation.frame["high"]
    )
    assert evaluation.coverage == covered.mean()


@pytest.mark.slow
def test_scores_of_classes_can_be_recomputed_from_the_frame(shop: km.Graph) -> None:
    evaluation = km.predict(STATUS, shop, schedule=BLEND).evaluation

    for learner, scores in evaluation.metrics.iterrows():
        label, answer = evaluation.frame["label"], evaluation.answer(str(learner))
        assert scores["accuracy"] == pytest.approx(accuracy_score(label, answer), abs=1e-9)
        assert scores["macro F1"] == pytest.approx(f1_score(label, answer, average="macro"), abs=1e-9)
    probability = evaluation.frame[["probability_open", "probability_paid"]]
    expected = log_loss(evaluation.frame["label"], probability, labels=["open", "paid"])
    assert evaluation.metrics.at["blend", "log loss"] == pytest.approx(expected, abs=1e-9)


@pytest.mark.slow
def test_a_rankings_score_is_the_mean_of_its_rows_scores(shop: km.Graph) -> None:
    evaluation = km.predict(ITEMS, shop, schedule=NETWORK).evaluation

    assert evaluation.row_scores is not None
    for learner in evaluation.metrics.index:
        assert evaluation.row_scores[learner].mean() == pytest.approx(evaluation.score(learner), abs=1e-9)
    assert evaluation.by_anchor["rows"].sum() == evaluation.num_rows


def test_segments_of_a_ranking_add_up_to_the_whole_and_its_parts_stand_beside(shop: km.Graph) -> None:
    run = km.predict(ITEMS, shop, schedule=RANKER)
    evaluation = run.evaluation
    found, shares = evaluation.by_segment, evaluation.repeat_shares

    assert found is not None
    assert shares is not None
    assert evaluation.main_metrics == ["MAP@3", "NDCG@3", "recall@3", "hit rate@3", "MRR@3"]
    assert {"coverage@3", "repeat recall@3", "explore recall@3"} < set(evaluation.metrics)
    assert list(evaluation.metrics.index[-3:]) == ["recent popularity", "own past items", "item-kNN"]
    assert set(shares.index) == {"labels", *evaluation.metrics.index}
    for learner, of_learner in found.groupby("learner"):
        assert of_learner["rows"].sum() == evaluation.num_rows
        for metric in evaluation.main_metrics:
            mean = np.average(of_learner[metric], weights=of_learner["rows"])
            assert mean == pytest.approx(evaluation.metrics.at[learner, metric])
    heavy = found.loc[found["segment"] == "heavy", "rows"].iloc[0]
    assert heavy <= evaluation.num_rows / 5
    made = record(run)
    assert "Repeats and new items, coverage, scores by segment" in made.html
    assert f"{shares['labels']:.0%} of the true items are repeats" in made.html
    assert made.html.count(">item-kNN</td>") == found["segment"].nunique()
    assert "coverage" not in made.text


def test_what_is_counted_as_a_repeat_can_be_counted_in_the_tables(shop: km.Graph) -> None:
    evaluation = km.predict(ITEMS, shop, schedule=RANKER).evaluation
    orders, frame = shop["orders"].frame, evaluation.frame

    is_own = [
        ((orders["user_id"] == user) & (orders["item_id"] == item) & (orders["date"] <= anchor)).any()
        for user, item, anchor in zip(frame["user_id"], frame["item_id"], frame["anchor_time"], strict=True)
    ]
    shares = evaluation.repeat_shares
    assert shares is not None
    assert shares[evaluation.model] == pytest.approx(np.mean(is_own))
    listed = frame.groupby("anchor_time")["item_id"].nunique() / len(shop["items"].frame)
    assert evaluation.metrics.at[evaluation.model, "coverage@3"] == pytest.approx(listed.mean())


def test_other_tasks_have_segments_by_column_and_no_repeats(churn: Prediction) -> None:
    evaluation = churn.evaluation
    found = evaluation.by_segment

    assert found is not None
    assert evaluation.repeat_shares is None
    assert {"tier", "past orders"} == set(found["column"])
    assert (found.groupby("column")["rows"].sum() == evaluation.num_rows).all()
    tiers = churn.plan.graph["users"].frame.set_index("user_id")["tier"]
    gold = evaluation.frame[evaluation.frame["user_id"].map(tiers) == "gold"]
    row = found[found["segment"] == "gold"].iloc[0]
    assert row["rows"] == len(gold)
    assert row["AUROC"] == pytest.approx(roc_auc_score(gold["label"], gold["probability"]))
    assert row["best baseline"] == pytest.approx(roc_auc_score(gold["label"], gold[evaluation.best_baseline]))
    assert churn.evaluation.main_metrics == list(churn.evaluation.metrics)


def test_the_interval_of_a_score_is_around_it_for_every_learner(churn: Prediction) -> None:
    evaluation = churn.evaluation

    for learner, (low, high) in evaluation.intervals.items():
        assert low <= evaluation.score(learner) <= high
    assert evaluation.difference.low <= evaluation.difference.value <= evaluation.difference.high


@pytest.mark.parametrize(
    ("threshold", "least"), [("0.3", 0.3), (0.3, 0.3), ("cost:3:1", 0.25), ("cost:1:3", 0.75), ("f1", None)]
)
def test_the_threshold_decides_the_answer_and_the_held_out_rows_alike(
    shop: km.Graph, churn: Prediction, threshold: str | float, least: float | None
) -> None:
    run = km.predict(CHURN, shop, model=churn.model, threshold=threshold)

    assert run.threshold == pytest.approx(churn.threshold if least is None else least)
    for frame in (run.frame, run.evaluation.frame):
        assert frame["prediction"].equals(frame["probability"] >= run.threshold)


def test_a_capacity_is_kept_at_every_anchor_and_the_threshold_is_what_it_took(
    shop: km.Graph, churn: Prediction
) -> None:
    run = km.predict(CHURN, shop, model=churn.model, threshold="top:7")

    assert run.frame["prediction"].sum() == 7
    assert (run.evaluation.frame.groupby("anchor_time")["prediction"].sum() == 7).all()
    assert run.threshold == run.frame.loc[run.frame["prediction"], "probability"].min()
    assert run.frame.loc[~run.frame["prediction"], "probability"].max() <= run.threshold


def test_the_best_f1_can_be_had_back_from_a_model_that_was_cut_elsewhere(shop: km.Graph, churn: Prediction) -> None:
    cut = km.predict(CHURN, shop, model=churn.model, threshold=0.9)

    back = km.predict(CHURN, shop, model=cut.model, threshold="f1")

    assert cut.threshold == 0.9
    assert back.threshold == churn.threshold


def test_a_threshold_for_numbers_is_refused_before_any_work(shop: km.Graph) -> None:
    with pytest.raises(km.OptionError, match="yes or no"):
        km.predict(SPEND, shop, threshold=0.5)


@pytest.mark.parametrize("splits", [pytest.param(["test"], marks=pytest.mark.slow), ["val", "test"]])
def test_held_out_rows_of_one_class_get_dashes_and_a_reason_not_an_error(shop: km.Graph, splits: list[str]) -> None:
    labels = km.labels(CHURN, shop)
    labels.loc[labels["split"].isin(splits), "label"] = True

    run = km.predict(CHURN, shop, labels=labels, schedule=BLEND)

    evaluation = run.evaluation

    assert evaluation.metrics["AUROC"].isna().all()
    assert "the labels of these rows are all True" in evaluation.unknown
    assert np.isfinite(evaluation.metrics["Brier"]).all()
    assert "(rolling)" in evaluation.sentence
    assert run.threshold is not None
    assert "–" in record(run).text
