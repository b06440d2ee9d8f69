import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbacks.plot.asked import asked_of
from tests.unit.callbacks.plot.drawn import counted, snapshot_of
from tests.unit.callbacks.scan_documents import Scan

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)
KEYS = st.sampled_from(["x", "y", "right", "below", "filters", "overlay"])


def asked(scan):
    return asked_of(snapshot_of(scan.documents()).columns)


def test_a_run_that_asks_for_nothing_shows_what_its_detectors_hint_over_its_axis():
    found = asked(counted())
    assert (found.x, found.y) == ("x", ("I0", "It", "If"))
    assert not found.is_arranged


def test_expressions_are_asked_for_like_counters():
    found = asked(counted(x="x", y=["log(I0/It)", "If"], right=["It"]))
    assert found.y == ("log(I0/It)", "If")
    assert found.right == ("It",)
    assert found.is_arranged


def test_what_is_not_there_is_passed_over_and_named():
    found = asked(counted(y=["nothing", "log(I0/none)", "If", "import os"]))
    assert found.y == ("If",)
    assert found.missing == ("nothing", "log(I0/none)", "import os")


def test_more_plots_are_lists_of_names():
    assert asked(counted(y="I0", below=[["It", "If"], "I0/It", []])).below == (
        ("It", "If"),
        ("I0/It",),
    )


def test_a_run_without_hints_shows_all_its_numbers_but_set_points():
    scan = counted()
    documents = list(scan.documents())
    for name, doc in documents:
        if name == "descriptor":
            doc["hints"] = {}
    assert asked_of(snapshot_of(documents).columns).y == ("I0", "It", "If", "seconds")


@pytest.mark.parametrize(("wanted", "given_back"), [(3, 3), (-1, 0), (99, 10), (True, None)])
def test_no_more_than_ten_earlier_scans_are_overlaid(wanted, given_back):
    assert asked(counted(overlay=wanted)).overlay == given_back


@given(ANYTHING | st.dictionaries(KEYS, ANYTHING))
def test_whatever_a_run_asks_for_it_has_a_plot(plot):
    found = asked(Scan(extra={"plot": plot}))
    assert found.y
