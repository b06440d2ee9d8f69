"""Where scans are in SPEC files, and how what interrupted writers left is healed."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbacks.spec_format import healed
from callbacks.spec_places import heal, index_of, places_of, to_bytes

FILE = (
    b"#F f\n#E 5\n\n#S 1  a\n#MD uid = one\n1 2\n@A 7\n"
    b"#C Fri Nov 21 10:00:00 2025 ended: success, 1 points\n\n"
    b"#S 2  b\n#MD uid = two\n3 4\n5 6\n"
)


def test_places_joined_are_the_file():
    places = list(places_of(io.BytesIO(FILE)))
    assert b"".join(FILE[place.begin : place.end] for place in places) == FILE
    assert [FILE[place.begin : place.begin + 4] for place in places] == [b"#F f", b"#S 1", b"#S 2"]


def test_a_place_says_what_its_lines_say():
    head, first, second = places_of(io.BytesIO(FILE))
    assert (head.epoch, head.number, head.uid, head.rows) == (5, None, None, 0)
    assert (first.number, first.uid, first.rows, first.is_ended, first.is_closed) == (
        1,
        "one",
        1,
        True,
        True,
    )
    assert (second.number, second.uid, second.rows, second.is_ended, second.is_closed) == (
        2,
        "two",
        2,
        False,
        False,
    )


def test_index_knows_epoch_and_numbers():
    index = index_of(io.BytesIO(FILE + b"#S 9  of somebody else\n1 2\n"))
    assert index.epoch == 5
    assert index.numbers == {"one": 1, "two": 2, "9": 9}
    assert index.free_number(2) == 10
    assert index.free_number(7) == 7


def test_a_file_that_begins_with_no_scan_is_one_place():
    (place,) = places_of(io.BytesIO(b"1 2\n\n"))
    assert (place.begin, place.end, place.number) == (0, 5, None)
    assert list(places_of(io.BytesIO())) == []


@given(st.text("#S\n1 µ", max_size=20), st.sampled_from([0, 4090, 20_000]))
def test_a_file_of_any_length_is_healed_as_text_is(text, length):
    text = "x" * length + text
    file = io.BytesIO(to_bytes(text))
    heal(file)
    assert file.getvalue() == to_bytes(healed(text))


@pytest.mark.parametrize("torn", [b"\xff", b"3.1\xc2"])
def test_bytes_that_are_no_text_stay_as_they_are(torn):
    file = io.BytesIO(b"#S 1  a\n" + torn)
    heal(file)
    assert file.getvalue() == b"#S 1  a\n#C incomplete line: " + torn + b"\n\n"
