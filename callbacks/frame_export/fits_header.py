"""Headers and pixels of FITS files, after the FITS Standard 4.0 (2018): pure.

Cards have 80 characters, blocks 2880 bytes, numbers their high byte first; unsigned ones are stored
as signed ones less BZERO (section 4.4.2.5).
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

BLOCK, _CARD = 2880, 80
#: BITPIX by numpy's types; unsigned ones but bytes have that of the signed ones.
_BITS: Mapping[str, int] = {"u1": 8, "i2": 16, "i4": 32, "i8": 64, "f4": -32, "f8": -64}
_LONGEST_TEXT = 68


def stored(dtype: np.dtype[Any]) -> tuple[np.dtype[Any], int]:
    """Give the type in which pixels are stored, and what is to be added to them.

    Examples
    --------
    >>> stored(np.dtype("u2"))
    (dtype('>i2'), 32768)
    """
    if dtype.kind == "u" and dtype.itemsize > 1:
        return np.dtype(f">i{dtype.itemsize}"), 2 ** (8 * dtype.itemsize - 1)
    if dtype == np.int8:
        return np.dtype(">i2"), 0
    return dtype.newbyteorder(">"), 0


def header(frame: npt.NDArray[Any], frames: int, told: Mapping[str, str | float]) -> bytes:
    """Give the header of a file of so many frames like this one."""
    kind, zero = stored(frame.dtype)
    sizes = [frame.shape[1], frame.shape[0], *([frames] if frames > 1 else [])]
    cards: dict[str, str | float | bool] = {
        "SIMPLE": True,
        "BITPIX": _BITS[f"{kind.kind}{kind.itemsize}"],
        "NAXIS": len(sizes),
        **{f"NAXIS{number}": size for number, size in enumerate(sizes, start=1)},
        **({"BSCALE": 1, "BZERO": zero} if zero else {}),
        "BUNIT": "counts",
    }
    cards |= {name.upper(): told[name] for name in ("uid", "scan", "point") if name in told}
    lines = [_card(name, value) for name, value in cards.items()] + ["END".ljust(_CARD)]
    text = "".join(lines)
    return text.ljust(-(-len(text) // BLOCK) * BLOCK).encode("ascii")


def pixels(frame: npt.NDArray[Any]) -> bytes:
    """Give the pixels as they are stored."""
    kind, zero = stored(frame.dtype)
    if not zero:
        return frame.astype(kind).tobytes()
    # the highest bit turned round is what subtracting BZERO does, without a wider type
    turned = frame ^ frame.dtype.type(zero)
    return turned.astype(frame.dtype.newbyteorder(">")).tobytes()


def _card(name: str, value: str | float) -> str:
    if isinstance(value, bool):
        shown = ("T" if value else "F").rjust(20)
    elif isinstance(value, str):
        plain = value.encode("ascii", "replace").decode().replace("'", "''")[:_LONGEST_TEXT]
        shown = f"'{plain:8}'"
    else:
        shown = f"{value}".rjust(20)
    return f"{name:8}= {shown}".ljust(_CARD)
