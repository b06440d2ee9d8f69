"""Without a screen, plots of scripts are files, and what needs a person says so."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from callbacks import ConsumerError, Plotter
from callbacks.plot.quick import filled
from tests.waiting import wait_until

pytestmark = pytest.mark.timeout(120)

#: Seconds in which a process for plots starts on a busy machine and has drawn.
PATIENCE = 60.0


@pytest.fixture
def plotter(tmp_path, monkeypatch) -> Iterator[Plotter]:
    monkeypatch.delenv("DISPLAY", raising=False)
    made = filled(lambda: Plotter("my curve", folder=tmp_path), np.sin(np.arange(50.0)))
    yield made
    made.close()


def test_the_plot_is_a_picture_that_follows_what_is_shown(plotter):
    """BL-153."""
    wait_until("the picture is there", plotter.path.exists, PATIENCE)
    before = plotter.path.read_bytes()
    assert before.startswith(b"\x89PNG")
    plotter.plot([1, 2, 3])
    wait_until("it is renewed", lambda: plotter.path.read_bytes() != before, PATIENCE)


def test_a_selection_says_in_a_sentence_that_it_needs_a_screen(plotter):
    """BL-154."""
    with pytest.raises(ConsumerError, match=r"^a selection needs a screen: DISPLAY is not set"):
        plotter.select_shape("rectangle", PATIENCE)


def test_a_plot_is_saved_where_it_is_asked_for(plotter, tmp_path):
    path = plotter.save(tmp_path / "new folder" / "saved.png")
    assert path.read_bytes().startswith(b"\x89PNG")


def test_a_picture_that_cannot_be_written_is_told(plotter, tmp_path):
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(ConsumerError, match="could not be written"):
        plotter.save(tmp_path / "file" / "saved.png")


def test_a_script_outlives_the_process_that_draws(plotter, tmp_path):
    wait_until("the picture is there", plotter.path.exists, PATIENCE)
    (process,) = processes_of(tmp_path)
    os.kill(process, signal.SIGKILL)
    wait_until("the script knows", lambda: not plotter.isPlotterAlive(), PATIENCE)
    with pytest.raises(ConsumerError, match="the plots have ended"):
        plotter.plot([1, 2])


def processes_of(folder: Path) -> list[int]:
    """Give the processes that draw into a folder."""
    found: list[int] = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            said = path.read_bytes()
        except OSError:  # it has ended meanwhile
            continue
        if str(folder).encode() in said and b"callbacks.worker" in said:
            found.append(int(path.parent.name))
    return found
