"""The buffer of a map as XIA's modules have it: pixel by pixel, in words of 16 bits.

Layout of "MCA mapping" as decode_xmap_buffers.py and NDDxp.cpp of
https://github.com/epics-modules/dxp read it; a module has four channels.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim_ioc.counting.element_exposure import Counted

Words = NDArray[np.uint16]

CHANNELS_PER_MODULE = 4
#: Words of a buffer that the hardware has, and of the header before it and before each pixel.
BUFFER_WORDS, HEADER = 1_048_576, 256
#: Seconds of a tick.
TICK = 320e-9
_BUFFER_TAGS, _PIXEL_TAGS = (0x55AA, 0xAA55), (0x33CC, 0xCC33)
_SPECTRA = 1
_STATISTICS, _LARGEST = 32, 2**16 - 1


def most_pixels(channels: int) -> int:
    """Return how many pixels a buffer has room for."""
    return (BUFFER_WORDS - HEADER) // (HEADER + CHANNELS_PER_MODULE * channels)


def encoded(
    pixels: Sequence[Sequence[Counted]], module: int, run: int, buffer: int, first: int
) -> Words:
    """Return the buffer of one module: `pixels` hold what each of its elements has counted."""
    blocks = [_pixel(first + number, counted) for number, counted in enumerate(pixels)]
    header = np.zeros(HEADER, np.uint16)
    header[:5] = (*_BUFFER_TAGS, HEADER, _SPECTRA, run & _LARGEST)
    header[5:7] = _low_and_high(buffer)
    header[7:9] = buffer % 2, len(blocks)
    header[9:11] = _low_and_high(first)
    header[11] = module
    for number in range(CHANNELS_PER_MODULE):
        header[12 + 2 * number : 14 + 2 * number] = number, CHANNELS_PER_MODULE * module + number
    if blocks:
        header[20:24] = blocks[0][8:12]
    return np.concatenate([header, *blocks])


def _pixel(number: int, counted: Sequence[Counted]) -> Words:
    header = np.zeros(HEADER, np.uint16)
    spectra = [np.minimum(each.spectrum, _LARGEST).astype(np.uint16) for each in counted]
    size = HEADER + sum(map(len, spectra))
    header[:4] = (*_PIXEL_TAGS, HEADER, _SPECTRA)
    header[4:6], header[6:8] = _low_and_high(number), _low_and_high(size)
    for index, each in enumerate(counted):
        header[8 + index] = len(spectra[index])
        told = (round(each.real / TICK), round(each.trigger_live / TICK), each.triggers)
        words = [half for value in (*told, each.events) for half in _low_and_high(value)]
        place = _STATISTICS + 8 * index
        header[place : place + 8] = words
    return np.concatenate([header, *spectra])


def _low_and_high(value: int) -> tuple[int, int]:
    return value & _LARGEST, value >> 16 & _LARGEST
