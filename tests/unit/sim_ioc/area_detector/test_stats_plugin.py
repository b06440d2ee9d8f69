"""The statistics plugin: what it shows of frames, and its series."""

import numpy as np
import pytest

from sim_ioc.errors import PutRefusedError
from tests.unit.sim_ioc.area_detector.logged_detector import frame, run

IMAGE = np.arange(24, dtype=np.uint16).reshape(4, 6)


def after(*frames, **settings):
    """Return the bench when the plugin has seen frames."""

    async def scenario(bench):
        await bench.put("Stats1", **settings)
        for number, data in enumerate(frames, start=1):
            await bench.ports["Stats1"].handle(frame(data, number))

    return run(scenario)


def test_statistics_are_those_of_the_frame():
    bench = after(IMAGE)
    assert bench.value("Stats1", "Total_RBV") == 276
    assert bench.value("Stats1", "MeanValue_RBV") == 11.5
    assert bench.value("Stats1", "Sigma_RBV") == pytest.approx(IMAGE.std())


def test_nothing_is_computed_that_was_not_asked_for():
    bench = after(IMAGE, ComputeStatistics=0)
    assert bench.value("Stats1", "Total_RBV") == 0


def test_centroid_is_that_of_the_light_above_the_threshold():
    image = np.ones((20, 30))
    image[7, 12] = 100
    bench = after(image, ComputeCentroid=1, CentroidThreshold=50)
    place = [bench.value("Stats1", f"Centroid{axis}_RBV") for axis in "XY"]
    assert place == [12, 7]
    assert bench.value("Stats1", "CentroidTotal_RBV") == 100


def test_profiles_are_means_and_cuts():
    bench = after(IMAGE, ComputeCentroid=1, ComputeProfiles=1, CursorX=1, CursorY=2)
    assert bench.value("Stats1", "ProfileAverageX_RBV").tolist() == IMAGE.mean(axis=0).tolist()
    assert bench.value("Stats1", "ProfileCursorX_RBV").tolist() == IMAGE[2].tolist()
    assert bench.value("Stats1", "ProfileCursorY_RBV").tolist() == IMAGE[:, 1].tolist()
    assert bench.value("Stats1", "CursorVal") == IMAGE[2, 1]


def test_cursor_beyond_the_frame_stands_at_its_edge():
    bench = after(IMAGE, ComputeProfiles=1, CursorX=1000, CursorY=-3)
    assert bench.value("Stats1", "CursorVal") == IMAGE[0, -1]


def test_histogram_is_shown_with_its_axis():
    bench = after(IMAGE, ComputeHistogram=1, HistSize=3, HistMin=0, HistMax=20)
    assert bench.value("Stats1", "Histogram_RBV").tolist() == [5, 10, 6]
    assert bench.value("Stats1", "HistogramX_RBV").tolist() == [0, 10, 20]
    assert bench.value("Stats1", "HistAbove_RBV") == 3


def test_series_has_a_point_for_each_frame_until_it_is_full():
    bench = after(
        *(np.full((2, 2), n) for n in (1, 2, 3, 4)), TSNumPoints=3, TSControl="Erase/Start"
    )
    assert bench.value("Stats1", "TSTotal").tolist() == [4, 8, 12]
    assert bench.value("Stats1", "TSCurrentPoint") == 3
    assert bench.value("Stats1", "TSAcquiring") == 0


@pytest.mark.parametrize("put", [{"HistSize": 0}, {"HistSize": 10**6}, {"TSNumPoints": 0}])
def test_sizes_that_cannot_be_are_refused(put):
    async def scenario(bench):
        with pytest.raises(PutRefusedError, match="takes 1 to"):
            await bench.put("Stats1", **put)

    run(scenario)


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e308], ids=["nan", "inf", "huge"])
def test_frame_of_pixels_that_cannot_be_added_is_told_of_and_passed_on(value):
    everything = {f"Compute{name}": 1 for name in ("Centroid", "Profiles", "Histogram")}
    bench = after(np.full((4, 6), value), **everything)
    assert not np.isfinite(bench.value("Stats1", "Sigma_RBV"))
    assert bench.value("Stats1", "DroppedOutputArrays_RBV") == 0
    assert bench.value("Stats1", "ProfileSizeX_RBV") == 6
