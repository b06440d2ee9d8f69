"""What is done to the counts of a channel."""

import pytest

from devices.counters.scaler_channel import Channel, checked_channels
from devices.errors import InvalidTargetError


def test_a_plain_channel_gives_counts():
    channel = Channel(2)
    assert channel.value(7.0, 0.5) == 7.0
    assert channel.units == "counts"


def test_a_rate_is_in_counts_per_second():
    channel = Channel(2, per_second=True)
    assert channel.value(7.0, 0.5) == 14.0
    assert channel.units == "counts/s"


def test_its_unit_can_be_told():
    assert Channel(2, factor=1000, unit="kcts").units == "kcts"


@pytest.mark.parametrize("factor", [0.0, float("nan"), float("inf")])
def test_a_factor_that_cannot_divide_is_refused(factor):
    with pytest.raises(InvalidTargetError, match="the factor of channel 2 divides"):
        Channel(2, factor=factor)


@pytest.mark.parametrize("rate", [-1.0, float("nan"), float("inf")])
def test_an_impossible_dark_rate_is_refused(rate):
    with pytest.raises(InvalidTargetError, match="the dark rate of channel 2 is counts per second"):
        Channel(2, dark_rate=rate)


def test_numbers_and_channels_can_be_mixed():
    channels = checked_channels("scaler", {"I0": 2, "It": Channel(3, factor=10)})
    assert channels == {"I0": Channel(2), "It": Channel(3, factor=10)}


def test_it_says_in_words_what_it_does():
    channel = Channel(3, factor=10, dark_rate=5, per_second=True)
    assert str(channel) == "channel 3, less 5/s, per second, divided by 10"
