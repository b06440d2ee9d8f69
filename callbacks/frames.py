"""Read the newest frame of a camera where its documents say that it is."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

import numpy as np
from numpy.typing import NDArray

from callbacks.errors import CallbackError
from callbacks.routing import Document

#: What documents call files of many frames, and folders of files of one.
HDF5, TIFF = "application/x-hdf5", "multipart/related;type=image/tiff"


@dataclass(frozen=True)
class FramesAt:
    """Where the newest frame of a camera is.

    Parameters
    ----------
    resource
        The document that names the file.
    index
        The newest point in it, counted from 0.
    frames
        At each point.
    """

    resource: Document
    index: int
    frames: int


class FrameUnreadableError(CallbackError):
    """A frame that is not there, not there yet, or of no known kind."""


def path_of(resource: Document) -> Path:
    """Give the file, or the folder of files, that a document names."""
    return Path(unquote(urlparse(str(resource.get("uri", ""))).path))


def newest_frame(where: FramesAt) -> NDArray[np.float64]:
    """Give the last frame of the newest point, rows first.

    Raises
    ------
    FrameUnreadableError
        It cannot be read, now or ever; the message says why in a sentence.
    """
    kind = where.resource.get("mimetype")
    path = path_of(where.resource)
    index = (where.index + 1) * where.frames - 1
    if kind not in (HDF5, TIFF):
        message = f"frames of type {kind} cannot be shown"
        raise FrameUnreadableError(message)
    try:
        frame = (
            _hdf5(path, where, index) if kind == HDF5 else tiff_frame(path, where.resource, index)
        )
    except (OSError, LookupError, ValueError, TypeError, AttributeError) as error:
        message = f"its newest frame cannot be read from {path}: {error}"
        raise FrameUnreadableError(message) from error
    if frame.ndim != 2:
        message = f"a frame of {path} has {frame.ndim} dimensions, which is no picture"
        raise FrameUnreadableError(message)
    return frame.astype(np.float64)


def _hdf5(path: Path, where: FramesAt, index: int) -> NDArray[np.generic]:
    import h5py  # noqa: PLC0415 - never in the process that scans
    import hdf5plugin  # noqa: F401, PLC0415 - makes compressed frames readable

    with h5py.File(path, "r", swmr=bool(where.resource["parameters"].get("swmr"))) as file:
        frames: Any = file[where.resource["parameters"]["dataset"]]
        return np.asarray(frames[index])


def tiff_frame(folder: Path, resource: Document, index: int) -> NDArray[np.generic]:
    """Read a frame that has a file of its own."""
    from PIL import Image  # noqa: PLC0415

    with Image.open(folder / resource["parameters"]["template"].format(index)) as image:
        return np.asarray(image)
