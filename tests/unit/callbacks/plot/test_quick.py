"""The kind of a plot follows from its data."""

import numpy as np
import pytest

from callbacks.errors import ConsumerError
from callbacks.plot.plotter import Plotter
from callbacks.plot.quick import filled


@pytest.fixture
def show(kept, tmp_path):
    def show(*data, **more):
        filled(lambda: Plotter("p", folder=tmp_path, link=kept.link), *data, **more)
        return kept.figure("p")

    return show


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (([1, 2, 3],), "curve"),
        (([1, 2, 3], [4, 5, 6]), "curve"),
        (([1, 2, 3], [4, 5, 6], [7, 8, 9]), "scatter"),
        ((np.zeros((3, 4)),), "image"),
        ((np.zeros((2, 3, 4)),), "stack"),
    ],
)
def test_the_dimensions_of_data_say_what_is_plotted(show, data, kind):
    """BL-153."""
    (cell,) = show(*data).cells
    assert cell.kind == kind


def test_a_mapping_is_one_curve_for_each_name(show):
    (cell,) = show({"If": [1, 2], "It": [3, 4]}, x=[10, 20]).cells
    assert [layer.label for layer in cell.layers] == ["If", "It"]
    assert cell.layers[1].x.tolist() == [10, 20]


def test_rows_may_be_curves_behind_each_other(show):
    figure = show(np.zeros((5, 8)), np.arange(8), kind="curve-stack", xlabel="channel")
    assert figure.depth == 5
    assert figure.cells[0].x_label == "channel"


@pytest.mark.parametrize(
    ("data", "more", "said"),
    [
        (np.zeros((1, 1, 1, 1)), {}, "data of 4 dimensions"),
        ({}, {}, "nothing to plot"),
        ([1, 2, 3], {"x": [1, 2]}, "x has the shape"),
        (np.zeros((2, 2)), {"kind": "stack"}, "a stack has 3 dimensions"),
        ({"a": [1], "b": [[1]]}, {}, "b has 2 dimensions"),
    ],
    ids=["four", "empty", "x", "kind", "mixed"],
)
def test_data_that_cannot_be_plotted_are_refused_and_leave_no_plot(kept, show, data, more, said):
    with pytest.raises(ConsumerError, match=said):
        show(data, **more)
    assert kept.names() == set()
