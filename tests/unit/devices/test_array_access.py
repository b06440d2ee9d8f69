"""Arrays over Channel Access: what this process may take, and what samples hold."""

import numpy as np
import pytest

from devices.array_access import ArraySample, fetch, require_small_enough
from devices.errors import TooLargeError


@pytest.fixture
def limited(monkeypatch):
    """A client told to take a million bytes."""
    monkeypatch.setenv("EPICS_CA_AUTO_ARRAY_BYTES", "NO")
    monkeypatch.setenv("EPICS_CA_MAX_ARRAY_BYTES", "1000000")


def test_an_array_beyond_the_limit_is_refused_with_what_to_do(limited):
    sentence = "BL:image has 1000000 bytes, and Channel Access takes 1000000 here: start with EPICS"
    with pytest.raises(TooLargeError, match=sentence):
        require_small_enough("BL:image", 1_000_000)


def test_an_array_within_the_limit_is_taken(limited):
    require_small_enough("BL:image", 999_000)


def test_without_a_limit_any_array_is_taken(limited, monkeypatch):
    monkeypatch.setenv("EPICS_CA_AUTO_ARRAY_BYTES", "YES")
    require_small_enough("BL:image", 10**9)


def test_an_array_of_characters_is_a_text_up_to_its_end():
    letters = np.frombuffer(b"out of reach\0\0", np.uint8)
    assert ArraySample(letters, 0.0, 0).text == "out of reach"


def test_a_string_is_a_text():
    assert ArraySample(np.array([b"CAM"], "S40"), 0.0, 0).text == "CAM"


@pytest.mark.parametrize("raw", ["Ångström".encode(), "Ångström".encode("latin-1")])
def test_a_text_is_utf_8_or_else_latin_1(raw):
    assert ArraySample(np.frombuffer(raw, np.uint8), 0.0, 0).text == "Ångström"


def test_a_number_is_the_first_element():
    assert ArraySample(np.array([3, 4], "i4"), 0.0, 0).number == 3.0


def test_reading_nothing_gives_nothing_at_once():
    assert fetch([]) == []
