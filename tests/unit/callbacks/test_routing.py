"""Every document is known to belong to its run, and a run that ended is forgotten."""

import numpy as np
import pytest

from callbacks.routing import PerRun, RunIndex
from tests.unit.callbacks.scan_documents import Scan, mesh, page

RESOURCES = [
    ("resource", {"uid": "r", "run_start": "run"}),
    ("datum", {"datum_id": "r/0", "resource": "r"}),
    ("datum_page", {"datum_id": ["r/1"], "resource": "r"}),
    ("stream_resource", {"uid": "s", "run_start": "run"}),
    ("stream_datum", {"uid": "s/0", "stream_resource": "s", "descriptor": "d"}),
]


def runs_of(documents):
    index = RunIndex()
    return [index.run_of(name, doc) for name, doc in documents]


def interleaved(*runs):
    """Mix the documents of runs at random; those of one run keep their order."""
    order = [number for number, run in enumerate(runs) for _ in run]
    np.random.default_rng(1).shuffle(order)
    left = [iter(run) for run in runs]
    return [next(left[number]) for number in order]


def test_every_document_of_a_scan_belongs_to_its_run():
    assert set(runs_of(Scan(uid="run").documents())) == {"run"}


@pytest.mark.parametrize("number", range(len(RESOURCES)))
def test_assets_belong_to_the_run_of_their_resource(number):
    documents = [("start", {"uid": "run"}), *RESOURCES[: number + 1]]
    assert runs_of(documents)[-1] == "run"


def test_an_event_page_belongs_to_the_run_of_its_descriptor():
    scan = Scan(uid="run")
    documents = [("start", scan.start()), ("descriptor", scan.descriptor())]
    documents.append(("event_page", page([scan.event(0), scan.event(1)])))
    assert runs_of(documents) == ["run"] * 3


def test_two_runs_open_at_once_are_told_apart():
    first, second = list(Scan(uid="first").documents()), list(Scan(uid="second").documents())
    documents = interleaved(first, second)
    for (_name, doc), run in zip(documents, runs_of(documents), strict=True):
        assert run in (doc.get("uid"), doc.get("run_start"), str(doc.get("descriptor"))[: len(run)])


def test_a_document_of_a_run_that_was_never_started_belongs_to_none():
    scan = Scan()
    for name, doc in [("event", scan.event(0)), ("descriptor", scan.descriptor())]:
        assert runs_of([(name, doc)]) == [None]


def test_a_run_that_stopped_is_forgotten():
    scan = Scan()
    assert runs_of([*scan.documents(), ("event", scan.event(0))])[-1] is None


def test_a_document_of_an_unknown_kind_belongs_to_none():
    assert runs_of([("start", {"uid": "run"}), ("weather", {"uid": "run"})])[-1] is None


def test_memory_does_not_grow_with_runs():
    index = RunIndex()
    for number in range(50):
        for name, doc in Scan(uid=f"run{number}").documents():
            index.run_of(name, doc)
    assert index._run_of == {}
    assert index._children == {}


# --- a handler for each run


@pytest.fixture
def handled():
    """Documents by the run that they were given to the handler of."""
    return {}


@pytest.fixture
def per_run(handled):
    def begin(start):
        documents = handled.setdefault(start["uid"], [])
        return lambda name, doc: documents.append((name, doc))

    return PerRun(begin)


def test_each_run_has_its_own_handler_from_start_to_stop(per_run, handled):
    first, second = list(Scan(uid="first").documents()), list(mesh().documents())
    for name, doc in interleaved(first, second):
        per_run(name, doc)
    assert handled == {"first": first, "mesh3": second}


def test_the_handler_of_a_run_that_stopped_is_let_go(per_run):
    for name, doc in Scan(uid="run").documents():
        per_run(name, doc)
        assert set(per_run.open) == (set() if name == "stop" else {"run"})


def test_documents_of_an_unknown_run_are_passed_over(per_run, handled):
    per_run("event", Scan().event(0))
    per_run("stop", Scan().stop())
    assert handled == {}
