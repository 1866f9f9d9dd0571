import dataclasses

import numpy as np
import pandas as pd
import pytest

from kumo_magic.errors import OptionError
from kumo_magic.learn.answers import Readings, is_true
from kumo_magic.learn.threshold import Threshold, parse_threshold
from kumo_magic.plan.task_type import TaskType

ONE_DAY = pd.Series(pd.to_datetime(["2024-01-01"] * 4))
TWO_DAYS = pd.Series(pd.to_datetime(["2024-01-01", "2024-01-01", "2024-02-01", "2024-02-01"]))
PROBABILITY = np.array([0.9, 0.4, 0.3, 0.1])


def readings(threshold: Threshold) -> Readings:
    return Readings(task_type=TaskType.BINARY, threshold=threshold.least, capacity=threshold.capacity)


@pytest.mark.parametrize("written", [0.3, "0.3", ".3", " 0.30 "])
def test_a_number_is_the_probability_to_cut_at(written: str | float) -> None:
    threshold = parse_threshold(written, TaskType.BINARY)

    assert threshold is not None
    assert threshold.least == pytest.approx(0.3)


def test_nothing_asked_is_nothing_changed() -> None:
    assert parse_threshold(None, TaskType.REGRESSION) is None


def test_f1_in_any_case_is_the_default() -> None:
    assert parse_threshold("F1", TaskType.BINARY) == Threshold()


def test_a_cost_cuts_where_both_mistakes_cost_the_same_on_average() -> None:
    threshold = parse_threshold("cost:5:1", TaskType.BINARY)

    assert threshold is not None
    assert threshold.least is not None
    assert threshold.least * 5 == pytest.approx((1 - threshold.least) * 1)
    assert threshold.words == "a miss costs 5, a false alarm 1"


@pytest.mark.parametrize(
    "written", ["1.2", "-0.1", "top", "top:0", "top:x", "cost:5", "cost:0:1", "cost:1:2:3", "f2", "nan", "f1:2", ""]
)
def test_what_cannot_be_meant_is_refused_with_the_choices(written: str) -> None:
    with pytest.raises(OptionError, match="top:500"):
        parse_threshold(written, TaskType.BINARY)


def test_classes_of_a_set_can_be_cut_at_a_probability_and_not_counted() -> None:
    assert parse_threshold("0.3", TaskType.MULTILABEL_CLASSIFICATION) is not None
    with pytest.raises(OptionError, match="each row has several classes"):
        parse_threshold("top:5", TaskType.MULTILABEL_CLASSIFICATION)
    with pytest.raises(OptionError, match="no probability to cut"):
        parse_threshold("0.3", TaskType.MULTILABEL_RANKING)


def test_only_truth_values_have_a_threshold() -> None:
    with pytest.raises(OptionError, match="yes or no"):
        parse_threshold("0.3", TaskType.REGRESSION)


def test_a_probability_at_the_threshold_is_true_and_so_is_every_one_at_zero() -> None:
    assert is_true(readings(Threshold(least=0.4)), PROBABILITY, ONE_DAY).tolist() == [True, True, False, False]
    assert is_true(readings(Threshold(least=0.0)), PROBABILITY, ONE_DAY).all()


def test_a_capacity_is_so_many_of_each_anchor_time_and_no_more_where_they_are_equal() -> None:
    one = readings(Threshold(capacity=1))

    assert is_true(one, PROBABILITY, ONE_DAY).tolist() == [True, False, False, False]
    assert is_true(one, PROBABILITY, TWO_DAYS).tolist() == [True, False, True, False]
    assert is_true(one, np.full(4, 0.5), ONE_DAY).sum() == 1


def test_a_capacity_counts_rows_without_a_time_together() -> None:
    three = dataclasses.replace(readings(Threshold(capacity=3)))

    assert is_true(three, PROBABILITY, pd.Series([pd.NaT] * 4)).sum() == 3
