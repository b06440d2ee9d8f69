"""Readings, and the flag on those that cannot be trusted."""

import math

import numpy as np

from devices.counters.reading import no_value, reading


def test_a_good_value_has_no_flag():
    assert reading(1.5, 10.0) == {"value": 1.5, "timestamp": 10.0}


def test_nan_is_kept_and_flagged():
    given = reading(math.nan, 10.0)
    assert math.isnan(given["value"])
    assert given["alarm_severity"] == 3


def test_an_alarm_is_told():
    assert reading(1.5, 10.0, severity=2)["message"] == "alarm of severity 2"


def test_no_value_has_the_shape_that_was_described():
    given = no_value({"shape": [3]}, 10.0, "it failed")
    np.testing.assert_array_equal(given["value"], [np.nan] * 3)
    assert given["message"] == "it failed"
