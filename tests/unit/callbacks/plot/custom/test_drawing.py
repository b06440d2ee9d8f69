"""Plots of scripts show what is in them."""

from dataclasses import replace

import numpy as np
import pytest

from callbacks.plot.custom.cells import Cell, CustomFigure, Layer
from callbacks.plot.custom.drawing import draw_custom, picture_of

X = np.linspace(-1, 1, 5)
FRAMES = np.arange(24.0).reshape(2, 3, 4)
CELLS = {
    "curve": Cell("curve", layers=(Layer("If", "--", "o", "red", X, X**2), Layer("It", x=X, y=X))),
    "time-curve": Cell("time-curve", layers=(Layer("T", x=X, y=X),)),
    "scatter": Cell("scatter", layers=(Layer("If", x=X, y=X, values=X),)),
    "image": Cell("image", layers=(Layer("frame", values=FRAMES[0]),)),
    "stack": Cell("stack", layers=(Layer("frames", values=FRAMES),)),
    "curve-stack": Cell("curve-stack", layers=(Layer("all", x=np.arange(4.0), values=FRAMES[0]),)),
}


def axes_of(*cells, at=0):
    figure = picture_of(CustomFigure("a", "a plot", cells=cells), at)
    figure.canvas.draw()
    return figure.axes


@pytest.mark.parametrize("kind", CELLS)
def test_every_kind_is_drawn_down_to_the_pixels(kind):
    assert axes_of(replace(CELLS[kind], title="$what"))


@pytest.mark.parametrize("kind", CELLS)
def test_every_kind_is_drawn_before_it_has_numbers(kind):
    assert axes_of(Cell(kind, layers=(Layer("nothing yet"),)))


def test_a_curve_has_the_look_that_was_asked_for():
    (axes,) = axes_of(CELLS["curve"])
    first, second = axes.get_lines()
    assert (first.get_color(), first.get_linestyle(), first.get_marker()) == ("red", "--", "o")
    assert second.get_color() == "C1"
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["If", "It"]


def test_a_color_that_there_is_not_becomes_that_of_its_turn():
    (axes,) = axes_of(Cell(layers=(Layer(color="bluish", x=X, y=X),)))
    assert axes.get_lines()[0].get_color() == "C0"


def test_of_a_stack_the_layer_that_is_asked_for_is_shown_and_named():
    axes = axes_of(CELLS["stack"], at=1)[0]
    np.testing.assert_array_equal(axes.get_images()[0].get_array(), FRAMES[1])
    assert "1 of 0 to 1" in axes.get_title(loc="left")


def test_several_cells_are_a_grid():
    places = [axes.get_subplotspec() for axes in axes_of(*[CELLS["curve"]] * 4)]
    assert [(each.rowspan.start, each.colspan.start) for each in places] == [
        (0, 0),
        (0, 1),
        (1, 0),
        (1, 1),
    ]


def test_numbers_that_no_axis_could_hold_are_drawn():
    assert axes_of(Cell(layers=(Layer(x=X, y=np.full(5, 1e308)),)))


def test_the_axes_of_the_cells_are_given_without_color_bars():
    from matplotlib.figure import Figure

    custom = CustomFigure("a", cells=(CELLS["image"], CELLS["scatter"]))
    assert len(draw_custom(Figure(), custom)) == 2
