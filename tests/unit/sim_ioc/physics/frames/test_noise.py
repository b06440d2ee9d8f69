"""Poisson noise of whole frames: moments, independence, and what the detector does to them."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim_ioc.errors import PhysicsError
from sim_ioc.physics.frames.noise import NoisePool, Readout

SHAPE = (256, 256)
MEANS = (0.01, 0.03, 0.1, 0.5, 1.0, 3.0, 8.0, 9.99, 10.01, 12.0, 30.0, 100.0, 1e3, 1e4)


def flat(mean, shape=SHAPE):
    return np.full(shape, mean, dtype=np.float32)


def frames(mean, count, shape=SHAPE, seed=5):
    pool = NoisePool(shape, seed)
    return np.stack([pool.draw(flat(mean, shape)) for _ in range(count)]).astype(float)


@pytest.fixture(scope="module")
def pool():
    return NoisePool(SHAPE, seed=5)


def moments(pool, mean):
    """Return mean, variance and third central moment, of as many pixels as the mean needs."""
    frames = 600 if mean < 0.1 else 40
    times = sum(np.bincount(pool.draw(flat(mean)).ravel(), minlength=12000) for _ in range(frames))
    times = times / times.sum()
    number = np.arange(len(times))
    first = times @ number
    return first, times @ (number - first) ** 2, times @ (number - first) ** 3


@pytest.mark.parametrize("mean", MEANS)
def test_moments_are_those_of_poisson(pool, mean):
    found, variance, third = moments(pool, mean)
    assert found == pytest.approx(mean, rel=0.005)
    assert variance / found == pytest.approx(1, abs=0.02)
    # the third moment of a Poisson distribution is its mean; beyond 100 it drowns in the variance
    if mean <= 100:
        assert third / mean == pytest.approx(1, abs=0.15)


def test_small_means_have_the_probabilities_of_poisson(pool):
    counts = np.bincount(np.stack([pool.draw(flat(2.0)) for _ in range(20)]).ravel())
    expected = np.exp(-2.0) * np.array([1, 2, 2, 4 / 3, 2 / 3, 4 / 15])
    assert counts[:6] / counts.sum() == pytest.approx(expected, abs=0.003)


@given(st.integers(0, 2**32))
def test_mean_that_varies_over_the_frame_is_met_everywhere(seed):
    random = np.random.default_rng(seed)
    expected = random.choice([0.0, 0.7, 9.0, 11.0, 40.0], size=(128, 128)).astype(np.float32)
    pool = NoisePool((128, 128), seed)
    total = sum(pool.draw(expected).astype(float) for _ in range(20))
    for mean in (0.7, 9.0, 11.0, 40.0):
        chosen = total[expected == np.float32(mean)]
        error = (mean / 20 / chosen.size) ** 0.5
        assert abs(chosen.mean() / 20 - mean) < 6 * error
    assert not total[expected == 0].any()


@pytest.mark.parametrize("mean", [0.3, 50.0])
def test_consecutive_frames_are_uncorrelated(mean):
    drawn = frames(mean, 20)
    for before, after in pairwise(drawn):
        assert abs(np.corrcoef(before.ravel(), after.ravel())[0, 1]) < 0.025


@pytest.mark.parametrize("mean", [0.3, 50.0])
def test_a_shifted_frame_is_not_the_next_one(mean):
    first, second = frames(mean, 2) - mean
    spectrum = np.fft.rfft2(first).conj() * np.fft.rfft2(second)
    correlation = np.fft.irfft2(spectrum) / (first.std() * second.std() * first.size)
    assert abs(correlation).max() < 0.03


@pytest.mark.parametrize("step", [(0, 1), (1, 0), (1, 1)], ids=["beside", "below", "across"])
def test_neighbouring_pixels_are_uncorrelated(step):
    drawn = frames(20.0, 20)
    moved = np.roll(drawn, step, axis=(1, 2))
    assert abs(np.corrcoef(drawn.ravel(), moved.ravel())[0, 1]) < 0.01


def test_one_pixel_varies_from_frame_to_frame_as_all_pixels_do():
    drawn = frames(30.0, 400, shape=(16, 16))
    assert drawn.var(axis=0).mean() == pytest.approx(30, rel=0.05)


def test_total_of_a_frame_varies_as_counts_do():
    totals = frames(4.0, 600, shape=(64, 64)).sum(axis=(1, 2))
    assert totals.var() / totals.mean() == pytest.approx(1, abs=0.2)


def test_same_seed_gives_the_same_series():
    assert (frames(5.0, 3, seed=1) == frames(5.0, 3, seed=1)).all()


def test_other_seed_gives_other_frames():
    assert (frames(5.0, 1, seed=1) != frames(5.0, 1, seed=2)).mean() > 0.5


@pytest.mark.parametrize("shape", [(1, 1), (3, 7), (255, 257), (200, 200)])
def test_frames_of_any_shape_are_drawn(shape):
    assert frames(100.0, 20, shape=shape).mean() == pytest.approx(100, abs=12)


def test_no_light_gives_no_counts(pool):
    assert not pool.draw(flat(0.0)).any()


def test_rate_times_seconds_and_dark_counts_are_expected(pool):
    drawn = pool.draw(flat(400.0), scale=0.25, dark=20.0)
    assert drawn.mean() == pytest.approx(120, rel=0.005)


@pytest.mark.parametrize(
    ("dtype", "top"), [(np.uint8, 255), (np.uint16, 65535), (np.uint32, 4294967040)]
)
def test_too_much_light_saturates_the_type(pool, dtype, top):
    assert (pool.draw(flat(1e12), dtype) == top).all()


@pytest.mark.parametrize("mean", [8.0, 5000.0])
def test_detector_saturates_before_its_type(mean):
    drawn = NoisePool(SHAPE, 1, Readout(saturation=6)).draw(flat(mean))
    assert drawn.max() == 6


@pytest.mark.parametrize("mean", [0.5, 200.0])
def test_reading_adds_pedestal_and_noise(mean):
    drawn = NoisePool(SHAPE, 1, Readout(noise=3.0, pedestal=50)).draw(flat(mean))
    assert drawn.mean() == pytest.approx(mean + 50, abs=0.3)
    # rounding adds 1/12
    assert drawn.var() == pytest.approx(mean + 9 + 1 / 12, rel=0.05)


@pytest.mark.parametrize("mean", [2.0, 200.0])
def test_frames_of_floats_hold_whole_numbers(pool, mean):
    drawn = pool.draw(flat(mean), np.float32)
    assert (drawn == np.floor(drawn)).all()
    assert drawn.mean() == pytest.approx(mean, rel=0.02)


def test_given_array_is_filled(pool):
    out = np.zeros(SHAPE, np.uint32)
    assert pool.draw(flat(50.0), out=out) is out
    assert out.mean() == pytest.approx(50, rel=0.01)


@pytest.mark.parametrize("bad", [-1.0, np.nan, np.inf])
def test_impossible_expectations_are_refused(pool, bad):
    expected = flat(5.0)
    expected[3, 3] = bad
    with pytest.raises(PhysicsError, match="only numbers from 0 on"):
        pool.draw(expected)


def test_frame_of_another_shape_is_refused(pool):
    with pytest.raises(PhysicsError, match="the shape of the pool"):
        pool.draw(flat(1.0, (5, 5)))


def test_array_with_gaps_is_refused(pool):
    with pytest.raises(PhysicsError, match="contiguous"):
        pool.draw(flat(1.0), out=np.empty((256, 512), np.uint16)[:, ::2])
