import io
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbacks.table import LiveTable
from callbacks.table_columns import Column
from tests.unit.callbacks.scan_documents import Scan, mesh, page


def shown(documents, **options):
    screen = io.StringIO()
    table = LiveTable(screen, **options)
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


def cell(value):
    """What stands under I0."""
    scan = Scan()
    documents = [
        ("start", scan.start()),
        ("descriptor", scan.descriptor()),
        ("event", scan.event(0, I0=value)),
    ]
    line = shown(documents)[-1]
    assert line.split()[0] == "1"
    return line[20:30]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.5, "0.5000"),
        (0, "0"),
        (0.0, "0"),
        (-2.0, "-2"),
        (0.0001, "0.0001"),
        (9.9e-5, "9.9000e-05"),
        (-9.9e-5, "-9.900e-05"),
        (5e-324, "4.941e-324"),
        (123456.789, "123456.789"),
        (1e6 / 3, "333333.333"),
        (12345678901.5, "1.2346e+10"),
        (1e30, "1.0000e+30"),
        (2**53 + 1, "9.0072e+15"),
        (10**400, "1.000e+400"),
        (math.nan, "nan"),
        (-math.inf, "-inf"),
        (None, "None"),
        (True, "True"),
        ("a text", "a text"),
        ("a text that is long", "a text th…"),
        ("two\nlines", "two lines"),
    ],
    ids=lambda each: str(each)[:12],
)
def test_a_counter_has_four_decimals_or_an_exponent_and_fits_its_column(value, text):
    assert cell(value).strip() == text


def test_whole_counts_have_no_decimals():
    column = Column.of_counter("I0", {"units": "counts"})
    assert [column.cell(value).strip() for value in (63512.0, 0.0, 63512.25)] == [
        "63512",
        "0",
        "63512.2500",
    ]


@given(st.floats() | st.integers() | st.text() | st.none() | st.lists(st.floats()))
def test_no_value_is_wider_than_its_column(value):
    assert len(cell(value)) == 10


# --- the width of a terminal


def test_columns_that_do_not_fit_are_left_out_from_the_right_and_named_once():
    lines = shown(Scan().documents(), width=lambda: 45)
    assert lines[2] == "the terminal is too narrow for If, mu"
    assert lines[3].split() == ["point", "x", "I0", "It"]
    assert sum("too narrow" in line for line in lines) == 1


def test_where_all_fit_nothing_is_said_of_it():
    assert not any("narrow" in line for line in shown(Scan().documents(), width=lambda: 66))


@given(st.integers(8, 200))
def test_no_line_is_wider_than_the_terminal(width):
    lines = shown(Scan(reason="", readings={}).documents(), width=lambda: width)
    assert max(len(line) for line in lines[:-1]) <= width
    assert len(lines) > 11


def test_what_is_no_terminal_has_room_for_everything():
    assert "mu" in shown(Scan().documents())[2].split()


def test_in_a_long_scan_the_names_come_again_on_a_terminal():
    scan = Scan(values=tuple((float(i),) for i in range(120)))
    lines = shown(scan.documents(), width=lambda: 80)
    assert sum(line.split()[:1] == ["point"] for line in lines) == 3
    assert sum(line.split()[:1] == ["point"] for line in shown(scan.documents())) == 1


def test_a_column_for_the_time_can_be_asked_for():
    lines = shown(Scan().documents(), has_time=True)
    assert lines[2].split()[:3] == ["point", "time", "x"]
    assert lines[3].split()[0] == "s"
    assert lines[5].split()[1] == "1.370"


def test_the_number_of_a_point_has_room_however_many_there_are():
    scan = Scan(extra={"num_points": 12_345_678})
    last = {**scan.event(0), "seq_num": 12_345_678}
    documents = [("start", scan.start()), ("descriptor", scan.descriptor()), ("event", last)]
    assert shown(documents)[-1].split()[0] == "12345678"


def test_what_is_not_hinted_is_not_shown():
    scan = Scan(readings={"temperature": {"source": "PV", "dtype": "number", "shape": []}})
    assert "temperature" not in "".join(shown(scan.documents()))


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
