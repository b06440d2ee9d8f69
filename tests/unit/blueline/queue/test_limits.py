"""What a request to the queue may be."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueline.queue.limits import CODE, NEVER, Limits, RefusedError

LIMITS = Limits(most_items=10, most_bytes=1000)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(request):
    with contextlib.suppress(RefusedError):
        assert isinstance(LIMITS.parsed(request), dict)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b'{"a": NaN}', "NaN"),
        (b'{"a": -Infinity}', "-Infinity"),
        (b'{"a": 1, "a": 2}', "'a' stands in it twice"),
        (b'{"a": ' + b"9" * 5000 + b"}", "digits"),
        (b"[" * 5000, "too deep"),
        (b"[" * 60 + b"]" * 60, "list"),
        (b'{"a":' * 60 + b"1" + b"}" * 60, "too deep"),
        (b'"' + b"x" * 10_001 + b'"', "too long"),
        (b"\xff", "no JSON"),
        (b"", "no JSON"),
        (b"1", "int"),
        (b'{"a": "\\ud800"}', "half a character"),
    ],
)
def test_what_is_no_sound_json_is_refused_with_the_reason(text, reason):
    with pytest.raises(RefusedError, match=reason):
        LIMITS.parsed(text)


def test_a_request_is_read_as_json_has_it():
    request = {"method": "status", "params": {"a": [1, 2.5, None, "x", {"b": True}]}}
    assert LIMITS.parsed(json.dumps(request).encode()) == request


@pytest.mark.parametrize("method", sorted(CODE | NEVER))
def test_code_is_refused(method):
    with pytest.raises(RefusedError, match=f"{method} is refused"):
        LIMITS.check({"method": method}, 0)


@pytest.mark.parametrize("method", sorted(CODE))
def test_code_is_taken_where_that_is_configured(method):
    Limits(10, 1000, scripts=True).check({"method": method}, 0)


@pytest.mark.parametrize("method", sorted(NEVER))
def test_rules_are_changed_by_nobody(method):
    with pytest.raises(RefusedError, match=f"{method} is refused"):
        Limits(10, 1000, scripts=True).check({"method": method}, 0)


@pytest.mark.parametrize(
    "request_",
    [{}, {"method": 1}, {"method": "status", "params": [1]}, {"method": ["status"]}],
    ids=["empty", "number", "list", "method"],
)
def test_what_is_no_request_is_refused(request_):
    with pytest.raises(RefusedError, match="a method"):
        LIMITS.check(request_, 0)


def adding(items):
    return {"method": "queue_item_add_batch", "params": {"items": items}}


def test_a_full_queue_refuses_one_more():
    LIMITS.check({"method": "queue_item_add", "params": {"item": {}}}, 9)
    with pytest.raises(RefusedError, match="has 10 items and may have 10"):
        LIMITS.check({"method": "queue_item_add", "params": {"item": {}}}, 10)


def test_a_batch_that_would_overfill_the_queue_is_refused_as_a_whole():
    LIMITS.check(adding([{}] * 4), 6)
    with pytest.raises(RefusedError, match="so 5 more are refused"):
        LIMITS.check(adding([{}] * 5), 6)


def test_an_item_that_replaces_another_is_taken_by_a_full_queue():
    LIMITS.check({"method": "queue_item_update", "params": {"item": {}}}, 10)


@pytest.mark.parametrize("method", ["queue_item_add", "queue_item_update", "queue_item_execute"])
def test_a_long_item_is_refused(method):
    item = {"args": ["x" * 1000]}
    with pytest.raises(RefusedError, match="too long; 1000 are allowed"):
        LIMITS.check({"method": method, "params": {"item": item}}, 0)


def test_one_long_item_refuses_its_batch():
    with pytest.raises(RefusedError, match="too long"):
        LIMITS.check(adding([{}, {"args": ["x" * 1000]}]), 0)


def test_a_whole_character_of_two_escapes_is_taken():
    assert LIMITS.parsed(rb'{"a": "\ud83d\ude00"}') == {"a": "\U0001f600"}


@pytest.mark.parametrize(
    ("item", "sentence"),
    [
        (3, "an item is a mapping with item_type, name, args and kwargs, not 3"),
        ({"name": 3}, "name of an item is text, not 3"),
        ({"name": "ct", "args": 3}, "args of an item is a list, not 3"),
        ({"name": "ct", "kwargs": [1]}, "kwargs of an item is a mapping by name"),
    ],
    ids=["number", "name", "args", "kwargs"],
)
def test_what_is_no_item_is_refused_in_a_sentence(item, sentence):
    with pytest.raises(RefusedError, match=sentence):
        LIMITS.check({"method": "queue_item_add", "params": {"item": item}}, 0)
