"""The ROI plugin: cut, bin, scale, and what is told of it."""

import numpy as np
import pytest

from tests.unit.sim_ioc.area_detector.logged_detector import frame, run

IMAGE = np.arange(24, dtype=np.uint16).reshape(4, 6)


def made_of(data=IMAGE, **settings):
    """Return the bench, and the frame that the plugin passes on."""

    async def scenario(bench):
        await bench.put("ROI1", **settings)
        await bench.put("image1", NDArrayPort="ROI1", EnableCallbacks=1, BlockingCallbacks=1)
        await bench.ports["ROI1"].handle(frame(data))

    bench = run(scenario)
    return bench, bench.ports["image1"].last.data


def test_region_is_passed_on_and_told():
    bench, made = made_of(MinX=2, SizeX=3, MinY=1, SizeY=2)
    assert made.tolist() == [[8, 9, 10], [14, 15, 16]]
    told = [bench.value("ROI1", name) for name in ("ArraySizeX_RBV", "ArraySizeY_RBV")]
    assert told == [3, 2]


def test_region_beyond_the_frame_is_cut_and_says_so():
    bench, made = made_of(MinX=4, SizeX=100)
    assert made.shape == (4, 2)
    assert bench.value("ROI1", "SizeX_RBV") == 2
    assert bench.value("ROI1", "MaxSizeX_RBV") == 6


def test_bins_are_sums():
    assert made_of(BinX=3, BinY=2)[1].tolist() == [[24, 42], [96, 114]]


def test_sums_keep_their_low_bits_unless_another_type_is_asked_for():
    bright = np.full((2, 2), 40_000, np.uint16)
    assert made_of(bright, BinX=2, BinY=2)[1].tolist() == [[160_000 % 65536]]
    assert made_of(bright, BinX=2, BinY=2, DataTypeOut="UInt32")[1].tolist() == [[160_000]]


def test_scale_divides():
    scaled = made_of(BinX=2, BinY=2, EnableScale=1, Scale=4, DataTypeOut="Float64")[1]
    assert scaled[0].tolist() == [3.5, 5.5, 7.5]


@pytest.mark.parametrize(
    ("settings", "first"),
    [({"ReverseX": 1}, 5), ({"ReverseY": 1}, 18), ({"ReverseX": 1, "ReverseY": 1}, 23)],
    ids=["X", "Y", "both"],
)
def test_frame_is_turned(settings, first):
    assert made_of(**settings)[1][0, 0] == first


def test_axis_that_is_not_enabled_stays_whole():
    assert made_of(MinX=2, SizeX=2, EnableX=0)[1].shape == (4, 6)


def test_automatic_size_takes_everything():
    assert made_of(MinX=2, SizeX=2, AutoSizeX=1)[1].shape == (4, 6)
