"""Plots that a script makes, on a display in memory, used as a person would."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from callbacks import ConsumerError, Plotter
from callbacks.plot.quick import filled
from tests.system.plot_window import (
    click,
    colors,
    display_in_memory,
    drag,
    pixels_of,
    press,
    told,
    window_of,
)
from tests.waiting import wait_until

pytestmark = [pytest.mark.needs_system, pytest.mark.timeout(180)]

#: Seconds in which a process for plots starts on a busy machine and has opened its window.
PATIENCE = 60.0
#: What the line above a plot that asks for something looks like.
ASKING = (0xD9, 0xF2, 0xD9)
FRAMES = np.stack([np.hypot(*np.ogrid[-20:20, -30:30]) * number for number in range(1, 6)])


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    with display_in_memory() as name, pytest.MonkeyPatch.context() as patch:
        patch.setenv("DISPLAY", name)
        yield name


@pytest.fixture(scope="module")
def frames(display, tmp_path_factory):
    """A stack of images in a window."""
    folder = tmp_path_factory.mktemp("plots")
    plotter = filled(lambda: Plotter("frames", folder=folder), FRAMES)
    try:
        wait_until("the window is there", lambda: window_of("blueline: frames"), PATIENCE)
        wait_until("it is drawn", lambda: colors() > 1000, PATIENCE)
        yield plotter
    finally:
        plotter.close()


class Asked:
    """A question in a thread of its own, as somebody else's hands answer it."""

    def __init__(self, ask):
        self.found = self.problem = None
        self._ask = ask
        self._thread = threading.Thread(target=self._run)

    def _run(self):
        try:
            self.found = self._ask()
        except ConsumerError as error:
            self.problem = str(error)

    def __enter__(self):
        self._thread.start()
        wait_until("the window asks", lambda: pixels_of(ASKING) > 1000, PATIENCE)
        return self

    def __exit__(self, *_):
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()
        wait_until("the window asks no more", lambda: pixels_of(ASKING) == 0, PATIENCE)


def test_a_rectangle_is_selected_by_dragging(frames):
    with Asked(lambda: frames.select_shape("rectangle", PATIENCE)) as asked:
        drag((200, 150), (300, 250))
    shape = asked.found
    assert 5 < shape.x[0] < shape.x[1] < 35
    assert 5 < shape.y[0] < shape.y[1] < 30
    assert shape.x[1] - shape.x[0] == pytest.approx(shape.y[1] - shape.y[0], abs=0.2)


def test_a_polygon_is_selected_by_its_corners(frames):
    with Asked(lambda: frames.select_shape("polygon", PATIENCE)) as asked:
        for corner in ((200, 150), (300, 150), (300, 260)):
            click(*corner)
        press("Return")
    assert len(asked.found.points) == 3
    assert asked.found.mask(40, 60).any()


@pytest.mark.parametrize("kind", ["point", "hline", "vline"])
def test_places_are_selected_by_a_click(frames, kind):
    with Asked(lambda: frames.select_shape(kind, PATIENCE)) as asked:
        click(250, 200)
    assert asked.found.kind == kind
    ((x, y),) = asked.found.points
    assert 0 < x < 60
    assert 0 < y < 40


def test_several_shapes_are_selected_one_after_the_other(frames):
    with Asked(lambda: frames.select_shapes(["line", "point"], PATIENCE)) as asked:
        drag((200, 150), (300, 250))
        click(250, 200)
    assert [shape.kind for shape in asked.found] == ["line", "point"]


def test_a_mask_is_of_as_many_shapes_as_there_are_until_enter(frames):
    with Asked(lambda: frames.select_mask(40, 60, deadline=PATIENCE)) as asked:
        drag((200, 150), (240, 190))
        drag((300, 150), (340, 190))
        press("Return")
    columns = np.flatnonzero(asked.found.any(axis=0))
    assert np.diff(columns).max() > 1  # two parts, with others between them


def test_rectangles_are_moved_by_their_inside(frames):
    before = {"spot": [(5, 5), (25, 15)], "dark": [(40, 25), (55, 35)]}
    with Asked(lambda: frames.edit_rectangles(before, PATIENCE)) as asked:
        drag((200, 150), (220, 200))
        press("Return")
    assert asked.found["dark"] == ((40, 25), (55, 35))
    (x1, y1), (x2, y2) = asked.found["spot"]
    assert (x2 - x1, y2 - y1) == pytest.approx((20, 10))
    assert y1 > 6


def test_whoever_gives_up_in_the_window_says_so(frames):
    with Asked(lambda: frames.select_shape("point", PATIENCE)) as asked:
        press("Escape")
    assert asked.problem == "the selection was given up in the window"


def test_the_window_asks_no_more_when_the_script_waits_no_longer(frames):
    with Asked(lambda: frames.select_shape("point", 2)) as asked:
        pass
    assert "has not answered within 2 s" in asked.problem


def test_ctrl_c_ends_the_waiting_and_the_window_asks_no_more(display, tmp_path):
    script = """
import sys
from callbacks import Plotter
plotter = Plotter("interrupted", folder=sys.argv[1])
plotter.plot([1, 2, 3], axis=plotter.createAxis("a"))
try:
    plotter.select_shape("point")
except KeyboardInterrupt:
    print("interrupted")
    print(plotter.isPlotterAlive())
"""
    child = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    wait_until("the window asks", lambda: pixels_of(ASKING) > 1000, PATIENCE)
    child.send_signal(signal.SIGINT)
    said, _ = child.communicate(timeout=PATIENCE)
    assert said.split() == ["interrupted", "True"]
    assert not window_of("blueline: interrupted")


def test_keys_go_through_a_stack(frames, tmp_path):
    def shows():
        return frames.save(tmp_path / "now.png").read_bytes()

    window = window_of("blueline: frames").split()[0]
    told("windowfocus", "--sync", window)
    click(300, 200)
    before = shows()
    press("Right")
    wait_until("another one is shown", lambda: shows() != before, PATIENCE)
    after = shows()
    press("Prior")  # ten at once, to the last
    wait_until("the last one is shown", lambda: shows() not in (before, after), PATIENCE)


def test_closing_the_window_is_noticed_and_it_can_be_shown_again(display, tmp_path):
    with Plotter("closing", folder=tmp_path) as plotter:
        plotter.plot([1, 2, 3], axis=plotter.createAxis("a"))
        wait_until("it is there", lambda: window_of("blueline: closing"), PATIENCE)
        told("windowfocus", "--sync", window_of("blueline: closing"), "key", "ctrl+w")
        wait_until("the script knows", lambda: not plotter.isPlotterAlive(), PATIENCE)
        with pytest.raises(ConsumerError, match="the window of this plot is closed"):
            plotter.select_shape("point", PATIENCE)
        plotter.show()
        wait_until("it is back", lambda: window_of("blueline: closing"), PATIENCE)
        assert plotter.isPlotterAlive()


@pytest.mark.parametrize("daemon", [True, False])
def test_the_window_survives_its_script_where_it_is_no_daemon(display, tmp_path, daemon):
    """PS-132."""
    title = f"of a script {daemon}"
    script = f"""
import sys
from callbacks import Plotter
plotter = Plotter({title!r}, daemon={daemon}, priority=7, folder=sys.argv[1])
plotter.plot([1, 2, 3], axis=plotter.createAxis("a"))
"""
    subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], check=True, timeout=PATIENCE, text=True
    )
    if daemon:
        assert not window_of(f"blueline: {title}")
        return
    wait_until("the window is there", lambda: window_of(f"blueline: {title}"), PATIENCE)
    (process,) = processes_of(tmp_path)
    assert os.getpriority(os.PRIO_PROCESS, process) == 7
    told("windowfocus", "--sync", window_of(f"blueline: {title}"), "key", "ctrl+w")
    wait_until("its process has ended", lambda: not processes_of(tmp_path), PATIENCE)


def processes_of(folder: Path) -> list[int]:
    """Give the processes that were told of a folder."""
    found: list[int] = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):  # it has ended meanwhile
            if str(folder).encode() in path.read_bytes():
                found.append(int(path.parent.name))
    return found
