"""L7: hundreds of devices when a session opens, a tenth of them dead."""

import asyncio
import time

import pytest

from devices import Health
from devices.signals import EpicsChannel
from sim_ioc.beamline import Beamline
from sim_ioc.layout import builtin_beamline
from sim_ioc.listing import pv_rows
from tests.waiting import PATIENCE, wait_until

DEVICES = 500
#: Seconds that are waited for those that never answer.
DEADLINE = 10.0


async def served():
    settings = builtin_beamline().model_copy(update={"prefix": "I:"})
    return [row.name for row in pv_rows(Beamline(settings).database.records.values())]


@pytest.fixture
def many(instant_ioc):
    names = [name for name in asyncio.run(served()) if "." in name]
    made = {}
    for number in range(DEVICES):
        pv = f"I:nobody:{number}" if number % 10 == 0 else names[number]
        made[f"device_{number}"] = EpicsChannel(pv, name=f"device_{number}")
    yield made
    for device in made.values():
        device.destroy()


def test_hundreds_of_devices_connect_together_and_the_dead_are_named(many):
    """One after the other, the dead alone would take minutes."""
    dead = [f"device_{number}" for number in range(0, DEVICES, 10)]
    began = time.monotonic()
    health = Health(many).connect(DEADLINE)
    assert time.monotonic() - began < DEADLINE + 2 * PATIENCE
    # on a machine that others use as well
    wait_until("the others are there", lambda: list(health.dead) == dead, 2 * PATIENCE)
    reason = health.dead["device_10"].reason
    assert reason == "1 of 1 channels do not answer: I:nobody:10"
