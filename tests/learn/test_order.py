import numpy as np
import pytest
from scipy.special import expit

from kumo_magic.learn.order import constant_output, order_of, repeated, useful
from kumo_magic.plan.task_type import TaskType
from kumo_magic.tasks.target import Target

ROWS = np.arange(200)


def truths(share: float = 0.3) -> Target:
    return Target(task_type=TaskType.BINARY, values=(np.arange(200) < 200 * share).astype(float))


def test_an_order_the_wrong_way_round_is_clearly_worse_than_chance() -> None:
    target, noise = truths(), np.random.default_rng(0).normal(size=200)
    backwards = order_of(target, noise - target.values, ROWS)

    assert backwards.value < 0.4
    assert backwards.is_clearly_worse
    assert not order_of(target, noise + target.values, ROWS).is_worse_than_chance


def test_noise_is_never_clearly_worse_and_equal_outputs_are_chance() -> None:
    noise = [order_of(truths(), np.random.default_rng(seed).normal(size=200), ROWS) for seed in range(50)]

    assert sum(order.is_clearly_worse for order in noise) <= 4
    assert order_of(truths(), np.zeros(200), ROWS).value == 0.5


def test_rows_that_are_all_alike_say_nothing_of_an_order() -> None:
    order = order_of(truths(share=0), np.arange(200.0), ROWS)

    assert np.isnan(order.value)
    assert not order.is_worse_than_chance


@pytest.mark.parametrize("task_type", [TaskType.REGRESSION, TaskType.MULTICLASS, TaskType.MULTILABEL_CLASSIFICATION])
def test_numbers_classes_and_sets_have_an_order_too(task_type: TaskType) -> None:
    codes = np.arange(200) % 3
    right = np.eye(3)[codes]
    values = {
        TaskType.REGRESSION: codes.astype(float),
        TaskType.MULTICLASS: codes.astype(float),
        TaskType.MULTILABEL_CLASSIFICATION: right.astype(bool),
    }[task_type]
    raw = np.repeat(codes[:, None].astype(float), 3, axis=1) if task_type is TaskType.REGRESSION else right
    target = Target(task_type=task_type, values=values, classes=("a", "b", "c"))

    assert order_of(target, raw, ROWS).value == 1
    assert order_of(target, -raw, ROWS).is_clearly_worse


def test_learners_below_chance_do_not_count_while_one_is_above() -> None:
    target = truths()
    orders = {
        "good": order_of(target, target.values, ROWS),
        "bad": order_of(target, -target.values, ROWS),
        "flat": order_of(target, np.zeros(200), ROWS),
    }

    assert useful(orders) == ["good", "flat"]
    assert useful({"bad": orders["bad"]}) == ["bad"]


def test_the_same_answer_for_everyone_is_what_the_labels_say() -> None:
    numbers = Target(task_type=TaskType.REGRESSION, values=np.arange(200.0))

    assert expit(constant_output(truths(), ROWS)[0]) == pytest.approx(0.3, abs=0.001)
    assert constant_output(numbers, ROWS)[1] == 99.5
    assert repeated((1.0, 2.0, 3.0), np.zeros((2, 3))).tolist() == [[1, 2, 3], [1, 2, 3]]
