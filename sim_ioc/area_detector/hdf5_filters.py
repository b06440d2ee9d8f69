"""The compressions of areaDetector's HDF5 plugin, as h5py and hdf5plugin name them."""

from typing import Any

import h5py
import numpy as np

from sim_ioc.area_detector.hdf5_layout import Compression

_NEEDS_PLUGIN = ("Blosc", "BSLZ4", "LZ4")


def filters(told: Compression) -> dict[str, Any]:
    """Return what `create_dataset` is to be given.

    Raises
    ------
    ValueError
        If the compression is not available here; the message says why.
    """
    if told.method in _NEEDS_PLUGIN:
        return _plugin(told)
    if told.method == "zlib":
        return {"compression": "gzip", "compression_opts": min(max(told.zlib_level, 0), 9)}
    if told.method == "szip":
        return {"compression": "szip", "compression_opts": ("nn", _even(told.szip_pixels))}
    if told.method == "N-bit":
        made = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        made.set_filter(h5py.h5z.FILTER_NBIT, 0)
        return {"dcpl": made}
    if told.method == "JPEG":
        raise ValueError("JPEG does not keep counts as they are: choose another compression")
    return {}


def _even(pixels: int) -> int:
    """Return an even number of pixels per block of up to 32, as szip asks for."""
    return min(max(pixels // 2 * 2, 2), 32)


def _plugin(told: Compression) -> dict[str, Any]:
    try:
        import hdf5plugin  # noqa: PLC0415 - only these compressions need it
    except ImportError:
        raise ValueError(
            f"{told.method} needs the package hdf5plugin, which is not installed: install it, or "
            "choose zlib"
        ) from None
    if told.method == "LZ4":
        return {"compression": hdf5plugin.LZ4()}
    if told.method == "BSLZ4":
        return {"compression": hdf5plugin.Bitshuffle(cname="lz4")}
    options: dict[str, Any] = {
        "cname": told.blosc_compressor.lower(),
        "clevel": min(max(told.blosc_level, 0), 9),
        "shuffle": told.blosc_shuffle,
    }
    return {"compression": hdf5plugin.Blosc(**options)}


def low_level_type(dtype: np.dtype[Any], told: Compression) -> h5py.Datatype | None:
    """Return the type of which N-bit keeps `bits` bits; None where it is an ordinary one."""
    if told.method != "N-bit" or dtype.kind not in "iu" or not told.bits:
        return None
    made = h5py.h5t.py_create(dtype).copy()
    bits = min(max(told.bits, 1), 8 * dtype.itemsize)
    made.set_precision(bits)
    made.set_offset(min(max(told.bit_offset, 0), 8 * dtype.itemsize - bits))
    return h5py.Datatype(made)
