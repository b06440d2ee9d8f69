"""Frames as TIFF files: one image, not compressed, as every program reads them.

Tags: TIFF 6.0 specification (Adobe, 1992), section 8; 65000 to 65003 are areaDetector's own: time,
number, and EPICS time in seconds and nanoseconds of the frame.
"""

import struct
from pathlib import Path

from sim_ioc.area_detector.ndarray import NDArray
from sim_ioc.errors import FrameFileError

_SHORT, _LONG, _DOUBLE = 3, 4, 12
_FORMATS = {"u": 1, "i": 2, "f": 3}
_FIRST = 8  # bytes of the header
_LARGEST = 2**32 - 4096


def tiff_bytes(array: NDArray) -> bytes:
    """Return a file with the frame."""
    data = array.data.astype(array.data.dtype.newbyteorder("<"))
    rows, columns = data.shape
    after = _FIRST + data.nbytes + data.nbytes % 2
    tags = [
        (256, _LONG, columns),
        (257, _LONG, rows),
        (258, _SHORT, 8 * data.itemsize),
        (259, _SHORT, 1),  # not compressed
        (262, _SHORT, 1),  # zero is black
        (273, _LONG, _FIRST),
        (277, _SHORT, 1),
        (278, _LONG, rows),
        (279, _LONG, data.nbytes),
        (339, _SHORT, _FORMATS[data.dtype.kind]),
        (65000, _DOUBLE, after),  # where the time stands
        (65001, _LONG, array.unique_id),
        (65002, _LONG, array.epics_seconds),
        (65003, _LONG, array.epics_nanoseconds),
    ]
    entries = [struct.pack("<HHII", tag, kind, 1, value & 0xFFFFFFFF) for tag, kind, value in tags]
    header = struct.pack("<2sHI", b"II", 42, after + 8)
    directory = struct.pack("<H", len(tags)) + b"".join(entries) + bytes(4)
    stamp = struct.pack("<d", array.epics_time)
    return header + data.tobytes() + bytes(data.nbytes % 2) + stamp + directory


def write_tiff(path: str, array: NDArray) -> None:
    """Write the frame to a file; FrameFileError if that is not possible."""
    if array.data.nbytes > _LARGEST:
        raise FrameFileError(f"{path} would be larger than a TIFF file can be: use HDF5.")
    try:
        Path(path).write_bytes(tiff_bytes(array))
    except OSError as error:
        raise FrameFileError(f"{path} could not be written: {error.strerror}.") from error
    except ValueError as error:  # a name with a zero in it
        raise FrameFileError(f"{path!r} could not be written: {error}.") from error
