"""Where axes are, as text."""

from blueline.shell.axis_view import AxisView
from blueline.shell.positions_view import where_beside

AXES = [AxisView(name, "mm", 1, 1.0, -1.0) for name in ("a", "b", "c")]


def test_no_more_axes_than_asked_for_stand_beside_each_other():
    blocks = where_beside(AXES, None, 2).split("\n\n")
    assert [block.splitlines()[0].split() for block in blocks] == [
        ["a", "[mm]", "b", "[mm]"],
        ["c", "[mm]"],
    ]
    assert blocks[1].splitlines()[1:] == ["user     1.0", "dial    -1.0"]


def test_fewer_axes_stand_beside_each_other_where_the_terminal_is_narrow():
    assert len(where_beside(AXES, 14, 3).split("\n\n")) == 3


def test_an_axis_that_does_not_answer_says_why_below():
    told = where_beside([*AXES, AxisView("dead", reason="it does not answer")], None, 5)
    assert told.splitlines()[-1] == "dead: it does not answer"
