"""NDArray: the time it tells, and conversions of pixels."""

import numpy as np
import pytest

from sim_ioc.area_detector.ndarray import DATA_TYPES, NDArray, converted
from tests.unit.sim_ioc.area_detector.logged_detector import frame


def test_epics_counts_from_1990():
    array = NDArray(np.zeros((1, 1)), 1, 631_152_000 + 1000.25)
    assert (array.epics_seconds, array.epics_nanoseconds) == (1000, 250_000_000)
    assert array.epics_time == 1000.25


def test_dimensions_have_columns_first():
    assert frame(np.zeros((3, 5))).dimensions == (5, 3)


@pytest.mark.parametrize("name", DATA_TYPES)
def test_data_type_is_the_index_of_its_word(name):
    assert DATA_TYPES[frame(np.zeros((1, 1), name.lower())).data_type] == name


def test_integers_keep_their_low_bits():
    data = np.array([[256 + 7]], np.uint16)
    assert converted(data, DATA_TYPES.index("UInt8")).tolist() == [[7]]


def test_real_numbers_are_cut_at_the_limits():
    data = np.array([[-5.0, 300.0, np.nan]])
    assert converted(data, DATA_TYPES.index("UInt8")).tolist() == [[0, 255, 0]]
