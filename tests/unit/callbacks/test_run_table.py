"""A stream as a table: what is scanned first, what is plotted last."""

import pytest

from callbacks.run_table import (
    RunTable,
    command_of,
    comments_of,
    ending_of,
    main_stream,
    points_told,
    said_command,
)
from tests.unit.callbacks.scan_documents import Scan, mesh, number_key


def table(scan, stream="primary"):
    return RunTable(scan.start(), scan.descriptor(stream))


def test_scanned_axes_come_first_and_the_plotted_counter_last():
    found = table(mesh())
    assert found.scanned == ["y", "x"]
    assert found.others[-1] == "mu"
    assert not set(found.scanned) & set(found.others)


def test_the_plotted_counter_is_last_wherever_it_was_read():
    found = table(Scan(extra={"plot": {"x": "x", "y": ["I0"]}}))
    assert found.others[-1] == "I0"


def test_numbers_texts_and_arrays_are_told_apart():
    array = {"source": "PV:a", "dtype": "array", "shape": [4]}
    found = table(Scan(readings={"s": number_key("PV:s", dtype="string"), "a": array}))
    assert (found.texts, found.arrays) == (["s"], ["a"])
    assert not {"s", "a"} & {*found.scanned, *found.others}


def test_derived_values_belong_to_the_main_stream_alone():
    scan = Scan()
    assert "mu" in table(scan).others
    assert "mu" not in table(scan, "baseline").others
    assert table(scan).read(scan.event(0))["mu"] == pytest.approx(0.0324, abs=1e-4)


def test_the_main_stream_is_that_of_the_first_dimension():
    assert main_stream({}) == "primary"
    assert main_stream({"hints": {"dimensions": [[["x"], "fly"], [["y"], "other"]]}}) == "fly"
    assert main_stream({"hints": {"dimensions": [["x"]]}}) == "primary"


def test_comments_are_lines_whichever_way_they_are_given():
    assert comments_of({}) == comments_of({"comments": ""}) == comments_of({"comments": None}) == []
    assert comments_of({"comments": ["a\n\nb", "c"]}) == ["a", "b", "c"]


def test_one_point_is_no_points():
    assert ending_of({"exit_status": "success"}, 1) == "success, 1 point"


@pytest.mark.parametrize("points", [0, 1, 10**6])
def test_how_a_run_ended_tells_its_points(points):
    text = ending_of({"exit_status": "abort", "reason": "lost, 3 points ago"}, points)
    assert text.startswith("aborted")
    assert points_told(text) == points


def test_a_foreign_plan_has_a_command_as_well():
    assert command_of({"plan_name": "count"}) == "count"
    assert command_of({"plan_name": "grid_scan", "motors": ["x", "y"]}) == "grid_scan x y"
    assert command_of({}) == "scan"


def test_a_long_command_is_said_by_its_beginning_and_its_end():
    whole = f"pointscan x [{'0.1,' * 100}0.2] 0.1 I0"
    said = said_command({"scan_command": whole})
    assert len(said) <= 92
    begin, end = said.split("… ")
    assert whole.startswith(begin)
    assert whole.endswith(end)
    assert said_command({"scan_command": "ascan x 0 1 2 0.1"}) == "ascan x 0 1 2 0.1"
