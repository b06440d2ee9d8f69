"""Ways to trigger a camera, in everybody's words."""

import pytest

from devices import CountError, InvalidTargetError
from devices.detectors.camera_triggers import TRIGGERS, index_of, known_trigger

PILATUS = ("Internal", "Ext. Enable", "Ext. Trigger", "Mult. Trigger", "Alignment")


@pytest.mark.parametrize(
    ("word", "ours"),
    [
        ("gate", "gate"),
        ("INTERNAL_TRIGGER", "internal"),
        ("EXTERNAL_TRIGGER", "series"),
        ("EXTERNAL_TRIGGER_MULTI", "external"),
        ("EXTERNAL_GATE", "gate"),
        ("EXTERNAL_START_STOP", "start-stop"),
        ("EXTERNAL_EDGE", "external"),
        ("EXTERNAL_LEVEL", "gate"),
    ],
)
def test_words_of_lima_and_of_ophyd_async_are_understood(word, ours):
    assert known_trigger("camera", word) == ours


@pytest.mark.parametrize("word", ["fast", "", None, "External"])
def test_a_word_that_nobody_has_is_refused(word):
    sentence = "trigger_mode of camera is 'internal' or 'external' or 'series' or 'gate' or"
    with pytest.raises(InvalidTargetError, match=sentence):
        known_trigger("camera", word)


@pytest.mark.parametrize(
    ("word", "index"), [("internal", 0), ("gate", 1), ("series", 2), ("external", 3)]
)
def test_each_way_has_the_number_that_the_driver_gives_it(word, index):
    assert index_of("camera", word, PILATUS) == index


def test_a_way_that_the_driver_does_not_offer_is_refused_with_those_it_does():
    sentence = (
        "camera has no trigger_mode 'gate': its driver offers Internal, External; "
        "choose 'internal' or 'external'"
    )
    with pytest.raises(CountError, match=sentence):
        index_of("camera", "gate", ("Internal", "External"))


def test_no_word_means_two_ways():
    words = [word for ours, each in TRIGGERS.items() for word in (ours, *each.others)]
    assert len(words) == len(set(words))
