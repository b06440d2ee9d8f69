"""Names that match a pattern."""

import pytest

from blueline.errors import BluelineError
from blueline.shell.listing import matching
from blueline.shell.timing import said


def test_a_pattern_is_one_of_file_names():
    assert matching("?slit*", ["hslit", "vslit", "slit"]) == ["hslit", "vslit"]


def test_what_is_no_pattern_is_told():
    with pytest.raises(BluelineError, match="a pattern is a text"):
        matching(3, [])


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.002, "2 ms"), (1, "1 s"), (99.9, "99.9 s"), (3600, "60 min 0 s")]
)
def test_times_are_said_as_people_do(seconds, words):
    assert said(seconds) == words
