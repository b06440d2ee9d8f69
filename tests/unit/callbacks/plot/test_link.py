"""Whoever asks at a plot gets an answer, or a sentence, in time."""

import threading
import time

import pytest

from callbacks.errors import ConsumerError
from callbacks.isolate import InThread
from callbacks.plot.link import PlotLink
from callbacks.plot.picking import Picking


@pytest.fixture
def heard():
    return []


@pytest.fixture
def answers():
    return {}


@pytest.fixture
def link(heard, answers):
    """A link to somebody who answers what is in `answers`, by what was asked."""
    made = PlotLink()

    def take(_name, said):
        if said["do"] == "fail":
            raise OSError("the screen is gone")
        heard.append(said)
        if said["do"] in answers:
            made.hear({"answer": said["number"], **answers[said["do"]]})

    made.consumer = thread = InThread("the plots", take, lambda _sentence: None)
    yield made
    thread.close()


def test_what_was_selected_comes_back_as_shapes(link, answers):
    """BL-154."""
    told = {"kind": "rectangle", "points": [[3, 1], [1, 2]], "axis": 2}
    answers["select"] = {"shapes": [told]}
    shape = Picking(link, "a").select_shape("rectangle", deadline=10)
    assert (shape.kind, shape.x, shape.y, shape.axis) == ("rectangle", (1, 3), (1, 2), 2)


def test_pixels_in_any_of_the_shapes_are_a_mask(link, answers):
    boxes = ([[0, 0], [1, 1]], [[2, 2], [3, 3]])
    answers["select"] = {
        "shapes": [{"kind": "rectangle", "points": points, "axis": 1} for points in boxes]
    }
    assert Picking(link).select_mask(5, 5, deadline=10).sum() == 8


def test_why_there_is_nothing_is_said(link, answers):
    answers["select"] = {"problem": "the window of the plot was closed"}
    with pytest.raises(ConsumerError, match="the window of the plot was closed"):
        Picking(link).select_points(2, deadline=10)


def test_nobody_waits_longer_than_the_deadline_and_the_window_asks_no_more(link, heard):
    with pytest.raises(ConsumerError, match=r"has not answered within 0\.2 s"):
        Picking(link).select_shape("point", deadline=0.2)
    assert link.consumer.drain()
    assert [each["do"] for each in heard] == ["select", "cancel"]
    assert heard[0]["number"] == heard[1]["number"]


def test_whoever_asks_a_process_that_ends_is_told(link):
    threading.Timer(0.2, link.send, ["fail"]).start()
    began = time.monotonic()
    with pytest.raises(ConsumerError, match=r"have ended .*the screen is gone"):
        Picking(link).select_shape("point", deadline=30)
    assert time.monotonic() - began < 10
    assert not link.is_alive


def test_without_plots_a_sentence_says_how_to_have_them():
    with pytest.raises(ConsumerError, match="BLUELINE_PLOTS=0"):
        PlotLink().send("show", "a")


def test_an_answer_that_comes_late_is_heard_by_nobody(link):
    assert link.hear({"answer": 99, "shapes": []})


def test_what_is_no_answer_is_left_to_others(link):
    assert not link.hear({"clicked": {}})


def test_a_plot_whose_window_was_closed_is_known(link):
    link.hear({"closed": "a"})
    assert link.closed == {"a"}
    link.send("show", "a")
    assert link.closed == set()


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda p: p.select_shape("circle"), "no shape 'circle'"),
        (lambda p: p.select_shapes([]), "say which shapes"),
        (lambda p: p.select_mask(2, 2, "line"), "a mask consists of"),
    ],
)
def test_what_cannot_be_selected_is_refused_before_anybody_is_asked(link, heard, ask, said):
    with pytest.raises(ConsumerError, match=said):
        ask(Picking(link))
    assert link.consumer.drain()
    assert heard == []
