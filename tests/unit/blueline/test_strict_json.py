"""JSON in which a key stands twice is not read as if it stood once."""

import json

import pytest

from blueline.strict_json import once_each


def test_a_key_that_stands_twice_is_refused():
    with pytest.raises(ValueError, match="'a' stands in it twice"):
        json.loads('{"a": 1, "a": 2}', object_pairs_hook=once_each)
