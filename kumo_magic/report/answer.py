"""A prediction → its answer in one sentence. Reads the frame; predicts nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo_magic.plan.task_type import TaskType
from kumo_magic.report.numbers import count, moment, number, share

if TYPE_CHECKING:
    import pandas as pd

    from kumo_magic.prediction import Prediction


def answer(prediction: Prediction) -> str:
    """What the frame says, in one sentence: how many, for whom, as of when."""
    frame = prediction.frame
    if frame.empty:
        return f"Nobody to predict for{_as_of(prediction)}: no row of {prediction.plan.entity_table} is eligible."
    entities = _entities(prediction)
    match prediction.plan.task_type:
        case TaskType.BINARY:
            true = int(frame["prediction"].sum())
            least = ""
            if prediction.threshold is not None:
                least = f", at a probability of {number(prediction.threshold)} or more ({prediction.threshold_words})"
            return f"True for {count(true)} of {entities} ({share(true / len(frame))}){_as_of(prediction)}{least}."
        case TaskType.REGRESSION | TaskType.FORECASTING:
            low, middle, high = (float(frame["prediction"].quantile(part)) for part in (0.1, 0.5, 0.9))
            return (
                f"A median of {number(middle)} for {entities}{_as_of(prediction)}; "
                f"80% of the predictions lie between {number(low)} and {number(high)}."
            )
        case TaskType.MULTICLASS:
            often = frame["prediction"].value_counts()
            return (
                f"{often.index[0]!r} is predicted most often: for {count(int(often.iloc[0]))} of {entities} "
                f"({share(int(often.iloc[0]) / len(frame))}){_as_of(prediction)}."
            )
        case TaskType.MULTILABEL_CLASSIFICATION:
            return _classes(prediction, entities)
        case _:
            return _ranking(prediction, entities)


def _classes(prediction: Prediction, entities: str) -> str:
    """Of how many classes, how many are told of each row, and which most often."""
    frame, column = prediction.frame, str(prediction.frame.columns[len(prediction.plan.key_columns) + 1])
    told = frame.loc[frame["prediction"], column].value_counts()
    num_entities = len(frame.drop_duplicates([*prediction.plan.key_columns, "anchor_time"]))
    least = "" if prediction.threshold is None else f" at a probability of {number(prediction.threshold)} or more"
    words = f"Of {count(frame[column].nunique())} values of {column}, {number(len(told) and told.sum() / num_entities)}"
    answer = f"{words} each on average for {entities}{_as_of(prediction)}{least} ({prediction.threshold_words})"
    if told.empty:
        return f"{answer}."
    return f"{answer}; {told.index[0]!r} most often, for {share(int(told.iloc[0]) / num_entities)} of them."


def _ranking(prediction: Prediction, entities: str) -> str:
    frame = prediction.frame
    item = _item_column(frame)
    first = frame.loc[frame["rank"] == 1, item].value_counts()
    is_of_rows = prediction.plan.task_type is TaskType.LINK_PREDICTION
    what = prediction.plan.item_table if is_of_rows else f"the values of {item}"
    return (
        f"The best {count(int(frame['rank'].max()))} of {what} for {entities}{_as_of(prediction)}; "
        f"{first.index[0]!r} is ranked first most often, for {share(int(first.iloc[0]) / int(first.sum()))} of them."
    )


def _item_column(frame: pd.DataFrame) -> str:
    """The column between rank and score."""
    return str(frame.columns[list(frame.columns).index("rank") + 1])


def _entities(prediction: Prediction) -> str:
    number_of = len(prediction.frame[list(prediction.plan.key_columns)].drop_duplicates())
    return f"{count(number_of)} {prediction.plan.entity_table}"


def _as_of(prediction: Prediction) -> str:
    if "anchor_time" not in prediction.frame:
        return ""
    times = prediction.frame["anchor_time"].dropna()
    return f" as of {moment(times.iloc[0])}" if len(times) and times.nunique() == 1 else ""
