import io

import pytest

from callbacks.plot.run_data import RunData
from callbacks.plot.terminal import TerminalPlot, terminal_plot
from reduction.errors import ReductionError
from tests.unit.callbacks.plot.drawn import counted, snapshot_of
from tests.unit.callbacks.scan_documents import Scan, mesh


def text_of(documents, **size):
    return terminal_plot(snapshot_of(documents), **size)


def test_a_curve_has_its_labels_and_what_was_found():
    text = text_of(Scan().documents())
    assert text.startswith("scan 1   ascan x 0 5 10 0.1\n")
    assert "x (mm)" in text
    assert "absorption µ·t" in text
    assert "peak 2.6 mm  com 2.6 mm  cen 2.6 mm" in text


@pytest.mark.parametrize("width", [40, 80, 132])
def test_no_line_is_wider_than_the_terminal(width):
    for documents in (Scan().documents(), mesh(n_x=50, n_y=60).documents()):
        assert max(map(len, text_of(documents, width=width).splitlines())) <= width


def test_there_is_no_color_and_nothing_that_moves_the_cursor():
    assert "\x1b" not in text_of(Scan().documents())


def test_two_plots_do_not_have_each_others_curves():
    first = text_of(counted(y=["log(I0/It)"]).documents())
    text_of(counted(y=["If", "It"], right=["I0"]).documents())
    assert text_of(counted(y=["log(I0/It)"]).documents()) == first


def test_of_several_plots_the_one_with_a_peak_is_shown():
    assert "If (counts)" in text_of(counted(y=["seconds", "If"]).documents())


def test_of_a_dip_the_lowest_point_is_told_and_no_center_of_mass():
    text = text_of(counted(y=["-log(I0/It)"]).documents())
    assert "lowest 2.6 mm  cen 2.6 mm" in text


def test_a_map_has_a_character_for_what_was_not_measured():
    documents = list(mesh().documents())
    text = text_of([*documents[:8], documents[-1]])
    assert [line for line in text.splitlines() if line.startswith("|")][:2] == [
        "|" + "·" * 16 + "|"
    ] * 2
    assert "x (mm) from 0 to 0.75, y (mm) from -1 to 0" in text


def test_the_slow_axis_of_a_map_goes_up():
    scan = mesh(plot={"y": ["y"]})
    rows = [line for line in text_of(scan.documents()).splitlines() if line.startswith("|")]
    assert rows == ["|" + "█" * 16 + "|", "|" + "▒" * 16 + "|", "|" + " " * 16 + "|"]


def test_each_run_is_written_when_it_stops():
    screen = io.StringIO()
    plot = TerminalPlot(screen, width=60)
    for name, doc in list(Scan().documents())[:-1]:
        plot(name, doc)
    assert screen.getvalue() == ""
    plot("stop", Scan().stop())
    assert screen.getvalue().startswith("scan 1")


def test_a_run_without_points_writes_nothing():
    screen = io.StringIO()
    plot = TerminalPlot(screen)
    plot("start", Scan().start())
    plot("stop", Scan().stop())
    assert screen.getvalue() == ""
    with pytest.raises(ReductionError, match="without points"):
        terminal_plot(RunData(Scan().start()).snapshot())
