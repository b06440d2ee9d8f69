"""Axes that somebody moves while a scan is paused."""

import pytest
from bluesky.utils import RunEngineInterrupted
from ophyd import Component, PseudoPositioner, PseudoSingle, SoftPositioner
from ophyd.pseudopos import pseudo_position_argument, real_position_argument
from ophyd.status import Status

from planlib.errors import PlanError
from planlib.stepping import Hooks, StepScan, step_scan
from planlib.trajectories import grid, line
from tests.pausing import one_pause
from tests.unit.planlib.stepping.slow_detectors import SlowDetector, pause_in_count, rows


@pytest.fixture
def slow(x):
    return SlowDetector("slow", x, "x", center=0, Imax=1000, sigma=1)


def test_a_slow_axis_that_is_moved_during_a_pause_is_sent_back(engine, documents, x, y, slow):
    """bluesky repeats the messages of the point alone, which do not set it: a wrong point."""
    scan = StepScan((x, y), grid([(0, 2, 2), (5, 6, 1)]), [slow], 0.2)
    pause_in_count(engine, slow, documents, step_scan(scan), 1)
    y.set(40).wait()
    engine.resume()
    assert [(row["x"], row["y"]) for row in rows(documents)] == [
        (0, 5),
        (1, 5),
        (2, 5),
        (0, 6),
        (1, 6),
        (2, 6),
    ]


def test_an_axis_that_the_scan_has_not_moved_yet_is_left_to_who_moves_it(
    engine, documents, x, slow
):
    """Nobody has locked it for the scan so far: to send it back would be a move of its own."""
    hooks = Hooks(pre_scan=one_pause(deferred=False))
    scan = StepScan((x,), line([(1, 2)], 1), [slow], 0.01, hooks=hooks)
    with pytest.raises(RunEngineInterrupted):
        engine(step_scan(scan))
    x.set(40).wait()
    engine.resume()
    assert x.targets == [40, 1, 2]
    assert [row["x"] for row in rows(documents)] == [1, 2]


def test_the_real_axes_behind_an_axis_that_has_moved_are_sent_back(engine, documents, slow):
    pair = Turned("", name="pair")
    scan = StepScan((pair.turn,), line([(1, 2)], 1), [slow], 0.2)
    pause_in_count(engine, slow, documents, step_scan(scan), 1)
    pair.real.set(40).wait()
    engine.resume()
    assert pair.real.position == 4


def test_an_axis_that_cannot_be_sent_back_leaves_the_scan_paused(
    engine, documents, x, y, slow, monkeypatch
):
    scan = StepScan((x, y), grid([(0, 2, 2), (5, 6, 1)]), [slow], 0.2)
    pause_in_count(engine, slow, documents, step_scan(scan), 1)
    y.set(40).wait()
    with monkeypatch.context() as broken:
        broken.setattr(y, "set", failing_move)
        with pytest.raises(
            PlanError, match="y was moved and cannot be sent back to 5, the scan does"
        ):
            engine.resume()
    assert engine.state == "paused"
    engine.resume()
    assert [row["y"] for row in rows(documents)] == [5, 5, 5, 6, 6, 6]


def failing_move(_):
    status = Status()
    status.set_exception(RuntimeError("it is blocked"))
    return status


class Turned(PseudoPositioner):
    """Its real axis goes twice as far."""

    turn = Component(PseudoSingle)
    real = Component(SoftPositioner, limits=(-50, 50), init_pos=0.0)

    @pseudo_position_argument
    def forward(self, pseudo):
        return self.RealPosition(real=2 * pseudo.turn)

    @real_position_argument
    def inverse(self, real):
        return self.PseudoPosition(turn=real.real / 2)
