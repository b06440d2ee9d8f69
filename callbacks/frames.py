"""Read the newest frame of a camera where its documents say that it is."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

import numpy as np
from numpy.typing import NDArray

from callbacks.errors import CallbackError
from callbacks.routing import Document

_HDF5 = "application/x-hdf5"
_TIFF = "multipart/related;type=image/tiff"


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


def newest_frame(where: FramesAt) -> NDArray[np.float64]:
    """Give the last frame of the newest point, rows first.

    Raises
    ------
    FrameUnreadableError
        It cannot be read, now or ever; the message says why in a sentence.
    """
    kind = where.resource.get("mimetype")
    path = Path(unquote(urlparse(str(where.resource.get("uri", ""))).path))
    index = (where.index + 1) * where.frames - 1
    if kind not in (_HDF5, _TIFF):
        message = f"frames of type {kind} cannot be shown"
        raise FrameUnreadableError(message)
    try:
        frame = _hdf5(path, where, index) if kind == _HDF5 else _tiff(path, where, index)
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


def _tiff(path: Path, where: FramesAt, index: int) -> NDArray[np.generic]:
    from PIL import Image  # noqa: PLC0415

    with Image.open(path / where.resource["parameters"]["template"].format(index)) as image:
        return np.asarray(image)
