"""The buffer in which XIA's modules send a map: words of 16 bits, four channels to a module.

Layout of "MCA mapping" as decode_xmap_buffers.py and NDDxp.cpp of
https://github.com/epics-modules/dxp read it.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from devices.detectors.element_counts import ElementCounts
from devices.errors import CountError

Words = npt.NDArray[np.uint16]

CHANNELS_PER_MODULE = 4
#: Words of a buffer, and of the header before it and before each pixel.
BUFFER_WORDS, HEADER = 1_048_576, 256
#: Seconds of a tick.
TICK = 320e-9
_BUFFER_TAGS, _PIXEL_TAGS = [0x55AA, 0xAA55], [0x33CC, 0xCC33]
_SPECTRA = 1
#: Where the statistics of the first channel are, and how many words each channel has of them.
_STATISTICS, _STATISTICS_WORDS = 32, 8
#: Counts that a channel can hold.
_FULL = 2**16 - 1


def most_pixels(channels: int) -> int:
    """Give how many pixels a buffer has room for.

    Examples
    --------
    >>> most_pixels(2048)
    124
    """
    return (BUFFER_WORDS - HEADER) // (HEADER + CHANNELS_PER_MODULE * channels)


def decoded(buffer: npt.NDArray[np.generic], elements: Sequence[int], pixels: int) -> ElementCounts:
    """Give what is in a buffer, pixel by pixel.

    Parameters
    ----------
    buffer
        One row of words for each module, signed or not.
    elements
        Those that are wanted, counted from 1.
    pixels
        How many there have to be.

    Raises
    ------
    CountError
        It is no such buffer, has another number of pixels, or a channel is full.
    """
    words = np.asarray(buffer).astype(np.uint16)
    modules = [_module(row, pixels) for row in words]
    found = [divmod(number - 1, CHANNELS_PER_MODULE) for number in elements]
    missing = [
        number
        for number, (module, _) in zip(elements, found, strict=True)
        if module >= len(modules)
    ]
    if missing:
        message = f"its buffer is of {len(modules)} modules, and element {missing[0]} is on none"
        raise CountError(message)
    parts = [_channel(modules[module], channel) for module, channel in found]
    spectra, statistics = (np.stack(each, axis=1) for each in zip(*parts, strict=True))
    _require_room(spectra, elements)
    real, trigger_live, triggers, events = np.moveaxis(statistics.astype(np.float64), -1, 0)
    real, trigger_live = real * TICK, trigger_live * TICK
    share = np.divide(events, triggers, out=np.ones_like(events), where=triggers > 0)
    return ElementCounts(
        spectra.astype(np.int64),
        real,
        trigger_live * share,
        triggers,
        events,
        _rate(triggers, trigger_live),
        _rate(events, real),
    )


def _module(row: Words, pixels: int) -> list[Words]:
    """Give the words of each pixel of a module."""
    if row.size < HEADER or row[:2].tolist() != _BUFFER_TAGS or row[3] != _SPECTRA:
        message = "what it sent is no buffer of a map of spectra"
        raise CountError(message)
    if row[8] != pixels:
        message = f"its buffer has {row[8]} of {pixels} spectra"
        raise CountError(message)
    blocks, place = [], int(row[2])
    for _ in range(pixels):
        block = row[place:]
        size = _long(block[6:8]) if block.size >= HEADER else 0
        if block[:2].tolist() != _PIXEL_TAGS or not HEADER <= size <= block.size:
            message = "its buffer breaks off before the last spectrum"
            raise CountError(message)
        blocks.append(block[:size])
        place += size
    return blocks


def _channel(blocks: Sequence[Words], channel: int) -> tuple[Words, npt.NDArray[np.int64]]:
    """Give spectrum, and real and live ticks, triggers and events, of each pixel."""
    spectra, statistics = [], []
    for block in blocks:
        sizes = block[8 : 8 + CHANNELS_PER_MODULE]
        begin = int(block[2]) + int(sizes[:channel].sum())
        spectra.append(block[begin : begin + int(sizes[channel])])
        at = _STATISTICS + _STATISTICS_WORDS * channel
        statistics.append([_long(block[at + 2 * number :]) for number in range(4)])
    return np.stack(spectra), np.array(statistics, np.int64)


def _require_room(spectra: Words, elements: Sequence[int]) -> None:
    full = (spectra == _FULL).any(axis=(0, 2))
    if full.any():
        message = (
            f"a channel of element {elements[int(full.argmax())]} is full: in a map it takes "
            f"{_FULL} counts; have shorter pixels"
        )
        raise CountError(message)


def _long(words: Words) -> int:
    return int(words[0]) + (int(words[1]) << 16)


def _rate(
    counts: npt.NDArray[np.float64], seconds: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    return np.divide(counts, seconds, out=np.zeros_like(counts), where=seconds > 0)
