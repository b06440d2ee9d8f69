"""Writers of frames, one class for each format: how a file begins, takes a frame and ends."""

import gzip
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from callbacks.errors import ConsumerError
from callbacks.frame_export import fits_header

Frame = npt.NDArray[Any]
#: What goes with a frame: texts and numbers by name.
Header = Mapping[str, str | float]


class FrameWriter(Protocol):
    """Write frames to one file; made for a path, how many frames will come, and a compression."""

    def add(self, frame: Frame, header: Header) -> None:
        """Write a frame behind those there are."""
        ...

    def close(self) -> None:
        """End the file."""
        ...


class RawWriter:
    """Bytes of the pixels, frame after frame; beside them a ``.json`` file says what they are."""

    def __init__(self, path: Path, frames: int, compression: str, *, appends: bool) -> None:
        del frames, compression
        self._about = Path(f"{path}.json")
        self._file = path.open("ab" if appends else "wb")
        self._is: dict[str, Any] | None = json.loads(self._about.read_text()) if appends else None

    def add(self, frame: Frame, header: Header) -> None:
        """Write the pixels."""
        little = frame.astype(frame.dtype.newbyteorder("<"))
        told = {"dtype": little.dtype.str, "rows": frame.shape[0], "columns": frame.shape[1]}
        before = self._is or {**told, "frames": 0, **header}
        if {key: before[key] for key in told} != told:
            message = f"{self._about} is of other frames than these of {told}: nothing was added"
            raise ConsumerError(message)
        self._file.write(little.tobytes())
        self._is = {**before, "frames": before["frames"] + 1}

    def close(self) -> None:
        """Write what they are."""
        self._file.close()
        if self._is is not None:
            self._about.write_text(json.dumps(self._is, indent=1) + "\n")


class EdfWriter:
    """ESRF's format, by fabio: one header and one frame after the other, compressed perhaps."""

    def __init__(self, path: Path, frames: int, compression: str, *, appends: bool) -> None:
        del frames
        mode = "ab" if appends else "wb"
        # a frame that has no place in an image of fabio's knows no number of its own
        self._numbered = type("NumberedFrame", (_fabio("edfimage").EdfFrame,), {"index": 0})
        self._file: Any = gzip.open(path, mode) if compression == "gzip" else path.open(mode)
        self._written = _edf_frames(path) if appends else 0

    def add(self, frame: Frame, header: Header) -> None:
        """Write a frame with its header."""
        texts = {name: str(value) for name, value in header.items()}
        block: Any = self._numbered(frame, texts)
        block.index = self._written
        self._file.write(block.get_edf_block())
        self._written += 1

    def close(self) -> None:
        """End the file."""
        self._file.close()


class CbfWriter:
    """The crystallographic binary file, by fabio: one frame of whole numbers of 32 bits."""

    def __init__(self, path: Path, frames: int, compression: str, *, appends: bool) -> None:
        del frames, compression, appends
        self._path = path
        self._image = _fabio("cbfimage")

    def add(self, frame: Frame, header: Header) -> None:
        """Write the frame."""
        if frame.dtype.kind not in "iu" or (frame.size and int(frame.max()) >= 2**31):
            message = (
                f"CBF holds whole numbers below 2**31, which this frame of {frame.dtype} has not: "
                "choose edf, fits or hdf5"
            )
            raise ConsumerError(message)
        texts = {name: str(value) for name, value in header.items()}
        self._image.CbfImage(data=frame.astype(np.int32), header=texts).write(str(self._path))

    def close(self) -> None:
        """End the file: it is written."""


class FitsWriter:
    """The astronomers' format: one image, or a cube of as many as there will be."""

    def __init__(self, path: Path, frames: int, compression: str, *, appends: bool) -> None:
        del compression, appends
        self._file = path.open("wb")
        self._frames = frames
        self._zero: int | None = None

    def add(self, frame: Frame, header: Header) -> None:
        """Write the header before the first frame, then the pixels."""
        if not self._file.tell():
            self._file.write(fits_header.header(frame, self._frames, header))
        self._file.write(fits_header.pixels(frame))

    def close(self) -> None:
        """Fill the last block."""
        self._file.write(bytes(-self._file.tell() % fits_header.BLOCK))
        self._file.close()


class NexusWriter:
    """HDF5 in NeXus's layout: frames in ``/entry/data/data``, and what is told of each beside."""

    def __init__(self, path: Path, frames: int, compression: str, *, appends: bool) -> None:
        del frames
        import h5py  # noqa: PLC0415 - never in the process that scans

        self._file: Any = h5py.File(path, "a" if appends else "w")
        self._options = _hdf5_options(compression)

    def add(self, frame: Frame, header: Header) -> None:
        """Write a frame."""
        if "entry" not in self._file:
            self._begin(frame, header)
        frames = self._file["entry/data/data"]
        if (frames.shape[1:], frames.dtype) != (frame.shape, frame.dtype):
            message = (
                f"{self._file.filename} has frames of {frames.shape[1:]} and {frames.dtype}, not "
                f"of {frame.shape} and {frame.dtype}: nothing was added"
            )
            raise ConsumerError(message)
        for name, value in (("data", frame), ("point", int(header["point"]))):
            column = self._file[f"entry/data/{name}"]
            column.resize(len(column) + 1, axis=0)
            column[-1] = value

    def _begin(self, frame: Frame, header: Header) -> None:
        self._file.attrs["default"] = "entry"
        entry = self._file.create_group("entry")
        entry.attrs.update({"NX_class": "NXentry", "default": "data"})
        for name in ("uid", "scan"):
            entry[name] = header[name]
        data = entry.create_group("data")
        data.attrs.update({"NX_class": "NXdata", "signal": "data", "axes": ["point", ".", "."]})
        shape = {"shape": (0, *frame.shape), "maxshape": (None, *frame.shape)}
        frames = data.create_dataset(
            "data", dtype=frame.dtype, chunks=(1, *frame.shape), **shape, **self._options
        )
        frames.attrs["units"] = "counts"
        data.create_dataset("point", shape=(0,), maxshape=(None,), dtype="i8", chunks=(1024,))

    def close(self) -> None:
        """End the file."""
        self._file.close()


@dataclass(frozen=True)
class Format:
    """One format: its suffix, what makes its writer, and what it can do."""

    suffix: str
    writer: Callable[..., FrameWriter]
    compressions: tuple[str, ...] = ("none",)
    takes_many: bool = True
    can_append: bool = False


FORMATS: Mapping[str, Format] = {
    "raw": Format(".raw", RawWriter, can_append=True),
    "edf": Format(".edf", EdfWriter, ("none", "gzip"), can_append=True),
    "cbf": Format(".cbf", CbfWriter, takes_many=False),
    "fits": Format(".fits", FitsWriter),
    "nxs": Format(".nxs", NexusWriter, ("none", "gzip", "bitshuffle"), can_append=True),
    "hdf5": Format(".h5", NexusWriter, ("none", "gzip", "bitshuffle"), can_append=True),
}


def _hdf5_options(compression: str) -> dict[str, Any]:
    if compression == "bitshuffle":
        import hdf5plugin  # noqa: PLC0415

        return dict(hdf5plugin.Bitshuffle(cname="lz4"))
    return {"compression": "gzip", "compression_opts": 4} if compression == "gzip" else {}


def _edf_frames(path: Path) -> int:
    with _fabio("edfimage").EdfImage().read(str(path)) as image:
        return int(image.nframes)


def _fabio(module: str) -> Any:  # noqa: ANN401 - a module without types
    from importlib import import_module  # noqa: PLC0415

    try:
        return import_module(f"fabio.{module}")
    except ImportError as error:
        message = (
            "EDF and CBF are written by fabio, which is not here: pip install 'blueline[formats]'"
        )
        raise ConsumerError(message) from error
