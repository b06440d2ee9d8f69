"""TIFF files: another program reads them, and every pixel is there."""

import numpy as np
import pytest
import tifffile

from sim_ioc.area_detector.tiff_file import write_tiff
from sim_ioc.errors import FrameFileError
from tests.unit.sim_ioc.area_detector.logged_detector import frame


@pytest.mark.parametrize(
    "kind", ["uint8", "int16", "uint16", "int32", "uint32", "float32", "float64"]
)
def test_every_pixel_is_read_back(tmp_path, kind):
    data = np.arange(35).reshape(5, 7).astype(kind)
    write_tiff(str(tmp_path / "a.tiff"), frame(data))
    read = tifffile.imread(tmp_path / "a.tiff")
    assert read.dtype == data.dtype
    assert np.array_equal(read, data)


def test_number_and_time_are_in_the_tags_of_area_detector(tmp_path):
    array = frame(np.zeros((2, 3), np.uint16), unique_id=41)
    write_tiff(str(tmp_path / "a.tiff"), array)
    with tifffile.TiffFile(tmp_path / "a.tiff") as file:
        tags = file.pages[0].tags
        assert [tags[code].value for code in (65000, 65001, 65002, 65003)] == [
            array.epics_time,
            41,
            array.epics_seconds,
            array.epics_nanoseconds,
        ]


def test_missing_directory_is_named(tmp_path):
    with pytest.raises(FrameFileError, match="No such file or directory"):
        write_tiff(str(tmp_path / "missing" / "a.tiff"), frame(np.zeros((2, 2), np.uint8)))
