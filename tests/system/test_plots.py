"""The plot window, on a display in memory, used as a person would."""

import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from callbacks.journal import to_line
from callbacks.plot.board import Board
from callbacks.plot.window import PlotWindow, has_display
from tests.system.plot_window import click, colors, display_in_memory, told, window_of
from tests.unit.callbacks.plot.drawn import shown
from tests.unit.callbacks.scan_documents import Scan, mesh

pytestmark = pytest.mark.needs_system

#: Seconds that anything is waited for, on a machine that others use as well.
PATIENCE = 30.0


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    with display_in_memory() as name, pytest.MonkeyPatch.context() as patch:
        patch.setenv("DISPLAY", name)
        yield name


def wait_for(condition: Callable[[], Any]) -> Any:
    ends = time.monotonic() + PATIENCE
    while not condition() and time.monotonic() < ends:
        time.sleep(0.02)
    return condition()


@contextlib.contextmanager
def opened(board: Board, clicked: Callable[[dict[str, Any]], object] | None = None) -> Any:
    window = PlotWindow(board, clicked=clicked)
    window.start()
    try:
        assert wait_for(lambda: window.redrawn > 0)
        yield window
    finally:
        window.close()


def test_a_display_is_found(display):
    assert has_display()


def test_a_display_that_is_not_there_is_none(display, monkeypatch):
    monkeypatch.setenv("DISPLAY", ":65432")
    assert not has_display()


def test_the_window_shows_the_run_and_its_number(display):
    board = Board()
    shown(board, Scan(scan_id=17).documents())
    with opened(board):
        assert wait_for(lambda: window_of("blueline: scan 17"))
        assert wait_for(lambda: colors() > 200)
    assert not window_of("blueline")


def test_the_window_shows_points_as_they_come(display):
    board = Board()
    documents = list(Scan().documents())
    run = shown(board, documents[:6])
    with opened(board) as window:
        before, few = window.redrawn, colors()
        for name, doc in documents[6:]:
            board.take(run, name, doc)
        assert wait_for(lambda: window.redrawn > before)
        assert wait_for(lambda: colors() > few + 100)


def test_the_window_is_drawn_no_more_than_ten_times_a_second_and_documents_do_not_wait(display):
    board = Board()
    scan = Scan(values=tuple((0.01 * index,) for index in range(2000)))
    documents = list(scan.documents())
    run = shown(board, documents[:5])
    with opened(board) as window:
        before, began, longest = window.redrawn, time.monotonic(), 0.0
        for name, doc in documents[5:]:
            came = time.monotonic()
            board.take(run, name, doc)
            longest = max(longest, time.monotonic() - came)
            time.sleep(0.001)
        took = time.monotonic() - began
        assert 1 <= window.redrawn - before <= 10 * took + 1
        assert longest < 0.5  # a drawing takes much of that, and is not waited for


def test_a_click_comes_back_as_a_position_of_the_scanned_motor(display):
    board, heard = Board(), []
    shown(board, Scan(scan_id=5).documents())
    with opened(board, heard.append):
        assert wait_for(lambda: colors() > 200)
        for number, x in enumerate((250, 650), 1):
            click(x, 300)
            assert wait_for(lambda number=number: len(heard) == number)
    first, second = heard
    assert first["run"] == Scan().uid
    assert first["scan_id"] == 5
    assert first["button"] == 1
    assert list(first["positions"]) == ["x"]
    assert 0 < first["positions"]["x"] < second["positions"]["x"] < 5.2


def test_a_click_into_a_map_has_both_positions(display):
    board, heard = Board(), []
    shown(board, mesh().documents())
    with opened(board, heard.append):
        assert wait_for(lambda: colors() > 1000)
        click(400, 300)
        assert wait_for(lambda: heard)
    assert set(heard[0]["positions"]) == {"x", "y"}


def test_a_click_beside_the_axes_means_nothing(display):
    board, heard = Board(), []
    shown(board, Scan().documents())
    with opened(board, heard.append):
        assert wait_for(lambda: colors() > 200)
        click(10, 10)
        click(450, 300)
        assert wait_for(lambda: heard)
    assert len(heard) == 1


def test_a_run_that_cannot_be_shown_does_not_end_the_window(display):
    board = Board()
    (_, start), *others = Scan(scan_id=6).documents()
    shown(board, [("start", {k: v for k, v in start.items() if k != "time"}), *others])
    window = PlotWindow(board)
    window.start()
    assert wait_for(lambda: window_of("blueline: scan 6"))
    shown(board, Scan(uid="bbbb", scan_id=8).documents())
    shows = wait_for(lambda: window_of("blueline: scan 8"))
    window.close()
    assert shows


def fed(folder: Path, *, live: bool) -> subprocess.Popen[bytes]:
    arguments = json.dumps({"root": str(folder), "live": live})
    command = [sys.executable, "-m", "callbacks.worker", "callbacks.plot:plot_consumer", arguments]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def test_closing_the_window_ends_nothing_and_the_next_run_opens_it_again(display, tmp_path):
    consumer = fed(tmp_path, live=True)
    assert consumer.stdin is not None
    for name, doc in Scan(uid="a" * 8, scan_id=1).documents():
        consumer.stdin.write(to_line(name, doc))
    consumer.stdin.flush()
    window = wait_for(lambda: window_of("blueline: scan 1"))
    told("windowfocus", "--sync", window, "key", "ctrl+w")
    assert wait_for(lambda: not window_of("blueline"))
    for name, doc in Scan(uid="b" * 8, scan_id=2).documents():
        consumer.stdin.write(to_line(name, doc))
    consumer.stdin.flush()
    assert wait_for(lambda: window_of("blueline: scan 2"))
    consumer.communicate(timeout=PATIENCE)
    assert consumer.returncode == 0
    assert sorted(path.name for path in tmp_path.glob("*.png")) == [
        "blueline_0001.png",
        "blueline_0002.png",
    ]
