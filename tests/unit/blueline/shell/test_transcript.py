"""What is shown goes into a file, whatever it is, and the screen goes on."""

import contextlib
import io
import sys
from types import SimpleNamespace

import pytest

from blueline.shell.transcript import Transcript
from callbacks.terminal import StatusScreen


@pytest.fixture
def screen():
    return io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors="replace")


@contextlib.contextmanager
def transcribed(path, screen):
    """A transcript of a screen that is none of pytest's, which takes its own in each phase."""
    desk = SimpleNamespace(status=StatusScreen(io.StringIO()))
    with contextlib.redirect_stdout(screen):
        made = Transcript(path, desk)
        try:
            yield
        finally:
            made.close()


def test_what_no_file_takes_is_written_as_its_code_and_the_screen_goes_on(screen, tmp_path):
    path = tmp_path / "shown.txt"
    with transcribed(path, screen):
        print("a name of a file: \udcff")
        print("and on")
    kept = path.read_text(encoding="utf-8").splitlines()
    assert kept[1:] == ["a name of a file: \\udcff", "and on"]


def test_bytes_go_to_the_screen_as_without_a_transcript(screen, tmp_path):
    with transcribed(tmp_path / "shown.txt", screen):
        sys.stdout.buffer.write(b"raw")
        sys.stdout.flush()
    assert screen.buffer.getvalue() == b"raw"
