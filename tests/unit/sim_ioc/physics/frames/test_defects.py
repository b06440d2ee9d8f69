"""Dead and hot pixels."""

import numpy as np
import pytest

from sim_ioc.errors import PhysicsError
from sim_ioc.physics.frames.defects import Defects

SHAPE = (100, 100)


def spoiled(defects, seconds=1.0, value=50):
    counts = np.full(SHAPE, value, dtype=np.uint16)
    defects.apply(counts, seconds)
    return counts


def test_dead_pixels_show_nothing():
    assert (spoiled(Defects(SHAPE, 1, dead=0.02)) == 0).sum() == 200


def test_hot_pixels_count_with_time():
    defects = Defects(SHAPE, 1, hot=0.05, rate=100.0)
    more = spoiled(defects, seconds=10.0).astype(int) - 50
    assert (more > 0).sum() == pytest.approx(500, abs=10)
    assert more.sum() / 500 == pytest.approx(1000, rel=0.1)


def test_good_detector_is_left_alone():
    assert (spoiled(Defects(SHAPE, 1)) == 50).all()


def test_same_seed_spoils_the_same_pixels():
    first, second = (spoiled(Defects(SHAPE, 3, dead=0.1)) for _ in range(2))
    assert (first == second).all()


def test_hot_pixels_saturate():
    defects = Defects(SHAPE, 1, hot=1.0, rate=1e9)
    assert spoiled(defects).max() == 65535


@pytest.mark.parametrize("wrong", [{"dead": -0.1}, {"dead": 0.6, "hot": 0.6}, {"rate": -1.0}])
def test_impossible_parts_are_refused(wrong):
    with pytest.raises(PhysicsError, match="from 0 to 1 together"):
        Defects(SHAPE, 1, **wrong)


def test_frame_of_another_shape_is_refused():
    with pytest.raises(PhysicsError, match="do not fit"):
        Defects(SHAPE, 1).apply(np.zeros((5, 5), np.uint16), 1.0)
