import pytest
from bluesky.utils import RequestAbort, RunEngineInterrupted
from ophyd.utils import LimitError

from planlib.spec import d2scan, d3scan, d4scan, d5scan, dnscan, dscan, lineup, lup
from tests.unit.planlib.scanning import BAD_NUMBERS, column, paused, refused, start_of


def test_dscan_scans_around_the_set_position(engine, documents, make_axis, detector):
    x = make_axis(name="x", value=10.0, offset=0.25)
    engine(dscan(x, -1, 1, 2, 0.1, detector))
    assert column(documents, "x_setpoint") == [9, 10, 11]


def test_dscan_returns_to_the_set_position(engine, make_axis, detector):
    """BL-101, SC-07."""
    x = make_axis(name="x", value=10.0, offset=0.25)
    engine(dscan(x, -1, 1, 2, 0.1, detector))
    assert x.setpoint.get() == 10


def test_a_hundred_dscans_do_not_walk(engine, make_axis, plain_detector):
    """Acquisition 11.13: stock rel_scan walks by 1.00."""
    x = make_axis(name="x", value=3.0, offset=0.01)
    for _ in range(100):
        engine(dscan(x, -0.5, 0.5, 1, None, plain_detector))
    assert x.setpoint.get() == 3


def test_dscan_returns_after_an_error(engine, x, make_axis, plain_detector):
    class Broken(type(plain_detector)):
        def stage(self):
            self.is_broken = True
            return super().stage()

        def trigger(self):
            if getattr(self, "is_broken", False):  # its own __init__ triggers too
                raise RuntimeError("no beam")
            return super().trigger()

    broken = Broken("broken", x, "x", center=0, Imax=1, sigma=1)
    x.set(2.0).wait(1)
    with pytest.raises(RuntimeError, match="no beam"):
        engine(dscan(x, -1, 1, 4, None, broken))
    assert x.position == 2


def test_dscan_returns_after_abort(engine, documents, x, detector):
    x.set(2.0).wait(1)
    with pytest.raises(RunEngineInterrupted):
        engine(paused(dscan(x, -1, 1, 4, 0.1, detector)))
    engine.abort()
    assert x.position == 2
    assert documents[-1][1]["exit_status"] == "abort"


def test_dscan_beyond_a_limit_is_refused_before_anything_moves(engine, documents, x, detector):
    x.set(99.5).wait(1)
    del x.targets[:]
    with pytest.raises(LimitError, match=r"x cannot go to 100\.5"):
        engine(dscan(x, -1, 1, 4, 0.1, detector))
    assert (x.targets, documents) == ([], [])


@pytest.mark.parametrize("bad", BAD_NUMBERS, ids=repr)
def test_dscan_refuses_impossible_distances(x, detector, bad):
    assert "stop of x" in refused(dscan(x, 0, bad, 4, 0.1, detector))


def test_dscan_of_an_axis_without_locate_returns_to_where_it_was(engine, plain_detector):
    from ophyd.sim import SynAxis

    class Simple(SynAxis):
        locate = None

    x = Simple(name="x", value=4.0)
    engine(dscan(x, -1, 1, 2, None, plain_detector))
    assert x.position == 4


def test_request_abort_is_what_a_plan_sees(x, detector):
    plan = dscan(x, -1, 1, 2, 0.1, detector)
    next(plan)
    with pytest.raises(RequestAbort):
        plan.throw(RequestAbort)


SEVERAL = [d2scan, d3scan, d4scan, d5scan]


@pytest.mark.parametrize("plan", SEVERAL, ids=lambda plan: plan.__name__)
def test_several_motors_move_together_and_return(engine, documents, make_axis, detector, plan):
    """BL-102."""
    number = SEVERAL.index(plan) + 2
    axes = [make_axis(name=f"m{index}", value=index) for index in range(number)]
    engine(plan(*[word for axis in axes for word in (axis, -1, 1)], 2, 0.1, detector))
    for index, axis in enumerate(axes):
        assert column(documents, axis.name) == [index - 1, index, index + 1]
        assert axis.position == index
    assert start_of(documents)["plan_name"] == plan.__name__


def test_dnscan_moves_any_number_of_motors_and_returns(engine, documents, make_axis, detector):
    """BL-103."""
    x, y = make_axis(name="x", value=3), make_axis(name="y", value=-2)
    engine(dnscan([(x, -1, 1), (y, -2, 2)], 2, 0.1, detector))
    assert column(documents, "x") == [2, 3, 4]
    assert column(documents, "y") == [-4, -2, 0]
    assert (x.position, y.position) == (3, -2)


def test_lup_is_dscan(engine, documents, make_axis, detector):
    x = make_axis(name="x", value=10)
    engine(lup(x, -1, 1, 2, 0.1, detector))
    assert column(documents, "x") == [9, 10, 11]
    assert x.position == 10
    assert start_of(documents)["scan_command"] == "lup x -1 1 2 0.1 det"


def test_lineup_goes_to_the_peak_and_dscan_returns(engine, documents, make_axis):
    """BL-107; where the axes go is said to the core, which is tested on its own."""
    from ophyd.sim import SynGauss

    x = make_axis(name="x", value=0.0)
    peak = SynGauss("peak", x, "x", center=0.5, Imax=1000, sigma=0.5)
    engine(lineup(x, -2, 2, 40, None, peak))
    assert x.position == pytest.approx(0.5, abs=0.1)
    assert start_of(documents)["plan_name"] == "lineup"


def test_lineup_does_what_after_says(engine, make_axis, plain_detector):
    x = make_axis(name="x", value=1.0)
    engine(lineup(x, -2, 2, 4, None, plain_detector, after="return"))
    assert x.position == 1


def test_an_unknown_after_is_refused(x, detector):
    assert "not 'home'" in refused(dscan(x, -1, 1, 2, 0.1, detector, after="home"))
