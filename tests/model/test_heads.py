import pytest
import torch

from kumo_magic.model.feature_encoder import FeatureEncoder
from kumo_magic.model.heads import BinaryHead, QuantileHead
from kumo_magic.model.ranking import RankingContext, RankingHead
from kumo_magic.model.set_head import SetHead
from kumo_magic.model.time_encoding import TimeEncoding
from kumo_magic.sampling.schema import TableSchema


def test_quantiles_never_cross() -> None:
    head = QuantileHead(8, (-1.0, 0.0, 2.0))

    outputs = head(100 * torch.randn(50, 8))

    assert (outputs.diff(dim=-1) > 0).all()


def test_an_untrained_quantile_head_answers_the_quantiles_it_was_started_with() -> None:
    head = QuantileHead(8, (-1.0, 0.5, 2.0))

    outputs = head(torch.zeros(1, 8))

    assert outputs[0].tolist() == pytest.approx([-1.0, 0.5, 2.0], abs=1e-5)


def test_pinball_loss_is_least_at_the_quantiles() -> None:
    head = QuantileHead(4, (0.0, 0.0, 0.0))
    labels = torch.arange(101, dtype=torch.float32)

    at_quantiles = head.loss(torch.tensor([[10.0, 50.0, 90.0]]).expand(101, 3), labels)
    elsewhere = head.loss(torch.tensor([[10.0, 60.0, 90.0]]).expand(101, 3), labels)

    assert at_quantiles < elsewhere


def test_an_untrained_binary_head_answers_the_base_rate() -> None:
    head = BinaryHead(8, base_rate=0.2)

    assert torch.sigmoid(head(torch.zeros(1, 8))).item() == pytest.approx(0.2, abs=1e-5)


def test_an_untrained_set_head_answers_the_base_rates_and_bears_an_unknown_past() -> None:
    rates = torch.tensor([0.2, 0.7])
    states = torch.zeros(3, 8)

    without_past = SetHead(8, rates, 0)(states, torch.zeros(3, 2, 0))
    with_past = SetHead(8, rates, 4)(states, torch.full((3, 2, 4), torch.nan))

    assert torch.allclose(torch.sigmoid(without_past), rates.expand(3, 2), atol=1e-4)
    assert torch.allclose(torch.sigmoid(with_past), rates.expand(3, 2), atol=0.05)


def test_a_class_reads_its_own_past_alone() -> None:
    head, past = SetHead(8, torch.tensor([0.5, 0.5]), 4), torch.zeros(1, 2, 4)
    changed = past.clone()
    changed[0, 1] = 3.0

    one, other = head(torch.zeros(1, 8), past), head(torch.zeros(1, 8), changed)

    assert one[0, 0] == other[0, 0]
    assert one[0, 1] != other[0, 1]


def test_a_missing_time_has_an_encoding_of_its_own() -> None:
    encoding = TimeEncoding(4)
    with torch.no_grad():
        encoding.missing.fill_(7.0)

    encoded = encoding(torch.tensor([float("nan"), 0.0]))

    assert encoded[0].tolist() == [7.0] * 4
    assert torch.isfinite(encoded).all()


def test_missing_features_become_finite_states() -> None:
    training = torch.tensor([[1.0, float("nan")], [3.0, float("nan")]]).numpy()
    encoder = FeatureEncoder(training, channels=4, dropout=0.0)

    states = encoder(torch.tensor([[float("nan"), 5.0], [1e12, float("nan")]]))

    assert torch.isfinite(states).all()


def items() -> tuple[RankingHead, torch.Tensor]:
    return RankingHead(4, TableSchema(), 3, popularity_start=[1.0], pair_start=[1.0], pair_bonus=0.0), torch.randn(3, 4)


def context(*, is_born: list[bool], pair: int | None = None) -> RankingContext:
    pairs = [] if pair is None else [pair]
    return RankingContext(
        popularity=torch.zeros(1, 3, 1),
        anchor=torch.zeros(2, dtype=torch.int64),
        pair_seed=torch.zeros(len(pairs), dtype=torch.int64),
        pair_candidate=torch.tensor(pairs, dtype=torch.int64),
        pair_features=torch.ones(len(pairs), 1),
        is_born=torch.tensor([is_born]),
    )


def test_an_item_that_does_not_exist_at_the_anchor_is_never_ranked() -> None:
    head, vectors = items()

    scores = head(torch.randn(2, 4), vectors, context(is_born=[True, False, True]))

    assert torch.isneginf(scores[:, 1]).all()
    assert torch.isfinite(scores[:, [0, 2]]).all()


def test_a_shared_past_changes_the_score_of_that_pair_alone() -> None:
    head, vectors = items()
    states = torch.randn(2, 4)

    changed = head(states, vectors, context(is_born=[True] * 3, pair=2)) - head(
        states, vectors, context(is_born=[True] * 3)
    )

    assert changed.nonzero().tolist() == [[0, 2]]


def test_a_seed_without_true_items_counts_nothing_in_the_loss() -> None:
    head, _ = items()
    scores = torch.randn(2, 3)
    labels = torch.tensor([[True, False, False], [False, False, False]])

    assert torch.isclose(head.loss(scores, labels), head.loss(scores[:1], labels[:1]))
