import pandas as pd
import pytest

from kumo_magic.prediction import Evaluation


def evaluation(metric: str, model: float, baseline: float, split: str = "test") -> Evaluation:
    return Evaluation(
        split=split,
        primary_metric=metric,
        metrics=pd.DataFrame({metric: [model, baseline, baseline]}, index=["graph network", "constant", "past mean"]),
        frame=pd.DataFrame(),
        kinds={"graph network": "model", "constant": "baseline", "past mean": "baseline"},
        num_rows=1907,
        anchor_times=(pd.Timestamp("2011-09-10"),),
    )


def test_a_better_model_is_set_beside_the_best_baseline() -> None:
    assert evaluation("AUROC", 0.75, 0.65).sentence == (
        "On 1,907 test rows at 2011-09-10 (rolling) the graph network reaches AUROC 0.750, "
        "the best baseline (constant) 0.650."
    )


@pytest.mark.parametrize(("metric", "model", "baseline"), [("AUROC", 0.6, 0.65), ("MAE", 320.0, 315.0)])
def test_a_model_that_loses_to_a_baseline_is_told_in_words(metric: str, model: float, baseline: float) -> None:
    shown = evaluation(metric, model, baseline)

    assert not shown.is_model_better
    assert "does not beat the baseline" in shown.sentence
    assert "needs no learning" in shown.sentence


def test_equal_is_not_better() -> None:
    assert not evaluation("AUROC", 0.7, 0.7).is_model_better


def test_less_error_is_better() -> None:
    assert evaluation("MAE", 10.0, 12.0).is_model_better


def test_a_validation_score_is_called_one() -> None:
    assert "validation rows" in evaluation("AUROC", 0.7, 0.6, split="val").sentence
