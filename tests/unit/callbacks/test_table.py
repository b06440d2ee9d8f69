import io
import math

import pytest

from callbacks.table import LiveTable
from tests.unit.callbacks.scan_documents import Scan, mesh, page


def shown(documents):
    screen = io.StringIO()
    table = LiveTable(screen)
    for name, doc in documents:
        table(name, doc)
    return screen.getvalue().splitlines()


@pytest.fixture
def lines():
    return shown(Scan().documents())


def test_heading_says_number_command_and_time(lines):
    assert lines[1].startswith("Scan 1  ascan x 0 5 10 0.1  20")


def test_columns_are_the_scanned_axis_the_counters_and_what_is_derived(lines):
    assert lines[2].split() == ["point", "x", "I0", "It", "If", "mu"]


def test_units_stand_under_the_names(lines):
    assert lines[3].split() == ["mm", "counts", "counts", "counts"]


def test_every_point_has_one_line(lines):
    assert [line.split()[0] for line in lines[4:-1]] == [str(number) for number in range(1, 12)]


def test_positions_have_the_precision_of_their_axis(lines):
    assert lines[4].split()[1] == "0.10000"


def test_derived_values_are_computed(lines):
    assert float(lines[9].split()[-1]) == pytest.approx(1, abs=1e-5)


def test_the_last_line_counts_points_and_seconds(lines):
    assert lines[-1] == "11 points in 200.5 s"


def test_a_run_that_failed_says_why():
    last = shown(Scan(exit_status="fail", reason="x is stuck").documents())[-1]
    assert last == "11 points in 200.5 s, fail: x is stuck"


def test_event_pages_are_shown_point_by_point():
    scan = Scan()
    events = [scan.event(index) for index in range(11)]
    paged = [
        ("start", scan.start()),
        ("descriptor", scan.descriptor()),
        ("event_page", page(events)),
        ("stop", scan.stop()),
    ]
    assert shown(paged) == shown(Scan(baseline=False).documents())


def test_a_run_without_points_has_heading_and_end():
    scan = Scan(values=())
    assert len(shown([("start", scan.start()), ("stop", scan.stop())])) == 3


def test_documents_of_unknown_runs_are_passed_over():
    scan = Scan()
    assert shown([("descriptor", scan.descriptor()), ("event", scan.event(0))]) == []


def test_two_runs_at_once_each_come_under_their_own_heading():
    first, second = list(Scan().documents()), list(mesh().documents())
    lines = shown([document for pair in zip(first, second, strict=False) for document in pair])
    headings = [line.split()[1] for line in lines if line.startswith("Scan")]
    assert headings[:4] == ["1", "3", "1", "3"]


@pytest.mark.parametrize("value", [math.nan, math.inf, None, 1e30, "a text"])
def test_any_value_can_be_shown(value):
    scan = Scan()
    documents = [
        ("start", scan.start()),
        ("descriptor", scan.descriptor()),
        ("event", scan.event(0, I0=value)),
    ]
    assert shown(documents)[-1].split()[0] == "1"


class Writes(io.StringIO):
    """Remembers what was written at a time."""

    def __init__(self):
        super().__init__()
        self.all = []

    def write(self, text):
        self.all.append(text)
        return super().write(text)


def test_where_somebody_else_counts_the_points_there_is_no_line_in_the_end():
    screen = Writes()
    table = LiveTable(screen, closes=lambda start: "scan_command" not in start)
    for name, doc in Scan().documents():
        table(name, doc)
    assert screen.getvalue().splitlines()[-1].split()[0] == "11"


def test_how_a_run_failed_is_said_even_so():
    screen = Writes()
    table = LiveTable(screen, closes=lambda _start: False)
    for name, doc in Scan(exit_status="fail", reason="x is stuck").documents():
        table(name, doc)
    assert screen.getvalue().splitlines()[-1] == "fail: x is stuck"


def test_lines_are_written_with_their_ends_so_that_notices_do_not_come_between():
    screen = Writes()
    table = LiveTable(screen)
    for name, doc in Scan().documents():
        table(name, doc)
    assert all(text.endswith("\n") for text in screen.all if text)
