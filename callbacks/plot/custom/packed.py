"""Arrays on their way to the process that draws, as JSON can carry them; pure."""

import base64
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from callbacks.errors import ConsumerError

#: Bytes of one array, at most: more would take seconds to send, and nobody sees that many pixels.
MOST_BYTES = 64_000_000
#: Types of numbers that are sent as they are; all others become doubles.
_AS_THEY_ARE = frozenset({"|u1", "|i1", "<u2", "<i2", "<u4", "<i4", "<f4", "<f8"})

Numbers = NDArray[Any]


def numbers(values: ArrayLike, what: str = "data") -> Numbers:
    """Give values as an array of numbers.

    Raises
    ------
    ConsumerError
        They are none, or too many.

    Examples
    --------
    >>> numbers([True, False]).dtype.str, numbers([1, 2]).dtype.str
    ('|u1', '<f8')
    """
    try:
        found = np.asarray(values)
    except ValueError as error:
        message = f"{what} of a plot are numbers in rows of the same length: {error}"
        raise ConsumerError(message) from error
    if found.dtype.kind not in "buif":
        message = f"{what} of a plot are numbers, and not {found.dtype}"
        raise ConsumerError(message)
    found = found.astype(np.uint8) if found.dtype.kind == "b" else found
    found = found if found.dtype.str in _AS_THEY_ARE else found.astype(np.float64)
    if found.nbytes > MOST_BYTES:
        message = (
            f"{what} of a plot have {found.nbytes / 1e6:.0f} MB, and {MOST_BYTES / 1e6:.0f} MB can "
            "be shown: give a part of them, such as every fourth [::4]"
        )
        raise ConsumerError(message)
    return found


def pack(values: Numbers) -> dict[str, Any]:
    """Give an array of numbers as JSON can carry it.

    Examples
    --------
    >>> unpack(pack(np.array([1.5, np.nan])))
    array([1.5, nan])
    """
    text = base64.b64encode(np.ascontiguousarray(values).tobytes()).decode("ascii")
    return {"type": values.dtype.str, "shape": list(values.shape), "bytes": text}


def unpack(packed: Mapping[str, Any]) -> Numbers:
    """Give the array again."""
    flat = np.frombuffer(base64.b64decode(packed["bytes"]), dtype=packed["type"])
    return flat.reshape(packed["shape"])
