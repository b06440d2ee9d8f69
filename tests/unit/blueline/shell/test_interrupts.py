"""What becomes of a scan that is paused, on a real engine."""

import io
import os
import signal
import threading

import bluesky.plan_stubs as bps
import pytest
from bluesky.utils import RunEngineInterrupted

from blueline.engine import Engine
from blueline.shell.interrupts import (
    FROM_A_PAUSE,
    Choice,
    Interruptions,
    ScanEndedError,
    choice,
    explanation,
    standing,
)
from blueline.signals import Interrupts
from callbacks.progress import RunProgress
from planlib.context import NoSession


class Terminal(io.StringIO):
    def isatty(self):
        return True


class Asked:
    """An engine whose pauses are answered with these keys, and what it has emitted."""

    def __init__(self, engine, keys, attended=True):
        self.engine, self.keys, self.screen = engine, list(keys), Terminal()
        self.stops = []
        engine.subscribe(lambda _name, document: self.stops.append(document), "stop")
        self.interruptions = Interruptions(
            engine,
            self.screen,
            lambda: self.keys.pop(0),
            lambda: attended,
            progress=lambda: self.progress,
            doing=lambda: "counting scaler for 10 s",
        )
        self.progress: RunProgress | None = RunProgress({})
        self.interruptions.install()

    def run(self, *, press=False):
        done = []

        def plan():
            yield from bps.open_run()
            yield from bps.checkpoint()
            if press:
                os.kill(os.getpid(), signal.SIGINT)
                yield from bps.sleep(0.3)
                yield from bps.checkpoint()
            else:
                yield from bps.pause()
            yield from bps.checkpoint()
            yield from bps.close_run()
            done.append(True)

        try:
            self.engine(plan())
        finally:
            self.has_ended_well = bool(done)


@pytest.fixture(params=["with-bluesky's-handler", "with-ours"])
def engine(request):
    made = Engine(NoSession(), quick=False)
    ours = Interrupts(made, print, lambda: True) if request.param == "with-ours" else None
    yield made
    if ours is not None:
        ours.close()
    made.close()


def test_r_resumes_and_the_call_ends_as_if_nothing_had_been(engine):
    asked = Asked(engine, "r")
    asked.run()
    assert asked.has_ended_well
    assert asked.stops[0]["exit_status"] == "success"
    assert engine.state == "idle"


def test_s_stops_and_saves_and_nothing_comes_after_it(engine):
    asked = Asked(engine, "s")
    with pytest.raises(ScanEndedError, match="stopped"):
        asked.run()
    assert not asked.has_ended_well
    assert asked.stops[0]["exit_status"] == "success"


def test_a_aborts(engine):
    asked = Asked(engine, "a")
    with pytest.raises(ScanEndedError, match="aborted"):
        asked.run()
    assert (asked.stops[0]["exit_status"], asked.stops[0]["reason"]) == ("abort", "Ctrl-C")


@pytest.mark.parametrize(
    ("meant", "status"), [(Choice.STOP, "success"), (Choice.ABORT, "abort")], ids=str
)
def test_ctrl_c_may_end_a_scan_without_asking(engine, meant, status):
    asked = Asked(engine, "")
    asked.interruptions.at_ctrl_c = lambda: meant
    with pytest.raises(ScanEndedError):
        asked.run(press=True)
    assert asked.stops[0]["exit_status"] == status
    assert "press r" not in asked.screen.getvalue()


def test_ctrl_c_may_give_the_prompt_without_asking(engine):
    asked = Asked(engine, "")
    asked.interruptions.at_ctrl_c = lambda: Choice.WAIT
    with pytest.raises(RunEngineInterrupted):
        asked.run(press=True)
    assert engine.state == "paused"
    assert asked.screen.getvalue().endswith(f"{FROM_A_PAUSE}\n")
    engine.resume()


def test_a_pause_that_a_plan_asks_for_is_asked_about_whatever_ctrl_c_does(engine):
    asked = Asked(engine, "r")
    asked.interruptions.at_ctrl_c = lambda: Choice.ABORT
    asked.run()
    assert asked.has_ended_well


def test_ctrl_c_in_haste_does_nothing_to_a_scan_that_is_paused_already(engine):
    asked = Asked(engine, ["\x03", "r"])
    asked.run()
    assert asked.stops[0]["exit_status"] == "success"
    assert "it is paused already" in asked.screen.getvalue()


def test_ctrl_c_a_third_time_aborts(engine):
    asked = Asked(engine, ["\x03", "\x03"])
    with pytest.raises(ScanEndedError, match="aborted"):
        asked.run()


def test_another_key_leaves_the_scan_paused_and_it_can_be_resumed_later(engine):
    asked = Asked(engine, ["\r"])
    with pytest.raises(RunEngineInterrupted):
        asked.run()
    assert engine.state == "paused"
    engine.resume()
    assert asked.stops[0]["exit_status"] == "success"


def test_a_question_that_nobody_answers_leaves_the_scan_paused(engine):
    asked = Asked(engine, [None])
    with pytest.raises(RunEngineInterrupted):
        asked.run()
    assert engine.state == "paused"


def test_ctrl_c_where_there_is_no_terminal_stops_and_saves_and_asks_nobody(engine):
    asked = Asked(engine, "", attended=False)
    with pytest.raises(ScanEndedError, match="stopped"):
        asked.run(press=True)
    assert asked.stops[0]["exit_status"] == "success"
    assert asked.screen.getvalue() == ""


def test_a_pause_that_a_plan_asks_for_is_left_to_the_program_where_there_is_no_terminal(engine):
    asked = Asked(engine, "", attended=False)
    with pytest.raises(RunEngineInterrupted):
        asked.run()
    assert engine.state == "paused"


def test_an_engine_used_in_another_thread_asks_nobody(engine):
    asked = Asked(engine, "")
    engine.context_managers = [
        each for each in engine.context_managers if getattr(each, "__self__", None)
    ]  # bluesky's own cannot be used in another thread
    seen = []

    def call():
        try:
            asked.run()
        except RunEngineInterrupted as error:
            seen.append(error)

    thread = threading.Thread(target=call)
    thread.start()
    thread.join(10)
    assert len(seen) == 1


def test_the_handler_of_ctrl_c_is_put_back(engine):
    before = signal.getsignal(signal.SIGINT)
    Asked(engine, "r").run()
    assert signal.getsignal(signal.SIGINT) is before


def test_the_pause_is_explained_in_three_lines(engine):
    asked = Asked(engine, "r")
    asked.run()
    lines = asked.screen.getvalue().splitlines()
    assert len(lines) == 4
    assert lines[0].startswith("the scan is paused")
    assert "r to resume, s to stop and save, a to abort" in lines[1]
    assert "RE.resume()" in lines[2]


def test_the_explanation_says_how_far_the_scan_is():
    progress = RunProgress({"num_points": 21}, done=7)
    assert explanation(progress)[0] == (
        "the scan is paused after 7 of 21 points; what was measured is saved"
    )


def test_the_explanation_of_a_single_count_speaks_of_no_points():
    progress = RunProgress({"num_points": 1})
    assert explanation(progress)[0] == (
        "the scan is paused while it counts; what was measured is saved"
    )


def test_the_explanation_of_a_count_without_a_scan_says_what_is_paused_and_saves_nothing():
    first, second, _ = explanation(None, "counting scaler for 100 s")
    assert first == "counting scaler for 100 s is paused; no scan is open, nothing is recorded"
    assert "saved" not in second
    assert "save" not in second
    assert standing(None).startswith("the plan is paused")


def test_a_plan_without_a_scan_that_was_stopped_is_not_called_a_scan(engine):
    asked = Asked(engine, "s")
    asked.progress = None
    with pytest.raises(ScanEndedError, match=r"^the plan was stopped$"):
        asked.run()


def test_the_prompt_may_be_left_where_nothing_is_paused(engine):
    asked = Asked(engine, "")
    assert asked.interruptions.may_leave()
    assert asked.screen.getvalue() == ""


def leave_paused(asked):
    """Pause a scan, and leave the prompt."""
    asked.keys.insert(0, "\r")
    with pytest.raises(RunEngineInterrupted):
        asked.run()
    return asked.interruptions.may_leave()


def test_leaving_says_what_is_paused_and_aborts_it_on_y(engine):
    asked = Asked(engine, ["y"])
    assert leave_paused(asked)
    assert asked.stops[0]["exit_status"] == "abort"
    assert engine.state == "idle"
    said = asked.screen.getvalue()
    assert "leaving aborts it, with its clean-up: press y to leave" in said


@pytest.mark.parametrize("key", ["n", "\x03", None], ids=["n", "ctrl-c", "nobody"])
def test_another_key_than_y_keeps_the_prompt_and_the_paused_scan(engine, key):
    asked = Asked(engine, [key])
    assert not leave_paused(asked)
    assert engine.state == "paused"


def test_leaving_without_a_terminal_aborts_what_is_paused(engine):
    asked = Asked(engine, "", attended=False)
    with pytest.raises(RunEngineInterrupted):
        asked.run()
    assert asked.interruptions.may_leave()
    assert asked.stops[0]["exit_status"] == "abort"


@pytest.mark.parametrize("key", ["", "x", "\x1b", "é"])
def test_a_key_that_means_nothing_ends_nothing(key):
    assert choice(key).name == "WAIT"
