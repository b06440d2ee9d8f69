"""What a person sees of a table with a status below it, told by a small terminal."""

import errno
import io
import os
import pty
import threading

import pytest

from callbacks.progress import Progress
from callbacks.progress_line import TICK, ProgressLine
from callbacks.table import LiveTable
from callbacks.terminal import StatusScreen, width_of
from tests.unit.callbacks.scan_documents import Scan
from tests.waiting import PATIENCE, meanwhile, wait_until


class Terminal(io.StringIO):
    """Remembers what stands on each line, as a terminal does with carriage returns."""

    def __init__(self):
        super().__init__()
        self.lines = [""]
        self.column = 0

    def isatty(self):
        return True

    def fileno(self):
        raise OSError("it has none")

    def write(self, text):
        for character in text:
            if character == "\n":
                self.lines.append("")
                self.column = 0
            elif character == "\r":
                self.column = 0
            else:
                line = self.lines[-1].ljust(self.column)
                self.lines[-1] = line[: self.column] + character + line[self.column + 1 :]
                self.column += 1
        return len(text)

    @property
    def seen(self):
        return [line.rstrip() for line in self.lines]


@pytest.fixture
def terminal():
    return Terminal()


@pytest.fixture
def screen(terminal):
    return StatusScreen(terminal)


def test_lines_are_written_above_the_status(screen, terminal):
    screen.status("1 of 2")
    screen.write("a line\n")
    assert terminal.seen == ["a line", "1 of 2"]


def test_a_shorter_status_leaves_nothing_of_the_longer(screen, terminal):
    screen.status("10 of 20 points")
    screen.status("done")
    assert terminal.seen == ["done"]


def test_an_empty_status_wipes_it(screen, terminal):
    screen.status("1 of 2")
    screen.status("")
    assert terminal.seen == [""]


def test_text_past_the_screen_does_not_stand_behind_the_status(screen, terminal):
    screen.status("1 of 2")
    terminal.write("In [2]: ")
    assert terminal.seen == ["In [2]:"]


def test_a_line_that_is_not_ended_is_not_overwritten(screen, terminal):
    screen.status("1 of 2")
    screen.write("really? ")
    assert terminal.seen == ["really?"]
    screen.write("yes\n")
    assert terminal.seen == ["really? yes", "1 of 2"]


def test_a_status_is_no_wider_than_the_terminal(screen, terminal):
    screen.status("x" * 200)
    assert len(terminal.seen[0]) == 79


def test_a_file_has_lines_and_no_status():
    file = io.StringIO()
    screen = StatusScreen(file)
    screen.status("1 of 2")
    screen.write("a line\n")
    assert file.getvalue() == "a line\n"
    assert not screen.has_status


def test_the_width_is_that_of_the_terminal():
    one, other = pty.openpty()
    with os.fdopen(one, "rb"), os.fdopen(other, "w") as tty:
        import fcntl
        import struct
        import termios

        fcntl.ioctl(tty, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 57, 0, 0))
        assert width_of(tty) == 57
        assert width_of(StatusScreen(tty)) == 57


def test_what_is_no_terminal_has_no_width(terminal):
    assert width_of(io.StringIO()) is None
    assert width_of(terminal) is None


class Now:
    seconds = 0.0

    def __call__(self):
        return self.seconds


def test_a_table_is_whole_with_a_progress_below_it(screen, terminal):
    clock = Now()
    table, line = LiveTable(screen), ProgressLine(Progress(clock), screen, clock)
    for name, doc in Scan().documents():
        clock.seconds += 1
        table(name, doc)
        line(name, doc)
        if doc.get("seq_num") == 3 and "x" in doc["data"] and "gap" not in doc["data"]:
            assert terminal.seen[-1].startswith("3 of 11 points, ")
    line.close()
    alone = io.StringIO()
    table = LiveTable(alone)
    for name, doc in Scan().documents():
        table(name, doc)
    assert terminal.seen == [text.rstrip() for text in alone.getvalue().split("\n")]


def test_the_time_left_counts_down_while_nothing_comes(screen, terminal):
    line = ProgressLine(Progress(), screen)
    scan = Scan(values=((0.0,),), extra={"count_time": 60.0})
    line("start", scan.start())
    changed = threading.Event()
    first = terminal.seen[-1]
    ends = 20
    while terminal.seen[-1] == first and ends:
        changed.wait(TICK)
        ends -= 1
    line.close()
    assert first == "counting, 1 min left"
    assert ends


def test_a_line_that_was_hidden_comes_back_with_the_next_document(screen, terminal):
    clock = Now()
    line, scan = ProgressLine(Progress(clock), screen, clock), Scan()
    line("start", scan.start())
    line("descriptor", scan.descriptor())
    line.hide()
    assert terminal.seen == [""]
    clock.seconds += 1
    line("event", scan.event(0))
    assert terminal.seen[-1].startswith("1 of 11 points")
    line.close()


def test_a_line_that_a_pause_has_hidden_comes_back_when_the_plan_goes_on(screen, terminal):
    clock = Now()
    line, scan = ProgressLine(Progress(clock), screen, clock), Scan()
    line("start", scan.start())
    line.hide()
    clock.seconds += 1
    assert terminal.seen == [""]
    line.progress.go_on()
    wait_until("it is shown", lambda: terminal.seen[-1].startswith("0 of 11 points"))
    line.close()


class Stopped(Terminal):
    """Takes no text until it is told to, as after Ctrl-S; then it is gone."""

    def __init__(self):
        super().__init__()
        self.goes_on, self.writing = threading.Event(), threading.Event()
        self.goes_on.set()
        self.is_gone = False

    def write(self, text):
        self.writing.set()
        self.goes_on.wait(PATIENCE)
        if self.is_gone:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return super().write(text)


def test_a_plan_that_goes_on_does_not_wait_for_a_terminal_nor_fail_by_one_that_is_gone(caplog):
    terminal, scan = Stopped(), Scan()
    line = ProgressLine(Progress(), StatusScreen(terminal))
    line("start", scan.start())
    terminal.goes_on.clear()
    terminal.writing.clear()
    with meanwhile(line.progress.go_on):
        pass
    wait_until("the line is being written", terminal.writing.is_set)
    terminal.is_gone = True
    terminal.goes_on.set()
    wait_until("it is logged", lambda: "the progress of the scan" in caplog.text)
    terminal.is_gone = False
    line("descriptor", scan.descriptor())
    wait_until("it is shown again", lambda: "of 11 points" in terminal.seen[-1])
    line.close()


def test_threads_do_not_garble_each_others_lines(screen, terminal):
    def write(name):
        for number in range(200):
            screen.write(f"{name}{number}\n")
            screen.status(f"status of {name}")

    threads = [threading.Thread(target=write, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    screen.status("")
    assert sorted(terminal.seen) == sorted(["", *(f"{n}{i}" for n in "abc" for i in range(200))])
