"""Numbers at the end of what a double holds are drawn without a warning."""

import math
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra import numpy as arrays

from callbacks.plot.extremes import FURTHEST, within
from tests.unit.callbacks.plot.drawn import painted
from tests.unit.callbacks.scan_documents import Scan, mesh

BIG = sys.float_info.max
MCA = {"mca": {"source": "PV:mca", "dtype": "array", "shape": [3]}}
IMAGE = {"image": {"source": "PV:image", "dtype": "array", "shape": [2, 2]}}
FREE = {"shape": None, "hints": {"dimensions": [[["y"], "primary"], [["x"], "primary"]]}}


def plotted(*names):
    return Scan(extra={"plot": {"y": list(names)}, "derived": {}})


def reading(scan, changes):
    """Documents of a scan whose points read some values in turn."""
    for name, doc in scan.documents():
        if name == "event" and doc["descriptor"].endswith("primary"):
            for key, values in changes.items():
                doc["data"][key] = values[(doc["seq_num"] - 1) % len(values)]
        yield name, doc


@pytest.mark.parametrize(
    ("scan", "changes"),
    [
        (plotted("I0"), {"I0": [BIG, -BIG, 0.0]}),
        (plotted("I0"), {"x": [-BIG, 0.0, BIG], "I0": [BIG, -BIG]}),
        (plotted("I0", "It"), {"I0": [BIG, -BIG]}),
        (plotted("I0"), {"I0": [0.0, 0, 0, 0, BIG, BIG, 0, 0, 0, 0, 0]}),
        (mesh(), {"I0": [BIG, -BIG, 1.0]}),
        (mesh(**FREE), {"I0": [BIG, -BIG, 1.0], "x": [BIG, -BIG, 1.0]}),
        (Scan(readings=MCA), {"mca": [[BIG, -BIG, 1.0], [BIG, BIG, BIG]]}),
        (Scan(readings=IMAGE), {"image": [[[BIG, -BIG], [1.0, 2.0]]]}),
    ],
    ids=["curve", "axis", "two-curves", "peak", "map", "cloud", "spectrum", "image"],
)
def test_the_largest_numbers_are_drawn_without_a_warning(scan, changes):
    painted(reading(scan, changes))


@given(arrays.arrays(np.float64, 5))
def test_what_is_drawn_stays_in_order_and_what_is_no_number_stays_none(values):
    found = within(values)
    usual = np.abs(values) <= FURTHEST
    assert np.array_equal(found[usual], values[usual])
    assert np.array_equal(np.isfinite(found), np.isfinite(values))
    assert all(abs(value) <= FURTHEST for value in found if math.isfinite(value))
