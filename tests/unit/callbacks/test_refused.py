"""A stop document counts the events that were stored, not those that were refused."""

import pytest

from callbacks.errors import JournalError
from callbacks.line import from_line
from callbacks.refused import RefusedEvents
from callbacks.replay import journals, stop_of
from tests.unit.callbacks.scan_documents import Scan, feed, page


def test_the_stop_document_counts_what_was_stored_and_not_what_was_refused(journal, folder):
    scan = Scan()
    feed(journal, scan, 7)  # three points, and one of the baseline
    with pytest.raises(JournalError, match="cannot be stored"):
        journal("event", scan.event(3, I0=object()))
    counted = {"primary": 4, "baseline": 1}  # by the engine, when it made them
    line = journal("stop", scan.stop() | {"num_events": counted})
    assert from_line(line)[1]["num_events"] == {"primary": 3, "baseline": 1}
    assert stop_of(journals(folder.root)[0])["num_events"] == from_line(line)[1]["num_events"]


def test_a_page_that_is_refused_counts_with_all_its_points(journal, folder):
    scan = Scan(baseline=False)
    feed(journal, scan, 3)
    refused = page([scan.event(index, I0=object()) for index in range(1, 4)])
    with pytest.raises(JournalError, match="cannot be stored"):
        journal("event_page", refused)
    journal("stop", scan.stop() | {"num_events": {"primary": 4}})
    assert stop_of(journals(folder.root)[0])["num_events"] == {"primary": 1}


def test_a_run_that_has_ended_is_forgotten():
    refused, scan = RefusedEvents(), Scan()
    refused.describe(scan.descriptor())
    refused.add("event", scan.event(0))
    assert refused.corrected(scan.stop())["num_events"]["primary"] == 10
    refused.forget(scan.uid)
    assert refused.corrected(scan.stop()) == scan.stop()


@pytest.mark.parametrize("doc", [{}, {"descriptor": None}, {"descriptor": "of nobody"}], ids=str)
def test_what_is_of_no_stream_is_not_counted(doc):
    refused = RefusedEvents()
    refused.add("event", doc)
    assert refused.corrected(Scan().stop()) == Scan().stop()
