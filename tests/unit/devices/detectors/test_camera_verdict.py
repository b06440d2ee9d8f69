"""Whether an exposure is what was asked for."""

from dataclasses import replace

import pytest

from devices.detectors.camera_verdict import Asked, Found, complaint, lost_frames

ASKED = Asked(frames=3, seconds=0.1, before=6)
FOUND = Found("Idle", "Waiting for acquisition", 0.1, frames=3, captured=9)


def said(found, *, is_ended=False):
    return complaint(ASKED, found, is_ended=is_ended)


def test_what_was_asked_for_is_right():
    assert said(FOUND) is None
    assert lost_frames(ASKED, FOUND) == 0


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"state": "Error", "message": "no link"}, "in state Error: no link"),
        ({"seconds": 0.2}, "its exposure was 0.2 s"),
        ({"seconds": float("nan")}, "its exposure was nan s"),
        ({"frames": 1}, r"it took 1 frames, not 3 \(Waiting"),
        ({"frames": 4, "captured": 10}, "it took 4 frames, not 3"),
        ({"trouble": "its file could not be written: full"}, "could not be written: full"),
        ({"exposures": (5, 1)}, "its frames had 5 exposures, not 1: changed by others"),
        ({"captured": 11}, "its file got 2 frames more than were asked for"),
    ],
    ids=["error", "other exposure", "NaN", "few", "many", "disk", "added up", "somebody else"],
)
def test_it_is_told_what_is_wrong(change, sentence):
    with pytest.raises(AssertionError, match=sentence):
        raise AssertionError(said(replace(FOUND, **change)))


def test_fewer_frames_are_right_where_it_was_ended_on_purpose():
    assert said(replace(FOUND, frames=1, captured=7), is_ended=True) is None


def test_frames_that_did_not_get_into_the_file_are_lost():
    assert lost_frames(ASKED, replace(FOUND, captured=7)) == 2


def test_nothing_is_lost_where_nothing_is_saved():
    assert lost_frames(ASKED, replace(FOUND, captured=None)) == 0


def test_frames_never_taken_are_not_lost():
    assert lost_frames(ASKED, replace(FOUND, frames=1, captured=7)) == 0


# --- frames of several exposures


@pytest.mark.parametrize(
    ("seconds", "longest", "exposures"),
    [(0.3, 0.3, 1), (0.31, 0.3, 2), (0.9, 0.3, 3), (1.0, 0.3, 4), (1.0, float("inf"), 1)],
)
def test_it_takes_as_few_exposures_as_are_needed(seconds, longest, exposures):
    asked = Asked.for_seconds(1, seconds, longest)
    assert asked.exposures == exposures
    assert asked.each * exposures == pytest.approx(seconds)


def test_a_detector_that_adds_up_less_than_it_was_told_is_noticed():
    asked = Asked.for_seconds(1, 1.0, longest=0.3)
    found = Found("Idle", "", 0.25, frames=1, exposures=(4, 0))
    sentence = "its last frame had 0 exposures, not 4: can it add them up?"
    assert complaint(asked, found, is_ended=False) == sentence
    assert complaint(asked, replace(found, exposures=(4, 4)), is_ended=False) is None


@pytest.mark.parametrize(
    ("seconds", "longest", "between", "exposures", "each"),
    [
        (1.0, 0.3, 0.0, 4, 0.25),
        (1.0, 0.3, 0.1, 3, 0.8 / 3),
        (1.0, float("inf"), 0.5, 1, 1.0),
        (0.1, 0.3, 0.5, 1, 0.1),
        (0.4, 0.1, 0.35, 2, 0.025),
        (0.2, 0.1, 5.0, 1, 0.1),
    ],
)
def test_times_between_exposures_may_count_too(seconds, longest, between, exposures, each):
    asked = Asked.for_seconds(1, seconds, longest, between)
    assert asked.exposures == exposures
    assert asked.each == pytest.approx(each)
    assert asked.each <= longest
