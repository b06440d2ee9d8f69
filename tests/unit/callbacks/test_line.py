"""A line is the document, to the last bit, or it is refused."""

import json
import math
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbacks.errors import JournalError
from callbacks.line import from_line, to_line

EXACT = {
    "a small integer": 1,
    "the largest of 64 bits": 2**64 - 1,
    "one of 65 bits": 2**64,
    "one of 500 digits": 10**499,
    "the least of 64 bits": -(2**63),
    "one below that": -(2**63) - 1,
    "a float that is an integer": 1e16,
    "the smallest float": 5e-324,
    "the largest float": 1.7976931348623157e308,
    "a negative zero": -0.0,
    "nothing": None,
    "the word null": "null",
    "a surrogate": "\ud800",
    "a tower": [[[[[[[[[[]]]]]]]]]],
}


@pytest.mark.parametrize("value", EXACT.values(), ids=EXACT)
def test_what_is_hard_to_write_comes_back_as_it_was(value):
    _, doc = from_line(to_line("event", {"x": value}))
    assert doc == {"x": value}
    assert type(doc["x"]) is type(value)
    assert str(doc["x"]) == str(value)


@given(st.integers() | st.floats(allow_nan=False))
def test_every_number_comes_back_as_it_was(value):
    (_, doc) = from_line(to_line("event", {"x": [value]}))
    assert doc == {"x": [value]}
    assert type(doc["x"][0]) is type(value)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, np.float32("nan")])
def test_what_is_no_number_does_not_become_nothing(value):
    _, doc = from_line(to_line("event", {"x": value, "y": 1.5}))
    assert str(doc["x"]) == str(float(value))


def test_keys_that_are_no_text_become_text():
    assert from_line(to_line("start", {1: 2})) == ("start", {"1": 2})


def test_the_check_sum_is_that_of_the_line_without_it():
    line = to_line("event", {"x": 1.5})
    parsed = json.loads(line)
    crc = parsed.pop("crc")
    assert int(crc, 16) == zlib.crc32(json.dumps(parsed, separators=(",", ":")).encode())


def test_any_json_reader_reads_a_line():
    assert json.loads(to_line("event", {"x": 0.1}))["doc"] == {"x": 0.1}


@pytest.mark.parametrize(
    "text", ['{"name": "event", "doc": {"x": NaN}}', '{"name":"event","doc":{"x":NaN}}']
)
@pytest.mark.parametrize("end", ["", "\n"])
def test_a_line_of_another_program_is_read(text, end):
    name, doc = from_line((text + end).encode())
    assert name == "event"
    assert math.isnan(doc["x"])


def test_a_line_may_come_without_its_newline():
    line = to_line("event", {"x": 1})
    assert from_line(line[:-1]) == from_line(line)


def test_a_check_sum_that_is_wrong_is_told():
    line = to_line("event", {"x": 1}).replace(b'"x":1', b'"x":7')
    with pytest.raises(JournalError, match="not a document: its check sum is wrong"):
        from_line(line)


def test_text_that_looks_like_a_check_sum_is_not_taken_for_one():
    doc = {"x": ',"crc":"00000000"}'}
    assert from_line(to_line("event", doc)) == ("event", doc)
    assert from_line(json.dumps({"name": "event", "doc": doc}).encode()) == ("event", doc)
