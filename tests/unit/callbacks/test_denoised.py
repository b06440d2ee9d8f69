"""A run is passed on with a stream of denoised numbers."""

import event_model
import numpy as np
import pytest

from callbacks.denoised import Denoised
from callbacks.run_columns import read_columns
from reduction.denoise import tv_denoise
from reduction.errors import ReductionError
from tests.unit.callbacks.scan_documents import Scan, interrupted, page


def passed(scan, *settings, **named):
    documents = []
    denoised = Denoised(lambda name, doc: documents.append((name, doc)), *settings, **named)
    for name, doc in scan.documents():
        denoised(name, doc)
    return documents


def derived(documents):
    (descriptor,) = [d for n, d in documents if n == "descriptor" and d["name"] == "denoised"]
    (events,) = [d for n, d in documents if n == "event_page"]
    assert events["descriptor"] == descriptor["uid"]
    return descriptor, events


def test_everything_else_is_passed_on_as_it_is():
    scan = Scan()
    documents = passed(scan, 0.1)
    made = [d for d in documents if d[0] == "event_page" or d[1].get("name") == "denoised"]
    assert [d for d in documents[:-1] if d not in made] == list(scan.documents())[:-1]
    assert documents[-1] == (
        "stop",
        scan.stop() | {"num_events": {"primary": 11, "baseline": 2, "denoised": 11}},
    )


def test_the_stream_has_the_axis_and_what_is_plotted_denoised():
    scan = Scan()
    _, events = derived(passed(scan, 0.1))
    data = [scan.event(i)["data"] for i in range(11)]
    mu = np.array([np.log(each["I0"] / each["It"]) for each in data])
    assert events["data"].keys() == {"x", "mu_denoised"}
    assert events["data"]["x"] == [each["x"] for each in data]
    assert events["data"]["mu_denoised"] == pytest.approx(tv_denoise(mu, 0.1))


def test_columns_and_their_strengths_may_be_named():
    _, events = derived(passed(Scan(), {"If": 10.0, "It": 0.0}, names=("If", "It", "none")))
    assert events["data"].keys() == {"x", "If_denoised", "It_denoised"}


def test_what_is_added_is_valid():
    descriptor, events = derived(passed(Scan(), 0.1))
    for name, doc in (("descriptor", descriptor), ("event_page", events)):
        validator = event_model.schema_validators[event_model.DocumentNames[name]]
        validator.validate(doc)


def test_event_pages_are_denoised():
    scan, documents = Scan(baseline=False), []
    denoised = Denoised(lambda name, doc: documents.append((name, doc)), 0.1)
    denoised("start", scan.start())
    denoised("descriptor", scan.descriptor())
    denoised("event_page", page([scan.event(i) for i in range(11)]))
    denoised("stop", scan.stop())
    assert documents[-2][1]["seq_num"] == list(range(1, 12))


def test_after_an_interruption_each_point_has_its_own_denoised_value():
    documents = []
    denoised = Denoised(lambda name, doc: documents.append((name, doc)), 0.1)
    for name, doc in interrupted(Scan()):
        denoised(name, doc)
    assert derived(documents)[1]["seq_num"] == [1, 2, 3, 3, 4]
    columns = read_columns(documents)
    assert columns["mu_denoised"] == pytest.approx(tv_denoise(columns["mu"], 0.1))


def test_a_run_without_points_is_passed_on():
    scan = Scan(values=())
    assert passed(scan, 0.1) == list(scan.documents())


def test_a_negative_strength_is_refused_before_any_run():
    with pytest.raises(ReductionError, match="zero or more"):
        Denoised(print, -1.0)
