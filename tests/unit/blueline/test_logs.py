"""What goes into the log file, how large it gets, and what people see of it (PS-07)."""

import contextlib
import logging
import os
import subprocess
import sys
import threading
import time

import pytest

from blueline.logs import (
    FILES,
    MOST_SHOWN,
    SIZE,
    _SharedHandler,
    log_to,
    show_warnings,
    stop_logging,
)
from tests.waiting import PATIENCE, wait_until


@pytest.fixture
def log(tmp_path):
    handler = log_to(tmp_path / "blueline.log")
    yield tmp_path
    stop_logging(handler)


def test_it_is_kept_in_files_of_half_a_megabyte_of_which_the_oldest_goes(log):
    logger = logging.getLogger("planlib")
    for number in range((FILES + 2) * SIZE // 100_000):
        logger.info("%06d %s", number, "x" * 100_000)
    sizes = {path.name: path.stat().st_size for path in log.iterdir()}
    assert sorted(sizes) == ["blueline.log", *(f"blueline.log.{each}" for each in range(1, 6))]
    assert max(sizes.values()) <= SIZE == 512_000
    assert "000000" not in (log / "blueline.log.5").read_text(encoding="utf-8")


def test_a_file_that_somebody_puts_aside_is_put_aside_once(tmp_path):
    """Two handlers of one process stand for two processes: each has opened the file itself."""
    path, begun = tmp_path / "blueline.log", threading.Event()
    path.write_text("what was logged\n")

    def slowly(source, target):
        begun.set()
        time.sleep(0.3)  # the other is let at it meanwhile
        os.rename(source, target)

    handlers = [_SharedHandler(path, maxBytes=SIZE, backupCount=FILES) for _ in range(2)]
    handlers[0].rotator = slowly
    first = threading.Thread(target=handlers[0].doRollover)
    first.start()
    assert begun.wait(PATIENCE)
    handlers[1].doRollover()
    first.join(PATIENCE)
    for handler in handlers:
        handler.close()
    kept = {each.name: each.read_text() for each in tmp_path.iterdir()}
    assert kept == {"blueline.log": "", "blueline.log.1": "what was logged\n"}


def test_nothing_is_lost_where_several_processes_write_and_put_aside(tmp_path):
    script = (
        "import logging, pathlib, sys\n"
        "from blueline.logs import log_to\n"
        "log_to(pathlib.Path(sys.argv[1]) / 'blueline.log')\n"
        "print('ready', flush=True)\n"
        "input()\n"
        "for number in range(1900):\n"
        "    logging.getLogger('planlib').info('%s%04d %s', sys.argv[2], number, 'x' * 400)\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with contextlib.ExitStack() as ending:
        writers = [ending.enter_context(subprocess.Popen([*command, n], **pipes)) for n in "abc"]
        assert [writer.stdout.readline() for writer in writers] == 3 * ["ready\n"]
        for writer in writers:
            writer.stdin.write("\n")
            writer.stdin.flush()
        assert [writer.wait(PATIENCE) for writer in writers] == [0, 0, 0]
        names = {str(writer.pid): name for writer, name in zip(writers, "abc", strict=True)}
    files = sorted(tmp_path.glob("blueline.log*"))
    words = [line.split() for path in files for line in path.read_text().splitlines()]
    lines = [each[5] for each in words]
    assert len(files) > FILES // 2
    assert max(path.stat().st_size for path in files) <= SIZE + 1000  # a line of each writer
    assert sorted(lines) == [f"{name}{number:04d}" for name in "abc" for number in range(1900)]
    assert all(names[each[3]] == each[5][0] for each in words)


def test_what_informs_is_kept_and_what_is_for_debugging_is_not(log):
    logger = logging.getLogger("devices")
    logger.debug("too much")
    logger.info("just enough")
    assert "just enough" in (log / "blueline.log").read_text(encoding="utf-8")
    assert "too much" not in (log / "blueline.log").read_text(encoding="utf-8")


def test_people_see_what_devices_warn_of_and_nothing_less():
    seen = []
    stop = show_warnings(seen.append)
    logging.getLogger("devices.counters").warning("%s gives no value", "scaler")
    logging.getLogger("devices.counters").info("counting")
    logging.getLogger("callbacks").warning("told already by a notice")
    stop()
    logging.getLogger("devices").warning("after the end")
    assert seen == ["scaler gives no value"]


def test_who_warns_does_not_wait_for_the_screen_and_a_warning_is_not_repeated():
    may_go_on, seen = threading.Event(), []

    def show(sentence):
        may_go_on.wait(PATIENCE)
        seen.append(sentence)

    stop = show_warnings(show)
    logger = logging.getLogger("devices")
    began = time.thread_time()
    for number in range(2 * MOST_SHOWN):
        logger.warning("dead" if number < 3 else f"dead {number}")
    assert not seen
    assert time.thread_time() - began < PATIENCE
    may_go_on.set()
    wait_until("it is shown", lambda: len(seen) > MOST_SHOWN // 2)
    stop()
    assert seen.count("dead") == 1
