"""A run asks for its processing in its start document."""

import pytest

from callbacks.errors import ConsumerError
from callbacks.processes import process_of, processed_consumer, processes_of
from callbacks.processing import Processed
from callbacks.run_columns import read_columns
from tests.unit.callbacks.scan_documents import Scan

ASKED = {
    "normalised": {"kind": "formulas", "formulas": {"per_monitor": "It / I0"}},
    "smooth": {"kind": "denoise", "strength": 0.01, "names": ["per_monitor"]},
}


def test_later_processes_use_what_earlier_ones_give():
    made = []
    follow = Processed(lambda name, doc: made.append((name, doc)))
    for name, doc in Scan(extra={"processing": ASKED}).documents():
        follow(name, doc)
    assert follow.problems == []
    columns = read_columns(made)
    expected = columns["It"] / columns["I0"]
    assert columns["per_monitor"].tolist() == expected.tolist()
    assert columns["per_monitor_denoised"].size == 11
    assert made[-1][1]["num_events"] == {
        "primary": 11,
        "baseline": 2,
        "normalised": 11,
        "smooth": 11,
    }


@pytest.mark.parametrize(
    ("stream", "told", "sentence"),
    [
        ("a", {"kind": "magic"}, "is of kind regions, formulas, denoise, and not 'magic'"),
        ("a", {}, "and not None"),
        ("a", {"kind": "denoise"}, "cannot be: TypeError"),
        ("a", {"kind": "regions", "image": "camera", "regions": 3}, "cannot be: AttributeError"),
        ("primary", {"kind": "denoise", "strength": 1}, "give what is derived another name"),
    ],
)
def test_what_cannot_be_made_is_refused_in_a_sentence(stream, told, sentence):
    with pytest.raises(ConsumerError, match=sentence):
        process_of(stream, told)


def test_what_cannot_be_made_keeps_the_others_up_in_nothing():
    problems = []
    told = {"a": 3, "b": {"kind": "denoise", "strength": -1}, **ASKED}
    found = processes_of({"processing": told}, problems.append)
    assert found.keys() == ASKED.keys()
    assert len(problems) == 2


def test_a_run_that_asks_for_nothing_has_none():
    assert processes_of({"uid": "a"}) == {}


def test_another_consumer_sees_what_is_derived(tmp_path):
    consumer = processed_consumer("callbacks.csv_file:csv_consumer", root=str(tmp_path))
    for name, doc in Scan(baseline=False, extra={"processing": ASKED}).documents():
        consumer(name, doc)
    consumer.close()
    assert [path.name for path in consumer.paths] == [
        "blueline_0001.csv",
        "blueline_0001_normalised.csv",
        "blueline_0001_smooth.csv",
    ]
