"""What ends a count of an analyser, and what it tells besides."""

import math

import pytest

from devices import InvalidTargetError
from devices.detectors.mca_presets import McaPreset
from devices.detectors.mca_statistics import checked_statistics, statistics_of

REGIONS = {"Cu": None}


@pytest.mark.parametrize(
    ("preset", "sentence"),
    [
        (
            McaPreset("fast"),
            "the preset of mca is one of 'real', 'live', 'events', 'none', not 'fast'",
        ),
        (McaPreset("events"), "events= and preset='events' belong together"),
        (McaPreset("real", 5), "events= and preset='events' belong together"),
        (McaPreset("events", -5), "mca counts a whole number of events, not -5"),
        (McaPreset("events", 1.5), "mca counts a whole number of events, not 1.5"),
        (McaPreset("events", 5, "Fe"), "mca has no region 'Fe' to count events in; there are Cu"),
    ],
    ids=["word", "no events", "no preset", "negative", "part", "region"],
)
def test_what_ends_no_count_is_refused(preset, sentence):
    with pytest.raises(InvalidTargetError, match=sentence):
        preset.checked("mca", REGIONS)


@pytest.mark.parametrize(
    ("preset", "puts"),
    [
        (McaPreset("real"), {"real": 2.0, "live": 0.0, "events": 0.0}),
        (McaPreset("live"), {"real": 0.0, "live": 2.0, "events": 0.0}),
        (McaPreset("events", 5), {"real": 0.0, "live": 0.0, "events": 5.0}),
    ],
    ids=lambda value: value.word if isinstance(value, McaPreset) else "",
)
def test_the_record_gets_one_preset_and_no_other(preset, puts):
    assert preset.puts(2.0, ends_with_others=False) == puts
    alone = {"real": 2.0, "live": 0.0, "events": 0.0}
    assert preset.puts(2.0, ends_with_others=True) == alone


@pytest.mark.parametrize(
    ("preset", "found", "sentence"),
    [(5.0, 5.0, None), (5.0, 9.0, None), (5.0, 4.0, "4 of 5 events only"), (3.0, 9.0, "by others")],
)
def test_events_are_enough_or_it_is_told(preset, found, sentence):
    told = McaPreset("events", 5).complaint(1.0, preset, found)
    assert told is None if sentence is None else sentence in told


def test_rates_of_the_electronics_are_believed():
    assert statistics_of(10.0, 2.0, 1.0, (120.0, 100.0))["input_rate"] == 120.0


def test_without_time_there_is_no_rate():
    assert math.isnan(statistics_of(10.0, 0.0, 0.0, ())["input_rate"])


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["triggers"], "the statistics of mca are events, input_rate, output_rate, and not"),
        (["events", "events"], "each of the statistics of mca is named once"),
    ],
    ids=["unknown", "twice"],
)
def test_statistics_that_are_not_known_are_refused(words, sentence):
    with pytest.raises(InvalidTargetError, match=sentence):
        checked_statistics("mca", words)
