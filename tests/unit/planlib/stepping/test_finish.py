import threading

import numpy as np
import pytest
from bluesky import preprocessors as bpp
from bluesky.run_engine import WaitForTimeoutError
from bluesky.utils import Msg
from ophyd import Component, PseudoPositioner, PseudoSingle, SoftPositioner
from ophyd.pseudopos import pseudo_position_argument, real_position_argument
from ophyd.status import Status
from ophyd.utils import LimitError

from planlib.errors import NotFoundError, PlanError
from planlib.real_axes import real_axes
from planlib.stepping import StepScan, places, step_scan
from planlib.stepping.finish import found
from planlib.stepping.readings import Measured
from planlib.trajectories import grid, line


def curve(counts):
    measured = Measured(keep=True)
    measured.plotted = "I0"
    measured.rows = {number: {"I0": value} for number, value in enumerate(counts, 1)}
    return measured


X = np.linspace(-3, 3, 31)
PEAK = 1000 * np.exp(-((X - 0.73) ** 2) / 0.5)


def test_relative_scan_returns_to_the_set_position_not_the_readback(engine, make_axis, detector):
    axis = make_axis(name="off", offset=0.01)
    for _ in range(20):
        engine(step_scan(StepScan((axis,), line([(-1, 1)], 1), [detector], relative=True)))
    assert axis.setpoint.get() == 0.0


def test_absolute_scan_stays(engine, x, detector):
    engine(step_scan(StepScan((x,), line([(0, 2)], 2), [detector])))
    assert x.setpoint.get() == 2.0


def test_absolute_scan_returns_where_that_is_asked_for(engine, x, detector):
    x.set(0.5).wait()
    engine(step_scan(StepScan((x,), line([(0, 2)], 2), [detector], after="return")))
    assert x.setpoint.get() == 0.5


def test_relative_scan_stays_where_that_is_asked_for(engine, x, detector):
    scan = StepScan((x,), line([(0, 2)], 2), [detector], relative=True, after="stay")
    engine(step_scan(scan))
    assert x.setpoint.get() == 2.0


@pytest.mark.parametrize("command", ["set", "trigger", "read", "save", "stage", "unstage"])
def test_relative_scan_returns_whatever_fails(engine, x, detector, command):
    x.set(0.5).wait()

    def spoil(message):
        if message.command == command and spoil.left:
            spoil.left -= 1
            if not spoil.left:
                return failing(), None
        return None, None

    spoil.left = 2

    def failing():
        yield Msg("null")
        raise OSError(command)

    scan = StepScan((x,), line([(-1, 1)], 4), [detector], relative=True)
    with pytest.raises(OSError, match=command):
        engine(bpp.plan_mutator(step_scan(scan), spoil))
    assert x.setpoint.get() == 0.5


@pytest.mark.parametrize("after", ["peak", "cen", "com"])
def test_the_axis_goes_to_what_was_found(engine, x, detector, told, after):
    engine(step_scan(StepScan((x,), line([(-4, 4.4)], 42), [detector], after=after)))
    assert x.setpoint.get() == pytest.approx(0.0, abs=0.05)
    assert told[-1].endswith(f"of det is at x {x.setpoint.get():g}")


def test_a_relative_scan_that_finds_nothing_says_so_and_returns(engine, x, detector, told):
    x.set(50).wait()
    scan = StepScan((x,), line([(-1, 1)], 20), [detector], relative=True, after="cen")
    engine(step_scan(scan))
    assert x.setpoint.get() == 50
    assert told == [
        "det: 21 points show no peak, dip or edge that stands out of the noise; x returns to where "
        "it was"
    ]


def test_an_absolute_scan_that_finds_nothing_says_so_and_stays(engine, x, detector, told):
    engine(step_scan(StepScan((x,), line([(50, 52)], 20), [detector], after="peak")))
    assert x.targets[-1] == 52
    assert len(x.targets) == 21
    assert told[0].endswith("x stays where it is")


def test_what_is_beyond_a_limit_is_not_gone_to(engine, x, detector, told, monkeypatch):
    """Limits that have changed since the scan was checked."""

    def refuse(_):
        raise LimitError("x cannot go there")

    def narrow(name, _):
        if name == "stop":
            monkeypatch.setattr(x, "check_value", refuse)

    engine(step_scan(StepScan((x,), line([(-4, 4)], 40), [detector], after="cen")), narrow)
    assert x.targets[-1] == 4
    assert told == ["det: x cannot go there; x stays where it is"]


def test_an_axis_that_never_returns_fails_the_scan(engine, x, detector, monkeypatch):
    """Stock axes have no deadline of their own."""
    monkeypatch.setattr(places, "LONGEST_MOVE", 0.1)
    original = x.set
    monkeypatch.setattr(x, "set", lambda value: Status() if value == 7 else original(value))
    original(7.0)
    with pytest.raises(WaitForTimeoutError):
        engine(step_scan(StepScan((x,), line([(-1, 1)], 1), [detector], relative=True)))


def test_an_aborted_relative_scan_that_looks_for_a_peak_returns(engine, x, detector):
    def breaks(message):
        if message.command == "save" and x.setpoint.get() > 0:
            return failing(), None
        return None, None

    def failing():
        yield Msg("null")
        raise OSError("broken")

    scan = StepScan((x,), line([(-1, 1)], 8), [detector], relative=True, after="peak")
    with pytest.raises(OSError, match="broken"):
        engine(bpp.plan_mutator(step_scan(scan), breaks))
    assert x.setpoint.get() == 0.0


# --- what is found


def test_each_axis_of_a_line_has_its_own_center():
    both = line([(-3, 3), (7, 1)], 30)
    x, y = found("cen", both, curve(PEAK))
    assert x == pytest.approx(0.73, abs=0.02)
    assert y == pytest.approx(4 - 0.73, abs=0.02)


def test_a_map_has_a_center_along_each_axis():
    trajectory = grid([(-3, 3, 30), (-2, 2, 10)])
    xs, ys = trajectory.positions.T
    counts = np.exp(-((xs - 0.5) ** 2) / 0.5 - (ys + 0.4) ** 2 / 0.5)
    assert found("cen", trajectory, curve(counts)) == pytest.approx([0.5, -0.4], abs=0.05)
    assert found("peak", trajectory, curve(counts)) == pytest.approx([0.5, -0.4], abs=0.11)


def test_the_peak_is_the_highest_point():
    assert found("peak", line([(-3, 3)], 30), curve(PEAK)) == pytest.approx([0.8])


@pytest.mark.parametrize("after", ["peak", "cen", "com"])
@pytest.mark.parametrize(
    "counts",
    [
        pytest.param([], id="nothing"),
        pytest.param(np.zeros(31), id="zeros"),
        pytest.param(np.full(31, np.nan), id="nan"),
        pytest.param(np.random.default_rng(3).normal(100, 10, 31), id="noise"),
    ],
)
def test_where_nothing_is_that_is_said(after, counts):
    with pytest.raises(NotFoundError):
        found(after, line([(-3, 3)], 30), curve(counts))


# --- real axes


class Turned(PseudoPositioner):
    u = Component(PseudoSingle)
    v = Component(PseudoSingle)
    a = Component(SoftPositioner, init_pos=0.25)
    b = Component(SoftPositioner, init_pos=0.5)

    @pseudo_position_argument
    def forward(self, pseudo):
        return self.RealPosition(a=pseudo.u + pseudo.v, b=pseudo.u - pseudo.v)

    @real_position_argument
    def inverse(self, real):
        return self.PseudoPosition(u=(real.a + real.b) / 2, v=(real.a - real.b) / 2)


@pytest.fixture
def turned():
    return Turned(name="turned")


def test_the_real_axes_behind_ophyd_s_pseudo_axes_are_known(turned):
    assert real_axes([turned.u]) == [turned.a, turned.b]
    assert real_axes([turned.u, turned.v]) == [turned.a, turned.b]
    assert real_axes([turned.a]) == [turned.a]


def test_the_real_axes_behind_ours_are_known():
    from devices import PseudoMotor

    a, b = SoftPositioner(name="a", egu="mm"), SoftPositioner(name="b", egu="mm")
    formulas = {"a": "T[inner] / 2", "b": "T[inner] / 2"}
    inner = PseudoMotor(
        name="inner", reals={"a": a, "b": b}, forward=formulas, inverse="A[a] + A[b]", egu="mm"
    )
    outer = PseudoMotor(
        name="outer",
        reals={"inner": inner},
        forward={"inner": "T[outer] / 2"},
        inverse="2 * A[inner]",
        egu="mm",
    )
    assert real_axes([outer, a]) == [a, b]


def test_the_real_axes_are_put_back_exactly(engine, turned, plain_detector):
    """u = v = 0.125 and 0.375 would put them back as well, but for rounding."""
    scan = StepScan((turned.u,), line([(-1, 1)], 3), [plain_detector], relative=True)
    engine(step_scan(scan))
    assert (turned.a.position, turned.b.position) == (0.25, 0.5)


def test_a_relative_scan_of_an_axis_that_is_nowhere_is_refused(make_axis, detector):
    axis = make_axis(name="lost", value=float("nan"))
    with pytest.raises(PlanError, match="lost has no set position"):
        list(step_scan(StepScan((axis,), line([(0, 1)], 1), [detector], relative=True)))
    assert threading.active_count() >= 1
