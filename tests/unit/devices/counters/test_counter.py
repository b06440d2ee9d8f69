"""What all counters do when a run ends, whatever state it leaves them in."""

from collections import OrderedDict

import bluesky.plan_stubs as bps
import bluesky.preprocessors as bpp
import pytest

from devices import CountError, MeasurementGroup, NotConnectedError
from devices.counters.count_status import CountStatus
from devices.counters.counter import Counter
from devices.counters.reading import reading

LONG = 100.0


class Slow(Counter):
    """It counts until it is stopped."""

    def __init__(self, name="slow", *, is_connected=True, **options):
        super().__init__(name=name, **options)
        self.is_connected = is_connected
        self.halts = 0

    def _count(self):
        return CountStatus(f"counting {self.name}", LONG)

    def _halt(self):
        if not self.is_connected:
            message = "X:scaler1.CNT is not connected"
            raise NotConnectedError(message)
        self.halts += 1

    def _readings(self):
        return OrderedDict({self.name: reading(1.0, 0.0)})

    def describe(self):
        key = {"source": "test", "dtype": "number", "shape": []}
        return OrderedDict({self.name: key})


def test_a_stop_is_the_failure_of_the_count():
    slow = Slow()
    status = slow.trigger()
    slow.stop()
    with pytest.raises(CountError, match="counting slow failed: it was stopped"):
        status.wait(0)
    assert slow.halts == 1


def test_a_stop_that_does_not_reach_the_hardware_fails_the_count_as_well():
    slow = Slow(is_connected=False)
    status = slow.trigger()
    slow.stop()
    with pytest.raises(NotConnectedError):
        status.wait(0)


def test_a_stop_of_what_does_not_count_reaches_the_hardware():
    slow = Slow()
    slow.stop()
    assert slow.halts == 1


def test_unstaging_halts_what_counts_and_fails_nothing():
    slow = Slow()
    slow.stage()
    status = slow.trigger()
    slow.unstage()
    assert status.success
    assert slow.halts == 1


def test_unstaging_leaves_alone_what_has_ended():
    slow = Slow()
    slow.stage()
    slow.trigger().finish()
    slow.unstage()
    assert slow.halts == 0


def test_unstaging_what_cannot_be_halted_raises_nothing(caplog):
    slow = Slow(is_connected=False)
    slow.stage()
    slow.trigger()
    slow.unstage()
    assert "slow could not be stopped: X:scaler1.CNT is not connected" in caplog.text


@pytest.mark.parametrize("is_connected", [True, False])
def test_the_clean_up_of_a_run_does_not_hide_what_failed_first(engine, is_connected):
    slow = Slow(is_connected=is_connected)

    @bpp.stage_decorator([slow])
    @bpp.run_decorator()
    def plan():
        yield from bps.trigger(slow)
        message = "the first error"
        raise ZeroDivisionError(message)

    with pytest.raises(ZeroDivisionError, match="the first error"):
        engine(plan())


def test_a_run_that_leaves_it_counting_does_not_fail_by_its_clean_up(engine, documents):
    slow, other = Slow(), Slow("other")

    @bpp.stage_decorator([other, slow])
    @bpp.run_decorator()
    def plan():
        yield from bps.trigger(slow)
        yield from bps.null()

    engine(plan())
    assert documents[-1][1]["exit_status"] == "success"
    assert slow.halts == 1


# --- in a group


class Stubborn(Slow):
    """It cannot be unstaged."""

    def unstage(self):
        message = f"{self.name} cannot be unstaged"
        raise CountError(message)


def test_a_member_that_cannot_be_unstaged_keeps_no_other_from_it():
    first, last = Slow("first"), Stubborn("last")
    group = MeasurementGroup("mg", [first, last])
    group.stage()
    group.trigger()
    with pytest.raises(CountError, match="last cannot be unstaged"):
        group.unstage()
    assert first.halts == 1


def test_a_member_that_cannot_be_staged_is_what_is_told():
    class Refusing(Slow):
        def stage(self):
            message = f"{self.name} cannot be staged"
            raise CountError(message)

    group = MeasurementGroup("mg", [Stubborn("first"), Refusing("last")])
    with pytest.raises(CountError, match="last cannot be staged"):
        group.stage()


def test_what_is_not_critical_ends_well_at_a_stop():
    slow = Slow(critical=False)
    slow.prepare(slow.policy).wait(0)
    status = slow.trigger()
    slow.stop()
    assert status.success
    assert slow.has_failed
