import numpy as np
import pytest

from planlib.errors import PlanError
from planlib.stepping.readings import Measured

START = {"uid": "run", "detectors": ["cam", "det"]}
KEYS = {
    "image": {"dtype": "array", "shape": [4, 4]},
    "label": {"dtype": "string", "shape": []},
    "I0": {"dtype": "number", "shape": []},
    "It": {"dtype": "integer", "shape": []},
}
DESCRIPTOR = {
    "uid": "points",
    "run_start": "run",
    "name": "primary",
    "data_keys": KEYS,
    "hints": {"cam": {"fields": ["image"]}, "det": {"fields": ["label", "I0", "It"]}},
}


def fed(*documents, start=START, descriptor=DESCRIPTOR):
    measured = Measured(keep=True)
    for name, doc in (("start", start), ("descriptor", descriptor), *documents):
        measured(name, doc)
    return measured


def event(number, descriptor="points", **data):
    return "event", {"descriptor": descriptor, "seq_num": number, "data": data}


def test_the_plot_counter_is_the_first_number_that_a_counter_shows():
    assert fed().plotted == "I0"


def test_the_plot_counter_is_what_the_start_document_says():
    assert fed(start=START | {"plot": {"y": ["It"]}}).plotted == "It"


def test_without_a_number_there_is_no_plot_counter():
    descriptor = DESCRIPTOR | {"hints": {"cam": {"fields": ["image"]}}}
    assert fed(descriptor=descriptor).plotted is None


def test_events_and_pages_of_events_are_alike():
    page = {"descriptor": "points", "seq_num": [2, 3], "data": {"I0": [5.0, 6.0]}}
    measured = fed(event(1, I0=4.0), ("event_page", page))
    assert measured.values == {1: 4.0, 2: 5.0, 3: 6.0}
    assert (measured.number, measured.newest) == (3, {"I0": 6.0})


def test_an_event_that_is_made_again_replaces_the_first():
    assert fed(event(1, I0=4.0), event(1, I0=5.0)).values == {1: 5.0}


def test_other_streams_and_other_runs_are_none_of_it():
    baseline = DESCRIPTOR | {"uid": "baseline", "name": "baseline"}
    other = DESCRIPTOR | {"uid": "other", "run_start": "another run"}
    measured = fed(
        ("descriptor", baseline),
        ("descriptor", other),
        event(1, "baseline", I0=4.0),
        event(1, "other", I0=4.0),
    )
    assert (measured.number, measured.values) == (0, {})


def test_what_is_derived_is_measured_as_well():
    start = START | {
        "derived": {"mu": {"expression": "log(I0/It)"}},
        "plot": {"x": "x", "y": ["mu"]},
    }
    measured = fed(event(1, I0=5.0, It=5.0), start=start)
    assert measured.values == {1: 0.0}


def test_nothing_is_kept_that_nobody_asks_for():
    measured = Measured()
    for name, doc in (("start", START), ("descriptor", DESCRIPTOR), event(1, I0=5.0)):
        measured(name, doc)
    assert measured.values == {}
    assert measured.newest == {"I0": 5.0}


@pytest.mark.parametrize("text", ["image/I0", "label/I0", "missing/I0"])
def test_what_is_derived_and_is_no_number_is_not_measured(text):
    start = START | {"derived": {"n": text, "twice": "2*I0"}}
    measured = fed(event(1, I0=5.0, image=np.ones((4, 4)), label="a"), start=start)
    assert measured.newest["twice"] == 10.0
    assert "n" not in measured.newest


def test_what_cannot_be_collected_is_raised_where_it_is_asked_for():
    """The engine puts a subscriber aside that fails: a scan would go on deciding by old values."""
    measured = fed(event(1, I0=5.0), ("event", {"descriptor": "points"}), event(3, I0=7.0))
    for ask in ("newest", "values"):
        with pytest.raises(
            PlanError, match="cannot tell what it has measured: KeyError: 'seq_num'"
        ):
            getattr(measured, ask)
