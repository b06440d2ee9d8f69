import numpy as np
import pytest

from planlib.align import Target, align, find_max
from planlib.errors import PlanError


@pytest.fixture
def curve(x, detector):
    """Give the detector another curve."""

    def take(function):
        detector.val.sim_set_func(lambda: function(x.readback.get()))
        return detector

    return take


def bell(center, height=1000.0, background=10.0):
    return lambda x: background + height * np.exp(-0.5 * (x - center) ** 2)


def test_the_axis_goes_to_the_center_of_the_peak(result, x, curve):
    """GT-70."""
    place = result(align(x, -5, 5, 50, None, curve(bell(0.7))))
    assert x.readback.get() == pytest.approx(0.7, abs=0.02)
    assert (place.kind, place.at) == ("peak", pytest.approx(0.7, abs=0.02))


def test_a_dip_is_gone_to_where_it_is_looked_for(result, x, curve):
    result(align(x, -5, 5, 50, None, curve(bell(0.7, -5)), to=Target("cen", shape="dip")))
    assert x.readback.get() == pytest.approx(0.7, abs=0.02)


def test_a_peak_is_refused_where_a_dip_is_looked_for(engine, result, x, curve):
    x.set(3.0)
    place = result(align(x, -5, 5, 50, None, curve(bell(3.7)), to=Target("cen", shape="dip")))
    assert place is None
    assert x.setpoint.get() == 3.0


def test_the_axis_goes_back_where_there_is_no_peak(result, x, curve):
    x.set(3.0)
    assert result(align(x, -5, 5, 50, None, curve(lambda _x: 7.0))) is None
    assert x.setpoint.get() == 3.0


def test_only_the_range_that_is_asked_for_is_looked_at(result, x, curve):
    def two(at):
        return bell(-3, 2000)(at) + bell(3)(at)

    place = result(align(x, -6, 6, 120, None, curve(two), to=Target("cen", within=(1, 5))))
    assert place.at == pytest.approx(3, abs=0.05)


def test_find_max_goes_back_where_the_highest_point_is_too_low(result, x, curve):
    """Acquisition 4.5."""
    x.set(0.2)
    assert result(find_max(x, -5, 5, 50, None, curve(bell(0)), minimum=2000)) is None
    assert x.setpoint.get() == 0.2


def test_find_max_goes_to_the_highest_point(result, x, curve):
    result(find_max(x, -5, 5, 50, None, curve(bell(0.3)), minimum=500))
    assert x.setpoint.get() == pytest.approx(0.2, abs=0.21)


def test_what_cannot_be_gone_to_is_refused_before_anything_moves(x, curve):
    with pytest.raises(PlanError, match="an axis is aligned to peak, cen, com"):
        next(align(x, -5, 5, 50, None, curve(bell(0)), to="top"))


@pytest.mark.parametrize(("answer", "at"), [("y", 0.7), ("n", 0.0), ("", 0.0)])
def test_the_axis_moves_only_where_that_is_agreed_to(engine, result, x, curve, answer, at):
    async def answers(_message):
        return answer

    engine.register_command("input", answers)
    result(align(x, -5, 5, 50, None, curve(bell(0.7)), confirm=True))
    assert x.readback.get() == pytest.approx(at, abs=0.02)


def test_counts_are_divided_by_those_of_a_monitor(engine, result, x, make_detector, curve):
    """GT-70: a beam that fades looks like a peak, unless it is normalised."""
    monitor = make_detector("mon")
    monitor.val.sim_set_func(lambda: bell(-2, 100, 5)(x.readback.get()))
    detector = curve(lambda at: bell(-2, 100, 5)(at) * bell(1.5, 10, 1)(at))
    place = result(align(x, -5, 5, 100, None, detector, monitor, to=Target("cen", normalize="mon")))
    assert place.at == pytest.approx(1.5, abs=0.05)


@pytest.mark.parametrize("bad", [{"feature": "top"}, {"shape": "bump"}], ids=str)
def test_what_cannot_be_looked_for_is_refused(bad):
    with pytest.raises(PlanError):
        Target(**bad)


@pytest.mark.parametrize(
    "bad",
    [
        {"within": 5},
        {"within": "ab"},
        {"within": (1, 2, 3)},
        {"within": (1, "b")},
        {"minimum": "a"},
    ],
    ids=str,
)
def test_ranges_and_heights_that_cannot_be_meant_are_refused(bad):
    with pytest.raises(PlanError):
        Target(**bad)


def test_align_says_itself_where_the_axis_goes(x, detector):
    with pytest.raises(PlanError, match="by to="):
        next(align(x, -1, 1, 4, None, detector, after="peak"))
