import numpy as np
import pytest

from kumo_magic.features.label_history import LabelHistory
from kumo_magic.learn.baselines import constant, entity_baselines
from kumo_magic.plan.task_type import TaskType

HISTORY = LabelHistory(
    entity_rows=np.array([0, 0, 1]),
    anchor_us=np.array([10, 20, 10]),
    closed_us=np.array([20, 30, 20]),
    values=np.array([4.0, 8.0, 1.0]),
)


def test_a_past_label_counts_from_the_end_of_its_window() -> None:
    answers = entity_baselines(HISTORY, np.array([0, 0, 0]), np.array([19, 20, 30]), constant_answer=-1.0)

    assert answers["last value"].tolist() == [-1.0, 4.0, 8.0]
    assert answers["past mean"].tolist() == [-1.0, 4.0, 6.0]


def test_an_entity_without_a_past_gets_the_constant() -> None:
    answers = entity_baselines(HISTORY, np.array([2]), np.array([99]), constant_answer=5.0)

    assert {name: values.tolist() for name, values in answers.items()} == {
        "constant": [5.0],
        "past mean": [5.0],
        "last value": [5.0],
    }


@pytest.mark.parametrize(("task_type", "answer"), [(TaskType.REGRESSION, 1.0), (TaskType.BINARY, 4.0)])
def test_the_constant_is_the_best_single_answer_of_the_task(task_type: TaskType, answer: float) -> None:
    assert constant(np.array([1.0, 1.0, 10.0]), task_type) == answer
