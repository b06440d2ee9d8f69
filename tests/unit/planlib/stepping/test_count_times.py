import time
from types import SimpleNamespace

import pytest
from bluesky.utils import Msg
from ophyd import Component, Device, Signal
from ophyd.sim import SynAxis
from ophyd.status import Status

from planlib.errors import PlanError
from planlib.stepping import count_times
from planlib.stepping.count_times import is_counting, prepare, require_countable, teller_of
from reduction.counting import CountPolicy

# scalers and cameras of ophyd are told in tests/system/test_count_times.py, by the real classes


class Triggered(Device):
    """A detector that anybody may have written."""

    value = Component(Signal, value=0, kind="hinted")

    def trigger(self):
        return super().trigger()


class Monitored(Triggered):
    """A scaler of ours, with or without a monitor."""

    monitor = None
    count_time = 1.0

    def prepare(self, value):
        raise NotImplementedError


def messages(counter, count_time):
    return [(m.command, m.obj, m.args) for m in prepare([counter], count_time)]


def test_ours_are_prepared_with_a_policy(detector):
    told = messages(detector, 0.5)
    assert told == [("prepare", detector, (CountPolicy(seconds=0.5),)), ("wait", None, ())]


def test_a_count_time_that_can_be_set_is_set(timed_detector):
    told = messages(timed_detector, 0.5)
    assert told == [("set", timed_detector.count_time, (0.5,)), ("wait", None, ())]


@pytest.mark.parametrize("path", ["preset_time", "cam.acquire_time", "acquire_time"])
def test_the_signals_of_stock_detectors_are_found(path):
    signal = Signal(name="preset")
    for name in reversed(path.split(".")):
        signal = SimpleNamespace(**{name: signal})
    ((command, told, args), _) = messages(signal, 0.5)
    assert (command, told.name, args) == ("set", "preset", (0.5,))


def test_all_are_told_before_any_is_waited_for(detector, timed_detector):
    commands = [message.command for message in prepare([detector, timed_detector], 0.5)]
    assert commands == ["prepare", "set", "wait"]


def test_nobody_is_waited_for_where_nobody_is_told(x):
    assert list(prepare([x], 0.5)) == []


def test_a_count_time_that_never_arrives_is_told_by_name(engine, monkeypatch):
    """Reliability 3.5: a readback that never agrees would be waited for for ever."""

    status = Status()

    class Stuck(Triggered):
        class Never(Signal):
            def set(self, value, **kwargs):
                return status

        count_time = Component(Never, value=1.0)

    monkeypatch.setattr(count_times, "DEADLINE", 0.05)
    with pytest.raises(PlanError, match=r"a count time of 0\.5 has not arrived .* at stuck"):
        engine(prepare([Stuck(name="stuck")], 0.5))
    status.set_finished()
    status.wait(1)


def test_a_detector_of_ophyd_async_is_prepared_for_one_event_a_trigger(engine, tmp_path):
    """The bases of its detectors, as they come: a TriggerInfo with the livetime."""
    from ophyd_async.core import StaticFilenameProvider, StaticPathProvider, init_devices
    from ophyd_async.sim import SimBlobDetector

    with init_devices():
        blob = SimBlobDetector(
            StaticPathProvider(StaticFilenameProvider("blob"), tmp_path), name="b"
        )
    (told, _) = messages(blob, 0.25)
    assert (told[0], told[1]) == ("prepare", blob)
    (info,) = told[2]
    assert (info.number_of_events, info.livetime) == (1, 0.25)

    def plan():
        yield Msg("stage", blob)
        yield from prepare([blob], 0.25)
        yield Msg("trigger", blob, group="count")
        yield Msg("wait", None, group="count")
        yield Msg("unstage", blob)

    began = time.monotonic()
    engine(plan())
    assert time.monotonic() - began >= 0.25


def test_a_point_detector_of_ophyd_async_is_told_its_acquire_time(engine):
    from ophyd_async.core import init_devices
    from ophyd_async.sim import SimPointDetector

    with init_devices():
        points = SimPointDetector(None, name="points")
    assert teller_of(points)(0.25) == Msg("set", points.acquire_time, 0.25, group="prepare")


def test_a_detector_without_count_time_is_refused_by_name(plain_detector):
    with pytest.raises(PlanError, match=r"^the count time of plain cannot be set: set it on the"):
        require_countable([plain_detector], [0.1])


def test_a_detector_without_count_time_may_count_as_it_is_set(plain_detector):
    require_countable([plain_detector], [])


def test_what_is_only_read_has_no_count_time(x):
    motor = SynAxis(name="motor")
    require_countable([x, motor, Signal(name="signal")], [0.1, -100])
    assert not is_counting(motor)


def test_monitor_counts_are_refused_where_a_detector_takes_seconds_only(timed_detector):
    """SC-04."""
    with pytest.raises(PlanError, match=r"^timed cannot count to 1000 counts: it has no monitor"):
        require_countable([timed_detector], [0.1, -1000])


def test_monitor_counts_are_refused_where_there_is_no_monitor():
    """SC-04."""
    with pytest.raises(PlanError, match=r"^scaler cannot count to 1000 counts: it has no monitor"):
        require_countable([Monitored(name="scaler")], [-1000])


def test_monitor_counts_are_taken_where_there_is_a_monitor(detector):
    """SC-04; what takes policies and says nothing of monitors decides itself."""
    scaler = Monitored(name="scaler")
    scaler.monitor = "I0"
    require_countable([scaler, detector], [-1000])


def test_a_counter_of_ours_may_refuse_with_its_own_words():
    class Fixed(Monitored):
        def require_count_time(self):
            raise ValueError("fixed is timed by its own clock")

    with pytest.raises(ValueError, match="by its own clock"):
        require_countable([Fixed(name="fixed")], [0.1])


def test_a_group_may_refuse_a_policy_with_its_own_words():
    class Group(Monitored):
        monitor = "I0"

        def require_policy(self, policy):
            raise ValueError(f"no counter that is on has a monitor for {policy}")

    with pytest.raises(ValueError, match="for 1000 counts"):
        require_countable([Group(name="mg")], [-1000])
