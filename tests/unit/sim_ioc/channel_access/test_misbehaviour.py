"""The faults of any record, each by what its clients see."""

import asyncio
import math

import numpy as np
import pytest

from sim_ioc.channel_access.database import Database
from sim_ioc.channel_access.fields import checked, double, readback, table
from sim_ioc.channel_access.misbehaviour import are_equal
from sim_ioc.channel_access.record import COMMON_FIELDS, Record
from sim_ioc.channel_access.wire import EPOCH
from sim_ioc.errors import PutRefusedError
from tests.unit.sim_ioc.channel_access.watched import monitor
from tests.unit.sim_ioc.virtual_time import now, simulate

FIELDS = table((double("VAL", "setpoint"), readback("RBV", "readback"), *COMMON_FIELDS))
SEVERITY = {"NO_ALARM": 0, "MINOR": 1, "MAJOR": 2, "INVALID": 3}


class Faulty:
    """A record, and what a client does to it and to its faults."""

    def __init__(self):
        self.record = Record("r", "ao", FIELDS)
        self.database = Database([self.record])

    async def caput(self, field, value):
        await self.record.put(self.record.fields[field], value)

    async def inject(self, fault, value=1):
        self.database[f"r:fault:{fault}"]
        panel = self.database.panels["r"]
        field = panel.fields[fault]
        await panel.put(field, checked(field, value))

    async def watch(self, field="RBV"):
        return await monitor(self.record.channel(field))

    def get(self, field="RBV"):
        return self.record.channel(field).value


def run(scenario):
    async def main():
        async with asyncio.timeout(100):
            await scenario(Faulty())

    simulate(main())


# --- puts


def test_refused_put_changes_nothing_and_says_which_fault_it_was():
    async def scenario(faulty):
        await faulty.inject("refuse")
        with pytest.raises(PutRefusedError, match="VAL takes nothing now: its fault 'refuse'"):
            await faulty.caput("VAL", 1.0)
        assert faulty.get("VAL") == 0.0

    run(scenario)


def test_held_put_acts_at_once_and_completes_when_it_is_let_go():
    async def scenario(faulty):
        await faulty.inject("hold")
        put = asyncio.create_task(faulty.caput("VAL", 1.0))
        await asyncio.sleep(50)
        assert faulty.get("VAL") == 1.0
        assert not put.done()
        await faulty.inject("hold", "No")
        await put
        assert now() == pytest.approx(50)

    run(scenario)


def test_slow_put_acts_after_its_time():
    async def scenario(faulty):
        await faulty.inject("slow", 2.0)
        put = asyncio.create_task(faulty.caput("VAL", 1.0))
        await asyncio.sleep(1.9)
        assert faulty.get("VAL") == 0.0
        await put
        assert faulty.get("VAL") == 1.0
        assert now() == pytest.approx(2.0)

    run(scenario)


@pytest.mark.parametrize("second", [0.0, 0.1, 2.0])
def test_slow_puts_act_in_the_order_they_came_although_the_delay_changed(second):
    async def scenario(faulty):
        watching = await faulty.watch("VAL")
        await faulty.inject("slow", 2.0)
        first = asyncio.create_task(faulty.caput("VAL", 1.0))
        await asyncio.sleep(0.01)
        await faulty.inject("slow", second)
        await faulty.caput("VAL", 2.0)
        await first
        assert watching.values == [0.0, 1.0, 2.0]

    run(scenario)


# --- monitors


def test_late_monitor_follows_value_and_completion():
    async def scenario(faulty):
        await faulty.inject("late", 0.05)
        watching = await faulty.watch("VAL")
        await faulty.caput("VAL", 1.0)
        assert now() == pytest.approx(0, abs=1e-6)
        assert faulty.get("VAL") == 1.0
        await asyncio.sleep(0.1)
        assert watching.values == [0.0, 1.0]
        assert watching.times == [0.0, 0.05]

    run(scenario)


def test_get_tells_the_newest_value_while_late_monitors_tell_older_ones():
    async def scenario(faulty):
        await faulty.inject("late", 1.0)
        watching = await faulty.watch()
        for value in (1.0, 2.0, 3.0):
            await faulty.record.post(RBV=value)
            await asyncio.sleep(0.4)
            assert faulty.get() == value
        await asyncio.sleep(5)
        assert watching.values == [0.0, 1.0, 2.0, 3.0]
        assert faulty.get() == 3.0

    run(scenario)


@pytest.mark.parametrize("then", [0.0, 0.1, 3.0])
def test_no_monitor_overtakes_a_late_one(then):
    async def scenario(faulty):
        await faulty.inject("late", 2.0)
        watching = await faulty.watch()
        await faulty.record.post(RBV=1.0)
        await faulty.inject("late", then)
        await faulty.record.post(RBV=2.0)
        await asyncio.sleep(10)
        assert watching.values == [0.0, 1.0, 2.0]

    run(scenario)


def test_late_monitor_carries_the_time_of_its_value():
    async def scenario(faulty):
        await faulty.inject("late", 2.0)
        await faulty.record.post(1.7e9, RBV=1.0)
        await faulty.record.post(1.7e9 + 1, RBV=2.0)
        await asyncio.sleep(5)
        assert faulty.record.channel("RBV").timestamp == 1.7e9 + 1

    run(scenario)


def test_quiet_record_posts_only_what_changed():
    async def scenario(faulty):
        await faulty.inject("quiet")
        watching = await faulty.watch()
        for value in (1.0, 1.0, math.nan, math.nan, 1.0):
            await faulty.record.post(RBV=value)
        assert watching.values == pytest.approx([0.0, 1.0, math.nan, 1.0], nan_ok=True)

    run(scenario)


def test_record_without_faults_posts_the_same_value_again():
    async def scenario(faulty):
        watching = await faulty.watch()
        await faulty.record.post(RBV=0.0)
        assert watching.values == [0.0, 0.0]

    run(scenario)


def test_mute_record_posts_neither_values_nor_alarms_and_answers_a_get_with_the_truth():
    async def scenario(faulty):
        watching = await faulty.watch()
        await faulty.inject("mute")
        await faulty.record.post(RBV=1.0)
        await faulty.record.set_alarm("COMM", "INVALID")
        assert watching.values == [0.0]
        assert faulty.get() == 1.0

    run(scenario)


@pytest.mark.parametrize("fault", ["mute", "quiet", "late"])
def test_client_that_subscribes_is_told_the_newest_value(fault):
    async def scenario(faulty):
        await faulty.watch()
        await faulty.inject(fault)
        await faulty.record.post(RBV=1.0)
        assert (await faulty.watch()).values == [1.0]

    run(scenario)


# --- values


def test_feigned_alarm_shows_at_once_and_goes_at_once():
    async def scenario(faulty):
        watching = await faulty.watch()
        await faulty.inject("alarm", "MAJOR")
        assert watching.severities[-1] == SEVERITY["MAJOR"]
        assert faulty.get("SEVR") == "MAJOR"
        await faulty.inject("alarm", "NO_ALARM")
        assert watching.severities[-1] == SEVERITY["NO_ALARM"]
        assert faulty.get("STAT") == "NO_ALARM"

    run(scenario)


@pytest.mark.parametrize(
    ("own", "shown"),
    [("NO_ALARM", "MAJOR"), ("MINOR", "MAJOR"), ("MAJOR", "MAJOR"), ("INVALID", "INVALID")],
)
def test_more_severe_of_own_and_feigned_alarm_shows(own, shown):
    async def scenario(faulty):
        await faulty.inject("alarm", "MAJOR")
        await faulty.record.set_alarm("NO_ALARM" if own == "NO_ALARM" else "COMM", own)
        assert faulty.get("SEVR") == shown
        await faulty.inject("alarm", "NO_ALARM")
        assert faulty.get("SEVR") == own

    run(scenario)


def test_late_alarm_follows_with_the_late_value():
    async def scenario(faulty):
        watching = await faulty.watch()
        await faulty.inject("late", 1.0)
        await faulty.record.set_alarm("COMM", "INVALID")
        assert watching.severities == [0]
        await asyncio.sleep(2)
        assert watching.times[-1] == pytest.approx(1.0)
        assert watching.severities[-1] == SEVERITY["INVALID"]

    run(scenario)


def test_readbacks_are_nan_at_once_and_the_truth_comes_back_at_once():
    async def scenario(faulty):
        await faulty.record.post(RBV=2.0, VAL=2.0)
        watching = await faulty.watch()
        await faulty.inject("nan")
        assert math.isnan(faulty.get())
        assert faulty.get("VAL") == 2.0
        assert faulty.record.number("RBV") == 2.0
        await faulty.inject("nan", "No")
        assert watching.values == pytest.approx([2.0, math.nan, 2.0], nan_ok=True)

    run(scenario)


# --- times


@pytest.mark.parametrize("off", [3600.0, -3600.0, -9e8])
def test_what_is_shown_carries_a_wrong_time_until_the_fault_is_off(off):
    async def scenario(faulty):
        channel = faulty.record.channel("RBV")
        await faulty.inject("stamp", off)
        await faulty.record.post(1.7e9, RBV=1.0)
        assert channel.timestamp == 1.7e9 + off
        await faulty.inject("stamp", 0.0)
        await faulty.record.post(1.7e9 + 1, RBV=2.0)
        assert channel.timestamp == 1.7e9 + 1

    run(scenario)


def test_times_that_epics_cannot_tell_are_the_first_or_the_last_that_it_can():
    async def scenario(faulty):
        channel = faulty.record.channel("RBV")
        await faulty.inject("stamp", -1e9)
        await faulty.record.post(1e9, RBV=1.0)
        assert channel.timestamp == EPOCH
        await faulty.inject("stamp", 1e9)
        await faulty.record.post(4.8e9, RBV=1.0)
        assert channel.timestamp == EPOCH + 2**32 - 1

    run(scenario)


def test_a_record_without_a_time_shows_the_year_1990():
    async def scenario(faulty):
        await faulty.inject("stamp", 5.0)
        await faulty.inject("unstamped")
        await faulty.record.post(1.7e9, RBV=1.0)
        assert faulty.record.channel("RBV").timestamp == EPOCH
        assert faulty.record.channel("DESC").timestamp == EPOCH  # that nobody has asked for before

    run(scenario)


def test_a_late_value_has_its_wrong_time_once():
    async def scenario(faulty):
        watching = await faulty.watch()
        await faulty.inject("late", 1.0)
        await faulty.inject("stamp", 100.0)
        await faulty.record.post(1.7e9, RBV=1.0)
        await asyncio.sleep(2)
        assert watching.values == [0.0, 1.0]
        assert faulty.record.channel("RBV").timestamp == 1.7e9 + 100

    run(scenario)


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        (1.0, 1, True),
        (1.0, 2.0, False),
        (math.nan, math.nan, True),
        (math.nan, 1.0, False),
        ("a", "a", True),
        ("a", "b", False),
        (np.array([1.0, math.nan]), np.array([1.0, math.nan]), True),
        (np.array([1, 2]), np.array([1, 2, 3]), False),
    ],
    ids=str,
)
def test_values_are_equal_where_a_client_could_not_tell_them_apart(one, other, equal):
    assert are_equal(one, other) is equal
