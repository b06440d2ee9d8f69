"""Rows that wait for their place in a file come back as they went in."""

import math

from hypothesis import given
from hypothesis import strategies as st

from callbacks.nexus_rows import KeptRows

values = st.none() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=3)


@given(st.lists(st.dictionaries(st.sampled_from("abc"), values), max_size=6))
def test_every_value_comes_back_as_it_was(rows):
    kept = KeptRows()
    for row in rows:
        kept.append(row)
    assert len(kept) == len(rows)
    for row, found in zip(rows, kept, strict=True):
        assert {name: found[name] for name in row} == row
        assert all(found[name] is None for name in found.keys() - row.keys())


def test_nan_stays_nan():
    kept = KeptRows()
    kept.append({"a": math.nan})
    assert math.isnan(next(iter(kept))["a"])
