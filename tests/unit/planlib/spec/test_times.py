import pytest

from planlib.context import COMMAND, NoSession
from planlib.spec import loopscan, sct, timescan
from tests.unit.planlib.scanning import INF, NAN, events, refused, start_of


def test_sct_counts_once_and_saves_it(engine, documents, detector):
    """BL-106."""
    engine(sct(0.5, detector))
    start, stop = documents[0][1], documents[-1][1]
    assert stop["num_events"] == {"primary": 1}
    assert (start["num_points"], start["count_time"]) == (1, 0.5)
    assert start["scan_command"] == "sct 0.5 det"
    assert "motors" not in start
    assert [policy.seconds for policy in detector.policies] == [0.5]


@pytest.mark.parametrize("bad", [0, NAN, INF, "1", True], ids=repr)
def test_sct_refuses_impossible_count_times(detector, bad):
    assert "count time" in refused(sct(bad, detector))


def test_sct_with_a_counter_in_place_of_the_time_is_told(detector):
    assert "the count time must be a finite number, not det" in refused(sct(detector))


@pytest.mark.parametrize("plan", [loopscan, timescan], ids=["loopscan", "timescan"])
def test_exactly_n_points_are_counted(engine, documents, detector, plan):
    """SC-06, BL-106."""
    engine(plan(5, 0.1, detector) if plan is loopscan else plan(0.1, detector, npoints=5))
    assert len(events(documents)) == 5
    assert start_of(documents)["num_points"] == 5


@pytest.mark.parametrize("npoints", [None, 0])
def test_timescan_without_npoints_ends_when_somebody_stops_it(engine, documents, detector, npoints):
    """SC-06, BL-106."""
    session = NoSession()

    async def answer(_message):
        return session

    def stop(name, document):
        if name == "event" and document["seq_num"] == 7:
            session.control.stop_after_point()

    engine.register_command(COMMAND, answer)
    engine.subscribe(stop)
    engine(timescan(0.1, detector, npoints=npoints))
    assert len(events(documents)) == 7
    assert "num_points" not in start_of(documents)
    assert documents[-1][1]["exit_status"] == "success"


@pytest.mark.parametrize("bad", [0, -1, 2.5, True, "3", None, NAN], ids=repr)
def test_loopscan_refuses_impossible_numbers(detector, bad):
    """U1."""
    assert "the number of points must be a whole number" in refused(loopscan(bad, 0.1, detector))


@pytest.mark.parametrize("bad", [-1, 2.5, True, False, "3", NAN], ids=repr)
def test_timescan_refuses_impossible_numbers(detector, bad):
    """U1."""
    sentence = refused(timescan(0.1, detector, npoints=bad))
    assert "the number of points must be a whole number" in sentence


def test_each_point_of_a_loop_has_a_count_time_of_its_own(engine, detector):
    engine(loopscan(3, [0.1, 0.2, 0.3], detector))
    assert [policy.seconds for policy in detector.policies] == [0.1, 0.2, 0.3]


def test_an_endless_scan_has_one_count_time(detector):
    assert "without an end has one count time" in refused(timescan([0.1, 0.2], detector))
