import pytest

from planlib.counting.attenuate import attenuate
from planlib.counting.attenuation import SafeRates
from planlib.errors import PlanError

SAFE = SafeRates(local=1000, total=1e9)


@pytest.fixture
def behind(x, detector):
    """Let the detector see 10 to the power of what the attenuator is set to."""
    detector.val.sim_set_func(lambda: 10.0 ** x.setpoint.get())
    return detector


@pytest.fixture
def run(engine, x, behind):
    def run(levels, **options):
        found = []

        def outer():
            plan = attenuate(
                x, levels, behind, local="det", total="det", safe=SAFE, samples=2, **options
            )
            found.append((yield from plan))

        engine(outer())
        return found[0]

    return run


def test_levels_are_opened_until_it_is_bright_enough(run, x):
    """GT-65."""
    assert run([2.5, 2.8, 3.5]) == 2.8
    assert x.targets == [2.5, 2.8]


def test_one_level_is_left_out_where_it_is_dark(run, x):
    assert run([0, 1, 2.9, 4]) == 2.9
    assert x.targets == [0, 2.9]


def test_it_goes_one_level_back_where_it_is_too_bright(run, x):
    assert run([2.5, 3.2, 4]) == 2.5
    assert x.targets == [2.5, 3.2, 2.5]


def test_a_level_that_was_left_out_is_measured_before_it_stays_there(run, x):
    """GT-65: behind 3.5 it is too bright as well, which only counting there tells."""
    assert run([0, 3.5, 4]) == 0
    assert x.targets == [0, 4, 3.5, 0]


def test_a_level_that_was_left_out_is_taken_where_it_is_not_too_bright(run, x):
    assert run([0, 1.5, 4, 5]) == 1.5
    assert x.targets == [0, 4, 1.5]


def test_a_beam_that_has_grown_too_bright_for_all_levels_is_refused(run, x, behind):
    behind.val.sim_set_func(lambda: 10.0 if len(x.targets) < 2 else 1e5)
    with pytest.raises(PlanError, match="is the beam stop in place"):
        run([0, 1, 2])
    assert x.targets == [0, 2, 1, 0, 0]


def test_it_stays_fully_open_where_nothing_is_bright(run, x):
    assert run([0, 0.5, 1]) == 1


def test_too_bright_behind_the_most_attenuation_asks_for_the_beam_stop(run, x):
    with pytest.raises(PlanError, match="is the beam stop in place"):
        run([3.5, 4])
    assert x.targets == [3.5, 3.5]


def test_a_failing_detector_leaves_the_most_attenuation_in_the_beam(run, x, behind):
    def broken():
        if x.setpoint.get() > 2.5:
            raise RuntimeError("tripped")
        return 10.0 ** x.setpoint.get()

    behind.val.sim_set_func(broken)
    with pytest.raises(Exception, match="tripped"):
        run([2.5, 2.8, 3.5])
    assert x.targets[-1] == 2.5


def test_no_level_is_refused(x, behind):
    with pytest.raises(PlanError, match="at least one level"):
        next(attenuate(x, [], behind, local="det", total="det", safe=SAFE))


def test_a_column_that_is_not_there_is_refused_and_the_attenuator_closed(engine, x, behind):
    with pytest.raises(PlanError, match="counts nothing called sum; it has det"):
        engine(attenuate(x, [1, 2], behind, local="sum", total="det", safe=SAFE))
    assert x.targets[-1] == 1


@pytest.mark.parametrize(
    "bad",
    [
        *({"safe": 5}, {"samples": 0}, {"samples": 1.5}, {"levels": 3}),
        *({"count_time": 0}, {"count_time": -1}),
    ],
    ids=str,
)
def test_what_cannot_be_meant_is_refused_before_anything_moves(x, behind, bad):
    told = {"levels": [1, 2], "local": "det", "total": "det", "safe": SAFE} | bad
    with pytest.raises(PlanError):
        next(attenuate(x, told.pop("levels"), behind, **told))
    assert x.targets == []
