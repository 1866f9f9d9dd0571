import pytest
import torch

from kumo_magic.model.dropout import ByteDropout


def test_the_share_is_left_out_and_the_mean_is_kept() -> None:
    torch.manual_seed(0)

    states = ByteDropout(0.3)(torch.ones(1000, 1001))  # not a multiple of eight

    assert (states == 0).float().mean().item() == pytest.approx(0.3, abs=0.003)  # 77 of 256
    assert states.mean().item() == pytest.approx(1.0, abs=0.003)


def test_the_same_seed_leaves_out_the_same_units() -> None:
    dropout, states = ByteDropout(0.5), torch.ones(30, 7)
    torch.manual_seed(3)
    first = dropout(states)
    second = dropout(states)
    torch.manual_seed(3)

    assert torch.equal(dropout(states), first)
    assert not torch.equal(first, second)


def test_gradients_pass_through_the_units_that_stay() -> None:
    states = torch.ones(20, 5, requires_grad=True)
    dropped = ByteDropout(0.5)(states)
    dropped.sum().backward()

    assert states.grad is not None
    assert torch.equal(states.grad, dropped.detach())


def test_nothing_is_left_out_while_evaluating_or_with_a_share_of_zero() -> None:
    states = torch.randn(4, 3)

    assert ByteDropout(0.5).eval()(states) is states
    assert ByteDropout(0.0)(states) is states


@pytest.mark.parametrize("share", [-0.1, 1.0, float("nan")])
def test_other_shares_are_refused(share: float) -> None:
    with pytest.raises(ValueError, match="from 0 to less than 1"):
        ByteDropout(share)
