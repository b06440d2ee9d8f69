"""What is done with scans is switched off and on, from the next run on."""

import pytest

from callbacks.errors import ConsumerError
from callbacks.isolate import InThread
from callbacks.line import to_line
from callbacks.switches import FIT_SCAN, MetadataSwitch, Switched, Switches
from tests.unit.callbacks.scan_documents import Scan


@pytest.fixture
def got():
    return []


@pytest.fixture
def switched(got):
    consumer = InThread("names", lambda name, doc: got.append((name, doc)), got.append)
    made = Switched(consumer)
    yield made
    made.close()


def lines(*scans):
    return [to_line(name, doc) for scan in scans for name, doc in scan.documents()]


def offered(switched, some):
    for line in some:
        switched.offer(line)
    assert switched.drain()


def runs(got):
    return [doc["uid"] for name, doc in got if name == "start"]


def test_a_run_is_taken_or_not_as_a_whole(switched, got):
    first, second, third = (lines(Scan(uid=uid, scan_id=1)) for uid in ("a", "b", "c"))
    offered(switched, first[:5])
    switched.is_on = False
    offered(switched, [*first[5:], *second[:3]])
    switched.is_on = True
    offered(switched, [*second[3:], *third])
    assert runs(got) == ["a", "c"]
    assert [to_line(*each) for each in got] == [*first, *third]


def test_a_run_within_another_is_taken_with_it(switched, got):
    outer, inner = lines(Scan(uid="a")), lines(Scan(uid="b"))
    switched.is_on = False
    offered(switched, outer[:4])
    switched.is_on = True
    offered(switched, [*inner, *outer[4:], *lines(Scan(uid="c"))])
    assert runs(got) == ["c"]


def test_what_is_switched_is_said(switched):
    switches = Switches({"print": [switched], "fit": []})
    switches(print=False)
    assert repr(switches) == "print off, fit on"
    assert not switches.is_on("print")


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [({"draw": False}, "there are print"), ({"print": "no"}, "by True and off by False")],
    ids=["name", "value"],
)
def test_what_cannot_be_switched_is_refused_and_nothing_is_changed(switched, wanted, sentence):
    switches = Switches({"print": [switched]})
    with pytest.raises(ConsumerError, match=sentence):
        switches(**{"print": False, **wanted})
    assert switched.is_on


def test_it_is_a_consumer_like_the_one_behind_it(switched, got):
    offered(switched, lines(Scan()))
    assert (switched.name, switched.failure, switched.lag, switched.dropped) == (
        "names",
        None,
        0,
        0,
    )
    switched.end()
    switched.offer(b"nothing is taken after the end")
    assert len(got) == len(lines(Scan()))


def test_what_is_switched_is_kept_for_the_next_session(switched):
    """PS-103."""
    kept = {}
    Switches({"print": [switched]}).keep_in(kept)
    first = Switches({"print": [switched]})
    first.keep_in(kept)
    first(print=False)
    switched.is_on = True
    next_one = Switches({"print": [switched]})
    next_one.keep_in({**kept, "of another version": False, "print ": "no"})
    assert not next_one.is_on("print")
    assert repr(next_one) == "print off"


def test_a_switch_of_metadata_is_said_by_runs_where_it_is_off_only():
    metadata = {}
    switches = Switches({})
    switches.add("fit", MetadataSwitch(metadata, FIT_SCAN))
    assert switches.is_on("fit")
    switches(fit=False)
    assert metadata == {"fit_scan": False}
    assert not switches.is_on("fit")
    switches(fit=True)
    assert metadata == {}
