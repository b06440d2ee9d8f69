"""Plots of scripts have what was said of them."""

import numpy as np
import pytest

from callbacks.errors import ConsumerError
from callbacks.plot.plotter import Plotter


@pytest.fixture
def plotter(kept, tmp_path):
    return Plotter("efficiency", folder=tmp_path, link=kept.link)


def test_each_axis_without_a_parent_is_a_plot_of_its_own_and_the_others_lie_over_theirs(
    kept, plotter
):
    """PS-131."""
    numbers = [
        plotter.createAxis("peak", "If", "x (mm)", "counts", False, "--", "o", "red"),
        plotter.createAxis("", label="fit", line_style=":", parent=1),
        plotter.createAxis("other", kind="image"),
    ]
    first, second = kept.figure("efficiency").cells
    assert numbers == [1, 2, 3]
    assert (first.title, first.x_label, first.y_label, first.has_grid) == (
        "peak",
        "x (mm)",
        "counts",
        False,
    )
    assert [layer.label for layer in first.layers] == ["If", "fit"]
    look = first.layers[0]
    assert (look.style, look.marker, look.color) == ("--", "o", "red")
    assert second.kind == "image"


def test_numbers_replace_those_before_in_their_axis_alone(kept, plotter):
    first, second = plotter.createAxis("a"), plotter.createAxis("b")
    plotter.plot([1, 2], [3, 4], first)
    plotter.plot([5, 6, 7], axis=second)
    plotter.plot([1, 2, 3], [9, 9, 9], first)
    a, b = (cell.layers[0] for cell in kept.figure("efficiency").cells)
    assert a.y.tolist() == [9, 9, 9]
    assert (b.x.tolist(), b.y.tolist()) == ([0, 1, 2], [5, 6, 7])


def test_labels_and_titles_change_and_numbers_are_cleared(kept, plotter):
    axis = plotter.createAxis("a", "before")
    plotter.plot([1], [2], axis)
    plotter.updateLabel(axis, "after")
    plotter.updateTitle(axis, "of the plot")
    plotter.updateTitle(None, "of the window")
    plotter.clear()
    figure = kept.figure("efficiency")
    (cell,) = figure.cells
    assert (figure.title, cell.title) == ("of the window", "of the plot")
    assert (cell.layers[0].label, cell.layers[0].y) == ("after", None)


def test_values_are_appended_to_a_curve_over_time(kept, plotter):
    axis = plotter.createAxis(kind="time-curve")
    for value in (1, 2, 3):
        plotter.append(value, axis)
    (layer,) = kept.figure("efficiency").cells[0].layers
    assert layer.y.tolist() == [1, 2, 3]
    assert (np.diff(layer.x) >= 0).all()


def test_a_plot_of_the_same_name_begins_anew(kept, plotter, tmp_path):
    plotter.createAxis("a")
    Plotter("efficiency", folder=tmp_path, link=kept.link).createAxis("b")
    assert [cell.title for cell in kept.figure("efficiency").cells] == ["b"]


def test_a_plot_that_is_closed_is_gone_and_takes_nothing_more(kept, plotter):
    assert plotter.isPlotterAlive()
    plotter.close()
    assert kept.names() == set()
    assert not plotter.isPlotterAlive()
    with pytest.raises(ConsumerError, match="was closed by its script"):
        plotter.createAxis("a")


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda p: p.createAxis(line_style="wavy"), "no line style 'wavy'; there are '-'"),
        (lambda p: p.createAxis(line_marker="oo"), "no marker 'oo'"),
        (lambda p: p.createAxis(line_color="0x12"), "no color '0x12'; say it as 'red'"),
        (lambda p: p.createAxis(kind="pie"), "no kind of plot 'pie'; there are curve"),
        (lambda p: p.createAxis(parent=7), "has no axis 7; there are 1 to 2"),
        (lambda p: p.createAxis(kind="image", parent=1), "an? image cannot be laid over a curve"),
        (lambda p: p.plot([1, 2], [1], 1), "as many x as y"),
        (lambda p: p.plot([1], axis=0), "has no axis 0"),
        (lambda p: p.show_values([1, 2], axis=2), "a stack has 3 dimensions"),
        (lambda p: p.append(1, 1), "axis 1 is a curve"),
    ],
    ids="style marker color kind parent over lengths axis dimensions append".split(),
)
def test_what_cannot_be_is_refused_in_a_sentence_and_changes_nothing(kept, plotter, call, said):
    plotter.createAxis("a")
    plotter.createAxis("b", kind="stack")
    before = kept.figure("efficiency")
    with pytest.raises(ConsumerError, match=said):
        call(plotter)
    assert kept.figure("efficiency") == before


@pytest.mark.parametrize("priority", [-1, 20, 1.5, True])
def test_a_priority_that_no_process_has_is_refused(tmp_path, priority):
    """PS-132."""
    with pytest.raises(ConsumerError, match="whole number from 0 to 19"):
        Plotter("a", priority=priority, folder=tmp_path)


def test_a_name_that_is_none_is_refused(kept):
    with pytest.raises(ConsumerError, match="called by a text"):
        Plotter(" ", link=kept.link)
