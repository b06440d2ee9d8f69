"""Arrays get to the process that draws as they are."""

import json

import numpy as np
import pytest

from callbacks.errors import ConsumerError
from callbacks.plot.custom.packed import MOST_BYTES, numbers, pack, unpack


@pytest.mark.parametrize("type_", ["u1", "<u2", "<i4", "<f4", "<f8"])
def test_numbers_come_back_as_they_were(type_):
    sent = np.arange(12, dtype=type_).reshape(3, 4)[:, ::2]
    came = unpack(json.loads(json.dumps(pack(numbers(sent)))))
    assert came.dtype == sent.dtype
    np.testing.assert_array_equal(came, sent)


def test_gaps_and_infinities_come_back():
    sent = [1.0, float("nan"), float("inf")]
    np.testing.assert_array_equal(unpack(pack(numbers(sent))), sent)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (["a", "b"], "are numbers"),
        ([[1, 2], [3]], "rows of the same length"),
        ([1 + 2j], "are numbers"),
        (np.zeros(MOST_BYTES // 8 + 1), r"every fourth"),
    ],
    ids=["text", "ragged", "complex", "too many"],
)
def test_what_cannot_be_shown_is_refused_in_a_sentence(data, said):
    with pytest.raises(ConsumerError, match=said):
        numbers(data)
