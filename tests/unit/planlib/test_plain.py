import json
from dataclasses import asdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planlib.errors import PlanError
from planlib.plain import NOT_KEPT, plain, require_metadata
from planlib.stepping.scan import Retry


def test_devices_are_told_by_their_names(x):
    assert plain({"motor": x, "motors": [(x, 0, 1)]}) == {"motor": "x", "motors": [["x", 0, 1]]}


def test_numbers_of_numpy_are_told_as_pythons():
    found = plain([np.float32(0.5), np.int8(3), np.True_, np.arange(2)])
    assert found == [0.5, 3, True, [0, 1]]
    assert [type(each) for each in found] == [float, int, bool, list]


def test_values_with_names_of_their_own_are_told_as_mappings():
    told = plain(Retry(short_counts=1, lost_connection=2))
    assert told == asdict(Retry(short_counts=1, lost_connection=2))
    assert told["short_counts"] == 1


@pytest.mark.parametrize(
    "thing", [lambda event: True, object(), np.array([object()]), range(10**6)],
    ids=["function", "object", "objects", "long"],
)  # fmt: skip
def test_what_json_does_not_have_is_told_as_not_kept(thing):
    assert plain(thing).keys() == {NOT_KEPT}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cc", "Cs"])),
    lambda each: st.lists(each) | st.dictionaries(st.text("abc"), each),
)  # fmt: skip


@given(json_values)
def test_json_is_kept_as_it_is(value):
    assert plain(value) == value
    assert require_metadata({"found": value}) == {"found": value}


strange = st.recursive(
    st.none() | st.binary() | st.complex_numbers() | st.text() | st.floats(),
    lambda each: st.lists(each) | st.tuples(each) | st.sets(st.integers()),
)


@given(strange)
def test_whatever_is_told_is_json(value):
    json.dumps(plain(value))


def refused(md):
    with pytest.raises(PlanError) as refusal:
        require_metadata(md)
    assert "\n" not in str(refusal.value)
    return str(refusal.value)


@pytest.mark.parametrize(
    "value", [object(), {1, 2}, b"bytes", float("nan"), float("inf"), [object()], "\ud800"],
    ids=["object", "set", "bytes", "nan", "inf", "nested", "half a character"],
)  # fmt: skip
def test_metadata_that_are_no_json_are_refused(value):
    """U7."""
    assert refused({"found": value}).startswith("the metadata found must be text, numbers, lists")


@pytest.mark.parametrize(
    "value", ["a\nb", "\x1b[31m", "x\x00", ["ok", {"deep": "\t"}], {"key\r": 1}], ids=repr
)
def test_metadata_with_control_characters_are_refused(value):
    """U7."""
    assert "control characters" in refused({"sample": value})


@pytest.mark.parametrize("key", ["a.b", "a/b", "", "a\nb", 3, None], ids=repr)
def test_metadata_with_names_that_documents_cannot_have_are_refused(key):
    assert "names without dots" in refused({key: 1})


@pytest.mark.parametrize("key", ["uid", "time", "scan_id"])
def test_what_the_engine_writes_is_refused(key):
    """U7."""
    assert refused({key: 1}).startswith(f"the engine itself writes {key}")


def test_metadata_of_more_than_a_megabyte_are_refused():
    """U7."""
    assert "are 2.0 MB of JSON and may be 1 MB" in refused({"notes": "x" * 2_000_000})


@pytest.mark.parametrize("md", ["Cu", 3, ["sample"]], ids=repr)
def test_what_is_no_mapping_is_refused(md):
    assert "metadata are names and values" in refused(md)


def test_metadata_of_numpy_become_plain():
    assert require_metadata({"edge": np.float64(8979), "roi": np.arange(2)}) == {
        "edge": 8979, "roi": [0, 1],
    }  # fmt: skip


def test_no_metadata_are_none():
    assert require_metadata(None) == {}
