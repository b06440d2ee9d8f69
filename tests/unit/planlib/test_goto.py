import re

import numpy as np
import pytest
from ophyd.sim import SynGauss
from ophyd.utils import LimitError

from callbacks import LastScan
from planlib import ascan, mesh
from planlib.context import NoSession
from planlib.errors import NotFoundError, PlanError
from planlib.goto import (
    cen,
    com,
    find_position,
    fwhm,
    goto_cen,
    goto_com,
    goto_custom,
    goto_min,
    goto_peak,
    peak,
)
from tests.unit.planlib.scanning import in_session


class Session(NoSession):
    """A session that knows its last scan."""

    def __init__(self, *devices):
        super().__init__()
        self.devices = {device.name: device for device in devices}
        self.last = LastScan()
        self.told = []

    @property
    def axes(self):
        return [self.devices[name] for name in self.last.motors]

    def tell(self, sentence):
        self.told.append(sentence)

    def last_scan(self):
        return self if self.last.start else None

    def __getattr__(self, name):
        return getattr(self.last, name)


@pytest.fixture
def session(engine, x, y):
    session = Session(x, y)

    in_session(engine, session)
    engine.subscribe(session.last)
    return session


@pytest.mark.parametrize("goto", [goto_cen, goto_peak, goto_com])
def test_the_axis_goes_to_where_the_last_scan_has_its_peak(engine, session, x, detector, goto):
    engine(ascan(x, -3, 4, 70, None, detector))
    engine(goto())
    assert x.readback.get() == pytest.approx(0, abs=0.1)
    assert session.told[-1].startswith("going to the ")


@pytest.mark.parametrize("ask", [cen, peak, com, fwhm])
def test_a_number_of_the_last_scan_is_told_and_nothing_moves(
    engine, session, result, x, detector, ask
):
    engine(ascan(x, -5, 4.5, 95, None, detector))
    before = len(x.targets)
    assert result(ask()) == pytest.approx(2.355 if ask is fwhm else 0, abs=0.1)
    assert len(x.targets) == before
    assert "det: x" in session.told[-1]


@pytest.mark.parametrize(
    ("ask", "what"), [(cen, "center"), (fwhm, "width"), (peak, "peak"), (com, "center of mass")]
)
@pytest.mark.usefixtures("session")
def test_where_there_is_no_scan_what_was_asked_for_is_named(engine, ask, what):
    with pytest.raises(NotFoundError, match=f"no scan yet of which the {what} could be known"):
        engine(ask())


def test_a_scan_tells_in_the_end_what_it_has_found(engine, session, x, detector):
    engine(ascan(x, -5, 4.5, 95, None, detector))
    assert session.told[-1].startswith("peak in det at x ")
    numbers = [float(each) for each in re.findall(r"(\S+) mm", session.told[-1])]
    assert numbers == pytest.approx([0, 0, 2.355], abs=0.1)


def test_a_scan_that_has_found_nothing_tells_nothing_of_it(engine, session, x, detector):
    detector.val.sim_set_func(lambda: 5.0)
    engine(ascan(x, -3, 3, 12, None, detector))
    assert session.told[-1].startswith("13 points in ")


def test_both_axes_go_to_the_peak_of_a_map(engine, session, x, y, detector):
    detector.val.sim_set_func(
        lambda: 1000 * np.exp(-0.5 * ((x.readback.get() - 1) ** 2 + (y.readback.get() + 0.5) ** 2))
    )
    engine(mesh(x, -3, 3, 12, y, -2, 2, 10, None, detector))
    engine(goto_cen())
    assert [x.readback.get(), y.readback.get()] == pytest.approx([1, -0.5], abs=0.1)


def test_where_nothing_stands_out_nothing_moves(engine, session, x, detector):
    detector.val.sim_set_func(lambda: 7.0)
    engine(ascan(x, -1, 1, 10, None, detector))
    before = len(x.targets)
    with pytest.raises(NotFoundError, match="no peak, dip or edge"):
        engine(goto_cen())
    assert len(x.targets) == before


def test_a_counter_that_was_not_there_is_refused_with_those_that_were(engine, session, x, detector):
    engine(ascan(x, -1, 1, 10, None, detector))
    with pytest.raises(NotFoundError, match=r"no column 'It'; it has .*det"):
        engine(goto_cen("It"))


def test_without_a_scan_nothing_is_known(engine, session):
    with pytest.raises(NotFoundError, match="there is no scan yet"):
        engine(goto_cen())


def test_limits_that_were_set_since_are_obeyed(engine, session, x, detector):
    engine(ascan(x, -1, 1, 20, None, detector))

    def closed(_position):
        raise LimitError("x cannot go anywhere")

    x.check_value = closed
    before = len(x.targets)
    with pytest.raises(LimitError):
        engine(goto_cen())
    assert len(x.targets) == before


def test_goto_min_goes_to_the_lowest_point(engine, session, x, detector):
    detector.val.sim_set_func(lambda: 1000 - 900 * np.exp(-0.5 * (x.readback.get() - 1) ** 2))
    engine(ascan(x, -4, 4, 80, None, detector))
    engine(goto_min())
    assert x.readback.get() == pytest.approx(1, abs=0.11)


def test_goto_custom_goes_where_the_function_says(engine, session, x, detector):
    """BL-157."""
    engine(ascan(x, -4, 4, 8, None, detector))
    engine(goto_custom(lambda positions, counts: positions[np.argmax(counts)] + 0.25))
    assert x.readback.get() == 0.25


def test_goto_custom_refuses_a_position_that_is_none(engine, session, x, detector):
    engine(ascan(x, -4, 4, 8, None, detector))
    with pytest.raises(PlanError, match="the position of x must be a finite number"):
        engine(goto_custom(lambda *_: np.nan))


def test_goto_custom_takes_a_function(engine, session, x, detector):
    engine(ascan(x, -4, 4, 8, None, detector))
    with pytest.raises(PlanError, match="give a function of positions and values, not 5"):
        engine(goto_custom(5))


def steepest(positions, counts):
    return positions[np.argmax(np.gradient(counts))]


def test_a_position_of_ones_own_is_told_and_nothing_moves(engine, session, result, x, detector):
    """BL-157."""
    engine(ascan(x, -4, 4, 80, None, detector))
    before = len(x.targets)
    assert result(find_position(steepest)) == pytest.approx(-1, abs=0.11)
    assert len(x.targets) == before
    assert session.told[-1].startswith("where the function says: x -")


def test_of_a_map_the_function_is_given_each_axis_with_the_mean_over_the_others(
    engine, session, result, x, y, detector
):
    detector.val.sim_set_func(
        lambda: 1000 * np.exp(-0.5 * ((x.readback.get() - 1) ** 2 + (y.readback.get() + 0.5) ** 2))
    )
    engine(mesh(x, -3, 3, 12, y, -2, 2, 8, None, detector))
    seen = []

    def center(positions, counts):
        seen.append(len(positions))
        return np.sum(positions * counts**4) / np.sum(counts**4)

    assert result(find_position(center)) == pytest.approx((1, -0.5), abs=0.1)
    assert seen == [13, 9]


def test_nothing_moves_where_one_axis_of_several_cannot_go(engine, session, x, y, detector):
    engine(mesh(x, -3, 3, 2, y, -2, 2, 2, None, detector))
    before = len(x.targets), len(y.targets)
    with pytest.raises(LimitError, match="y cannot go to 1000"):
        engine(goto_custom(lambda positions, _: 0 if positions.max() > 2.5 else 1000))
    assert (len(x.targets), len(y.targets)) == before


def test_the_counter_that_was_selected_for_plots_is_looked_at(engine, session, x, detector, y):
    other = SynGauss("other", x, "x", center=2, Imax=1000, sigma=0.5)
    engine(ascan(x, -4, 4, 80, None, detector, other, md={"plot": {"y": ["other"]}}))
    engine(goto_cen())
    assert x.readback.get() == pytest.approx(2, abs=0.1)
    engine(goto_cen("det"))
    assert x.readback.get() == pytest.approx(0, abs=0.1)
