"""What a document must have is asked for in words."""

import numpy as np
import pytest

from callbacks.well_formed import fault_of
from tests.unit.callbacks.scan_documents import Scan, page

SCAN = Scan()
DOCUMENTS = dict(SCAN.documents())
PAGE = page([SCAN.event(0), SCAN.event(1)])


@pytest.mark.parametrize(("name", "doc"), [*SCAN.documents(), ("event_page", PAGE)])
def test_the_documents_of_a_scan_lack_nothing(name, doc):
    assert fault_of(name, doc) is None


def test_a_kind_that_is_not_known_lacks_nothing():
    assert fault_of("surprise", {}) is None


@pytest.mark.parametrize(
    ("name", "changes", "said"),
    [
        ("start", {"uid": None}, "it has no uid"),
        ("start", {"time": "now"}, "its time is a str"),
        ("start", {"time": float("nan")}, "its time is nan"),
        ("start", {"time": 1e300}, "its time is 1e+300"),
        ("descriptor", {"data_keys": {"x": 1}}, "its data_keys are no descriptions"),
        ("event", {"seq_num": 0}, "its seq_num is 0"),
        ("event", {"data": [1.0]}, "its data is a list"),
        ("stop", {"exit_status": None}, "it has no exit_status"),
    ],
)
def test_what_is_wrong_is_said(name, changes, said):
    assert fault_of(name, {**DOCUMENTS[name], **changes}) == said


@pytest.mark.parametrize("key", ["seq_num", "time"])
def test_a_page_has_as_many_of_everything(key):
    fault = fault_of("event_page", {**PAGE, key: [1]})
    assert fault == "its columns are not of the same length"


def test_a_column_of_a_page_is_a_list():
    assert fault_of("event_page", {**PAGE, "data": {"x": 5}}) == "its columns are no lists"


def test_what_numpy_made_is_a_number():
    event = {**DOCUMENTS["event"], "seq_num": np.int64(3), "time": np.float32(2.5)}
    assert fault_of("event", event) is None
