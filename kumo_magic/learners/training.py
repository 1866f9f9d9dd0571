"""A network, an objective and examples → trained weights. Knows steps and the clock, no tables and no frames."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from kumo_magic.learners.feed import Feed, halved
from kumo_magic.learners.schedule import NetworkSettings
from kumo_magic.progress.budget import Budget
from kumo_magic.progress.events import Notify, StageName, TrainingStep
from kumo_magic.sampling.sampler import Sampler
from kumo_magic.tasks.examples import ExampleBatch, Examples, batches, in_order
from kumo_magic.tasks.metrics import is_higher_better
from kumo_magic.tasks.objective import Objective

EVALUATION_SEED = 1_000_003
_EVALUATION_BATCH = 512
_WARM_UP_STEPS = 10
_SECONDS_BETWEEN_EVENTS = 0.1


class NetworkWithHead(nn.Module):
    """A network and the head of its task, as one set of weights.

    The network is called with a batch, its rows' features, [rows, features], and which seed each row is about. It gives
    states, [rows, width].

    Args:
        network: As told.
        head: Reads the states.
        shares_seeds: Whether the network can read batches in which the steps of a FORECAST share a seed.
    """

    def __init__(self, network: nn.Module, head: nn.Module, *, shares_seeds: bool = True) -> None:
        super().__init__()
        self.shares_seeds = shares_seeds
        self.network = network
        self.head = head


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """A network with its averaged weights, and how training got there."""

    model: NetworkWithHead
    best_step: int
    best_score: float | None
    steps: int
    seconds: float
    is_interrupted: bool

    def interrupted(self) -> Trained:
        """The same, marked as the last before the user stopped."""
        return replace(self, is_interrupted=True)


def train(
    model: NetworkWithHead,
    objective: Objective,
    examples: Examples,
    *,
    learner: str,
    sampler: Sampler,
    training_rows: np.ndarray,
    validation_rows: np.ndarray | None,
    settings: NetworkSettings,
    seed: int,
    stage: StageName,
    max_steps: int | None,
    evaluate_every: int,
    deadline: float,
    budget: Budget,
    notify: Notify,
) -> Trained:
    """Train until the validation score stops improving, the steps are done, or the deadline comes.

    Weights are an exponential moving average over steps; with validation rows, those of the best look at them. A batch
    that the device's memory does not bear is halved, and so are those after it.

    ``max_steps`` are all done whatever the patience, when the number is known. ``deadline`` counts in seconds since the
    run began; it is infinite when a schedule is repeated.

    Raises:
        KeyboardInterrupt: The user stopped before there were any weights to keep.
    """
    optimizer = torch.optim.AdamW(model.parameters(), lr=settings.learning_rate, weight_decay=settings.weight_decay)
    averaged = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(settings.ema_decay))
    average = averaged.module
    assert isinstance(average, NetworkWithHead)
    device = next(model.parameters()).device
    steps_per_epoch = max(1, len(training_rows) // settings.batch_size)
    sign = 1.0 if is_higher_better(objective.metric) else -1.0
    best_score, best_step, best_weights = -math.inf, 0, None
    losses: list[float] = []
    looks_without_gain, step, is_interrupted = 0, 0, False
    began = budget.elapsed
    last_event = -math.inf
    feed = Feed(
        examples,
        training_rows,
        sampler=sampler,
        batch_size=settings.batch_size,
        seed=seed,
        device=device,
        shares_seeds=model.shares_seeds,
    )
    model.train()
    try:
        while True:
            for group in optimizer.param_groups:
                group["lr"] = settings.learning_rate * min(1.0, (step + 1) / _WARM_UP_STEPS)
            losses.append(_step(model, objective, optimizer, feed))
            averaged.update_parameters(model)
            step += 1
            if budget.is_stopped and validation_rows is not None and best_weights is None:
                raise KeyboardInterrupt
            is_last = step == max_steps or budget.elapsed >= deadline or budget.is_stopped
            score = None
            if validation_rows is not None and (step % evaluate_every == 0 or is_last):
                outputs = predict_outputs([average], objective, examples, sampler=sampler, rows=validation_rows)
                score = objective.scores(outputs, validation_rows)[objective.metric]
                looks_without_gain += 1
                if best_weights is None or sign * score > best_score:
                    best_score, best_step, best_weights = sign * score, step, _copy(average)
                    looks_without_gain = 0
                model.train()
            if score is not None or budget.elapsed - last_event >= _SECONDS_BETWEEN_EVENTS or is_last:
                last_event = budget.elapsed
                notify(
                    TrainingStep(
                        stage=stage,
                        learner=learner,
                        epoch=step / steps_per_epoch,
                        step=step,
                        loss=float(np.mean(losses)),
                        metric=objective.metric,
                        score=score,
                        best_score=sign * best_score if best_weights is not None else None,
                        higher_is_better=sign > 0,
                        seconds=budget.elapsed,
                        seconds_left=max(0.0, budget.left),
                    )
                )
                losses.clear()
            is_interrupted = budget.is_stopped
            if is_last or (max_steps is None and looks_without_gain >= settings.patience):
                break
    except KeyboardInterrupt:
        if validation_rows is None or best_weights is None:
            raise
        is_interrupted = True
    finally:
        feed.close()
    if best_weights is None:
        best_weights, best_step = _copy(average), step
    model.load_state_dict(best_weights)
    return Trained(
        model=model,
        best_step=best_step,
        best_score=sign * best_score if validation_rows is not None else None,
        steps=step,
        seconds=budget.elapsed - began,
        is_interrupted=is_interrupted,
    )


def predict_outputs(
    models: Sequence[NetworkWithHead],
    objective: Objective,
    examples: Examples,
    *,
    sampler: Sampler,
    rows: np.ndarray,
) -> np.ndarray:
    """What the networks say together of the given rows of the examples, in their order: the mean of their outputs.

    A row's sample depends on the row, its anchor and a fixed seed alone, so neither the batch nor the company counts.
    """
    batched = _raw_batches(models, objective, examples, sampler, rows)
    return np.concatenate([objective.read(raw) for raw in batched])


def predict_raw(
    models: Sequence[NetworkWithHead],
    objective: Objective,
    examples: Examples,
    *,
    sampler: Sampler,
    rows: np.ndarray,
) -> np.ndarray:
    """The same before it is read, to be averaged with the raw outputs of other learners."""
    return np.concatenate(list(_raw_batches(models, objective, examples, sampler, rows)))


def _step(model: NetworkWithHead, objective: Objective, optimizer: torch.optim.Optimizer, feed: Feed) -> float:
    """One step down the gradient of the next batch that the memory bears; its loss."""
    while True:
        batch = feed.next()
        try:
            optimizer.zero_grad(set_to_none=True)
            loss = objective.loss(model.head, _states(model, batch), batch)
            loss.backward()
        except torch.OutOfMemoryError:
            optimizer.zero_grad(set_to_none=True)
            feed.halve()
            continue
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        return float(loss.detach())


@torch.no_grad()
def _raw_batches(
    models: Sequence[NetworkWithHead], objective: Objective, examples: Examples, sampler: Sampler, rows: np.ndarray
) -> Iterator[np.ndarray]:
    """Raw outputs batch by batch, smaller ones from where the device ran out of memory."""
    for model in models:
        model.eval()
    device = next(models[0].parameters()).device
    done, size = 0, _EVALUATION_BATCH
    while done < len(rows):
        order = in_order(rows[done:], size)
        stream = batches(
            examples,
            order,
            sampler=sampler,
            seed=EVALUATION_SEED,
            is_resampled=False,
            shares_seeds=models[0].shares_seeds,
            device=device,
        )
        try:
            for batch in stream:
                raw = _mean_raw(models, objective, batch)
                done += len(batch.rows)
                yield raw
        except torch.OutOfMemoryError:
            size = halved(size)
        finally:
            stream.close()


def _mean_raw(models: Sequence[NetworkWithHead], objective: Objective, batch: ExampleBatch) -> np.ndarray:
    raw = [objective.raw(model.head, _states(model, batch), batch) for model in models]
    return torch.stack(raw).mean(dim=0).cpu().numpy()


def _states(model: NetworkWithHead, batch: ExampleBatch) -> Tensor:
    """What the head reads, [rows, width]."""
    return model.network(batch.graph, batch.features, batch.seed_of_row)


def _copy(model: nn.Module) -> dict[str, Tensor]:
    return {name: tensor.detach().clone() for name, tensor in model.state_dict().items()}
