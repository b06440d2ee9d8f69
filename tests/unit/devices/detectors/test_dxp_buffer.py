"""Buffers of maps, against the encoder of the virtual beamline and against damage."""

import numpy as np
import pytest

from devices import CountError
from devices.detectors.dxp_buffer import decoded, most_pixels
from sim_ioc.counting.element_exposure import Counted
from sim_ioc.counting.mapping_buffer import encoded

CHANNELS = 16


def counted(element, pixel, most=100):
    spectrum = np.arange(CHANNELS, dtype=np.int32) * (element + 1) + pixel
    spectrum = np.minimum(spectrum, most)
    events = int(spectrum.sum())
    return Counted(spectrum, 2.0 + pixel, 1.9, 70_000 + events, events)


def buffer(pixels=2, elements=6):
    """Six elements: a whole module and a part of another."""
    modules = [
        encoded(
            [
                [counted(each, pixel) for each in range(first, min(first + 4, elements))]
                for pixel in range(pixels)
            ],
            first // 4,
            1,
            1,
            0,
        )
        for first in range(0, elements, 4)
    ]
    rows = np.zeros((len(modules), max(map(len, modules))), np.uint16)
    for row, module in zip(rows, modules, strict=True):
        row[: len(module)] = module
    return rows


def test_spectra_come_by_pixel_and_element():
    counts = decoded(buffer(), [1, 6], pixels=2)
    expected = [[counted(each, pixel).spectrum for each in (0, 5)] for pixel in (0, 1)]
    assert (counts.spectra == np.array(expected)).all()


def test_statistics_belong_to_their_spectra():
    counts = decoded(buffer(), [2, 5], pixels=2)
    assert (counts.events == counts.spectra.sum(axis=2)).all()
    assert counts.real == pytest.approx(np.array([[2.0, 2.0], [3.0, 3.0]]), abs=1e-6)
    assert counts.triggers == pytest.approx(counts.events + 70_000)
    assert counts.input_rate == pytest.approx(counts.triggers / 1.9, rel=1e-6)
    assert counts.live == pytest.approx(1.9 * counts.events / counts.triggers, rel=1e-6)


def test_words_may_come_as_signed_ones():
    """Channel Access has no unsigned numbers."""
    signed = buffer().view(np.int16)
    assert (decoded(signed, [1], 2).triggers == decoded(buffer(), [1], 2).triggers).all()


def test_the_layout_is_that_of_the_reader_of_the_dxp_module():
    """Offsets as in decode_xmap_buffers.py of epics-modules/dxp."""
    row = buffer(pixels=1, elements=4)[0]
    pixel = row[256:]
    statistics = pixel[32:64].astype("<u2").view("<i4").reshape(4, 4)
    assert row[8] == 1
    assert row[20] == CHANNELS
    assert (pixel[256:].reshape(4, CHANNELS)[3] == counted(3, 0).spectrum).all()
    assert statistics[2, 3] == counted(2, 0).events


def damaged(change):
    rows = buffer()
    change(rows)
    return rows


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda rows: rows[0].__setitem__(0, 0), "no buffer of a map"),
        (lambda rows: rows[1].__setitem__(3, 2), "no buffer of a map"),
        (lambda rows: rows[0].__setitem__(8, 1), "its buffer has 1 of 2 spectra"),
        (lambda rows: rows[0].__setitem__(256, 0), "breaks off before the last spectrum"),
        (lambda rows: rows[0].__setitem__(256 + 7, 9), "breaks off before the last spectrum"),
        (lambda rows: rows[0].__setitem__(520, 65_535), "a channel of element 1 is full"),
    ],
    ids=["tag", "mode", "pixels", "pixel tag", "size", "full"],
)
def test_what_is_damaged_is_no_count(change, sentence):
    with pytest.raises(CountError, match=sentence):
        decoded(damaged(change), [1, 5], pixels=2)


def test_an_element_that_no_module_has_is_told():
    with pytest.raises(CountError, match="element 9 is on none"):
        decoded(buffer(), [1, 9], pixels=2)


def test_a_buffer_of_the_hardware_takes_124_spectra_of_2048_channels():
    """The figure of the manual, and of decode_xmap_buffers.py."""
    assert most_pixels(2048) == 124
