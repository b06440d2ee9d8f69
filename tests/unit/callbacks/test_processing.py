"""Streams are derived from the documents of a run, and are documents like others."""

import event_model
import pytest

from callbacks.derived_stream import Row
from callbacks.per_event import PerEvent
from callbacks.processing import Processed
from callbacks.run_columns import read_columns
from tests.unit.callbacks.scan_documents import Scan, interrupted, page

RATIO = PerEvent(lambda data: {"ratio": data["It"] / data["I0"]})


def passed(documents, processes, into=None):
    made = [] if into is None else into
    follow = Processed(lambda name, doc: made.append((name, doc)), processes)
    for name, doc in documents:
        follow(name, doc)
    return made


def of_stream(documents, stream):
    (descriptor,) = [d for n, d in documents if n == "descriptor" and d["name"] == stream]
    events = [d for n, d in documents if n == "event" and d["descriptor"] == descriptor["uid"]]
    return descriptor, events


def expected(scan):
    data = [scan.event(index)["data"] for index in range(len(scan.values))]
    return [each["It"] / each["I0"] for each in data]


def test_a_function_of_the_events_makes_a_stream():
    scan = Scan()
    _, events = of_stream(passed(scan.documents(), {"ratios": RATIO}), "ratios")
    assert [event["data"]["ratio"] for event in events] == expected(scan)
    assert [event["seq_num"] for event in events] == list(range(1, 12))
    assert [event["data"]["x"] for event in events] == [
        scan.event(index)["data"]["x"] for index in range(11)
    ]


def test_everything_else_is_passed_on_in_its_order():
    scan = Scan()
    documents = passed(scan.documents(), {"ratios": RATIO})
    descriptor, events = of_stream(documents, "ratios")
    added = [("descriptor", descriptor), *(("event", event) for event in events)]
    assert [each for each in documents if each not in added][:-1] == list(scan.documents())[:-1]


def test_a_row_comes_right_after_its_point():
    documents = passed(Scan(baseline=False).documents(), {"ratios": RATIO})
    assert [name for name, _ in documents[:7]] == [
        "start",
        "descriptor",
        "event",
        "descriptor",
        "event",
        "event",
        "event",
    ]


def test_the_stop_document_counts_what_was_derived():
    _, stop = passed(Scan().documents(), {"ratios": RATIO})[-1]
    assert stop["num_events"] == {"primary": 11, "baseline": 2, "ratios": 11}


def test_what_is_made_is_valid():
    for name, doc in passed(Scan().documents(), {"ratios": RATIO}):
        event_model.schema_validators[event_model.DocumentNames[name]].validate(doc)


def test_event_pages_are_processed_as_events():
    scan = Scan(baseline=False)
    events = [scan.event(index) for index in range(11)]
    paged = [("start", scan.start()), ("descriptor", scan.descriptor())]
    paged += [("event_page", page(events)), ("stop", scan.stop())]
    documents = passed(paged, {"ratios": RATIO})
    made = next(d for n, d in documents if n == "event_page" and "ratio" in d["data"])
    assert made["data"]["ratio"] == expected(scan)
    event_model.schema_validators[event_model.DocumentNames.event_page].validate(made)


def test_a_process_sees_what_those_before_it_derive():
    seen = []

    class After:
        keys = {}  # noqa: RUF012

        def __call__(self, name, doc):
            if name == "event" and "ratio" in doc["data"]:
                seen.append(doc["data"]["ratio"])
                yield Row(doc["seq_num"], doc["time"], {"double": 2 * doc["data"]["ratio"]})

    scan = Scan()
    processes = {"ratios": RATIO, "doubles": lambda start: After()}
    _, events = of_stream(passed(scan.documents(), processes), "doubles")
    assert seen == expected(scan)
    assert [event["data"]["double"] for event in events] == [2 * each for each in seen]


def test_a_process_that_raises_is_left_out_and_told():
    scan = Scan()
    calls = []

    def failing(data):
        calls.append(data)
        return {"bad": data["nothing of the kind"]}

    made = []
    processes = {"bad": PerEvent(failing), "ratios": RATIO}
    follow = Processed(lambda name, doc: made.append((name, doc)), processes)
    for name, doc in scan.documents():
        follow(name, doc)
    assert len(calls) == 1
    assert follow.problems == [
        "the stream bad is not derived any more: KeyError: 'nothing of the kind'"
    ]
    assert len(of_stream(made, "ratios")[1]) == 11
    assert made[-1][1]["num_events"] == {"primary": 11, "baseline": 2, "ratios": 11}


def test_a_process_that_cannot_begin_keeps_nothing_up():
    made = []

    def never(start):
        raise RuntimeError("no licence")

    follow = Processed(lambda name, doc: made.append((name, doc)), {"bad": never})
    for name, doc in Scan().documents():
        follow(name, doc)
    assert made == list(Scan().documents())
    assert follow.problems == ["the stream bad is not derived any more: RuntimeError: no licence"]


def test_a_run_for_which_there_is_nothing_is_passed_on():
    assert passed(Scan().documents(), {"none": lambda start: None}) == list(Scan().documents())


def test_arrays_may_be_derived():
    profile = PerEvent(lambda data: {"profile": [data["I0"], data["It"]]})
    descriptor, events = of_stream(passed(Scan().documents(), {"profiles": profile}), "profiles")
    assert descriptor["data_keys"]["profile"]["shape"] == [2]
    assert len(events) == 11


def test_derived_numbers_are_columns_of_the_run():
    scan = Scan(extra={"plot": {"y": ["ratio"]}})
    columns = read_columns(passed(scan.documents(), {"ratios": RATIO}))
    assert columns["ratio"].tolist() == expected(scan)
    assert columns["x"].tolist() == [scan.event(index)["data"]["x"] for index in range(11)]


def test_after_an_interruption_each_point_has_what_was_derived_of_it():
    columns = read_columns(passed(interrupted(Scan()), {"ratios": RATIO}))
    assert columns["ratio"].tolist() == (columns["It"] / columns["I0"]).tolist()


def test_after_an_interruption_what_comes_at_the_end_stands_at_its_point():
    class AtTheEnd:
        keys = {}  # noqa: RUF012

        def __init__(self):
            self.points = []

        def __call__(self, name, doc):
            if name == "event":
                self.points.append(doc)
            return [] if name != "stop" else map(self.row, reversed(self.points))

        def row(self, doc):
            return Row(doc["seq_num"], doc["time"], {"I0_again": doc["data"]["I0"]})

    columns = read_columns(passed(interrupted(Scan()), {"again": lambda start: AtTheEnd()}))
    assert columns["I0_again"].tolist() == columns["I0"].tolist()


def test_the_target_is_closed_and_its_files_are_told():
    class Target:
        paths = ("a", "b")
        is_closed = False

        def __call__(self, name, doc):
            pass

        def close(self):
            self.is_closed = True

    target = Target()
    follow = Processed(target, {})
    follow.close()
    assert target.is_closed
    assert follow.paths == ("a", "b")


@pytest.mark.parametrize("told", [None, [], "text", {"rois": 3}], ids=str)
def test_start_documents_of_others_are_passed_on(told):
    scan = Scan(extra={"processing": told})
    assert passed(scan.documents(), None) == list(scan.documents())
