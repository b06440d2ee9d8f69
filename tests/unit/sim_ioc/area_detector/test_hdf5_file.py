"""HDF5 files as another program reads them: layout, compression, dimensions, following."""

import os
import subprocess
import sys

import h5py
import numpy as np
import pytest

from sim_ioc.area_detector.hdf5_file import Hdf5File
from sim_ioc.area_detector.hdf5_layout import BLOSC_COMPRESSORS, Compression, Layout, Stamp

FRAMES = np.random.default_rng(1).poisson(20, (5, 24, 36)).astype(np.uint16)
ATTRIBUTES = "entry/instrument/NDAttributes"


def layout(**changes):
    return Layout(**({"shape": (24, 36), "dtype": "<u2", "chunk": (1, 24, 36)} | changes))


def stamp(number):
    return Stamp(number, 1000.25 + number, 1000 + number, 250_000_000)


def write(path, told, frames=FRAMES):
    file = Hdf5File(str(path), told)
    seen = [file.write(frame, stamp(7 + number)) for number, frame in enumerate(frames)]
    file.close()
    return seen


def test_frames_numbers_and_times_are_read_back(tmp_path):
    write(tmp_path / "a.h5", layout())
    with h5py.File(tmp_path / "a.h5") as file:
        assert np.array_equal(file["entry/data/data"], FRAMES)
        assert file[f"{ATTRIBUTES}/NDArrayUniqueId"][:].tolist() == [7, 8, 9, 10, 11]
        assert file[f"{ATTRIBUTES}/NDArrayTimeStamp"][0] == 1007.25
        assert file[f"{ATTRIBUTES}/NDArrayEpicsTSSec"][1] == 1008
        assert file[f"{ATTRIBUTES}/NDArrayEpicsTSnSec"][0] == 250_000_000


def test_layout_is_that_of_area_detector(tmp_path):
    write(tmp_path / "a.h5", layout())
    with h5py.File(tmp_path / "a.h5") as file:
        data = file["entry/instrument/detector/data"]
        assert data == file["entry/data/data"]
        assert data.chunks == (1, 24, 36)
        assert data.maxshape == (None, 24, 36)
        classes = [file[name].attrs["NX_class"] for name in ("entry", "entry/data")]
        assert classes == ["NXentry", "NXdata"]


@pytest.mark.parametrize(
    "compression",
    [
        Compression("zlib", zlib_level=1),
        Compression("szip", szip_pixels=16),
        Compression("N-bit"),
        Compression("N-bit", bits=12),
        Compression("LZ4"),
        Compression("BSLZ4"),
        *(Compression("Blosc", blosc_compressor=name) for name in BLOSC_COMPRESSORS),
    ],
    ids=lambda told: f"{told.method} {told.bits} {told.blosc_compressor}",
)
def test_compressed_frames_are_read_back(tmp_path, compression):
    pytest.importorskip("hdf5plugin")
    write(tmp_path / "a.h5", layout(compression=compression))
    with h5py.File(tmp_path / "a.h5") as file:
        data = file["entry/data/data"]
        assert np.array_equal(data, FRAMES)
        assert data.id.get_create_plist().get_nfilters() == 1


def test_chunks_may_hold_many_frames_or_parts_of_one(tmp_path):
    write(tmp_path / "a.h5", layout(chunk=(3, 8, 12)))
    with h5py.File(tmp_path / "a.h5") as file:
        assert np.array_equal(file["entry/data/data"], FRAMES)
        assert file["entry/data/data"].chunks == (3, 8, 12)


def test_extra_dimensions_are_filled_from_the_last_on(tmp_path):
    write(tmp_path / "a.h5", layout(extra=(2, 3), fill_value=9))
    with h5py.File(tmp_path / "a.h5") as file:
        data = file["entry/data/data"]
        assert data.shape == (2, 3, 24, 36)
        assert np.array_equal(data[1, 1], FRAMES[4])
        assert np.all(data[1, 2] == 9)


def test_more_frames_than_extra_dimensions_hold_are_an_error(tmp_path):
    with pytest.raises(ValueError, match="out of bounds"):
        write(tmp_path / "a.h5", layout(extra=(2, 2)))


def test_numbers_and_times_can_be_left_out(tmp_path):
    write(tmp_path / "a.h5", layout(has_attributes=False))
    with h5py.File(tmp_path / "a.h5") as file:
        assert len(file[ATTRIBUTES]) == 0


def test_seconds_of_writing_are_kept_if_asked_for(tmp_path):
    write(tmp_path / "a.h5", layout(has_performance=True, is_swmr=True))
    with h5py.File(tmp_path / "a.h5") as file:
        assert file["entry/instrument/performance/timestamp"].shape == (5, 2)


def test_frames_are_announced_when_they_are_flushed(tmp_path):
    assert write(tmp_path / "a.h5", layout()) == [1, 2, 3, 4, 5]
    assert write(tmp_path / "a.h5", layout(frames_to_flush=2)) == [0, 2, 2, 4, 4]


def test_reader_sees_each_frame_as_it_is_announced(tmp_path):
    script = (
        "import h5py, sys\n"
        f"file = h5py.File({str(tmp_path / 'a.h5')!r}, libver='latest', swmr=True)\n"
        "data, ids = file['entry/data/data'], "
        f"file['{ATTRIBUTES}/NDArrayUniqueId']\n"
        "for line in sys.stdin:\n"
        "    data.refresh(); ids.refresh()\n"
        "    print(len(data), int(data[-1].sum()), int(ids[len(data) - 1]), flush=True)\n"
    )
    file = Hdf5File(str(tmp_path / "a.h5"), layout(is_swmr=True))
    file.write(FRAMES[0], stamp(1))
    with subprocess.Popen(
        [sys.executable, "-c", script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ,
    ) as reader:
        for number, frame in enumerate(FRAMES[1:], start=2):
            announced = file.write(frame, stamp(number))
            reader.stdin.write("look\n")
            reader.stdin.flush()
            seen = [int(word) for word in reader.stdout.readline().split()]
            assert seen == [announced, int(frame.sum()), number]
        reader.stdin.close()
    file.close()


def test_jpeg_is_refused_as_it_does_not_keep_counts(tmp_path):
    with pytest.raises(ValueError, match="JPEG does not keep counts"):
        Hdf5File(str(tmp_path / "a.h5"), layout(compression=Compression("JPEG")))
