import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumo_magic.sampling.scaling import fit_scale


def test_a_bell_curve_is_standardised_without_a_logarithm() -> None:
    values = np.random.default_rng(0).normal(50.0, 4.0, size=10_000)

    scale = fit_scale(values)

    assert scale.unit is None
    assert scale.center == pytest.approx(50.0, abs=0.2)
    assert scale.spread == pytest.approx(4.0, rel=0.05)


def test_heavy_tails_are_compressed_so_that_the_middle_keeps_apart() -> None:
    values = np.exp(np.random.default_rng(0).normal(0.0, 2.5, size=10_000))

    scaled = fit_scale(values).apply(values)

    assert fit_scale(values).unit is not None
    assert (np.abs(scaled) >= 5).mean() < 0.01
    assert scaled[values > 2].mean() - scaled[values < 0.5].mean() > 1


@given(st.lists(st.floats(-1e300, 1e300), min_size=1, max_size=30), st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=100)
def test_any_order_gives_the_same_finite_scale(values: list[float], random: object) -> None:
    shuffled = list(values)
    random.shuffle(shuffled)  # pyright: ignore[reportAttributeAccessIssue]  # Hypothesis types it as Random

    scale = fit_scale(np.array(values))

    assert scale == fit_scale(np.array(shuffled))
    scaled = scale.apply(np.array(values))
    assert np.isfinite(scaled).all()
    assert np.abs(scaled).max() <= 5


@pytest.mark.parametrize("values", [[], [np.nan], [3.0, 3.0, 3.0], [0.0]])
def test_columns_without_variation_scale_to_something_finite(values: list[float]) -> None:
    scale = fit_scale(np.array(values, dtype=np.float64))

    assert np.isfinite(scale.apply(np.array([0.0, 3.0, 1e9]))).all()
    assert np.isnan(scale.apply(np.array([np.nan]))).all()
