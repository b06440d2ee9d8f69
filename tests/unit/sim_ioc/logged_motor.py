"""A motor record without a network, that remembers what it posted."""

import asyncio
import time

from sim_ioc.channel_access.fields import checked
from sim_ioc.motion.motor import Motor
from sim_ioc.motion.motor_settings import MotorSettings
from sim_ioc.motion.motor_status import Status
from sim_ioc.site import Site
from tests.unit.sim_ioc.virtual_time import simulate, virtual_clock

SETTINGS = MotorSettings(name="m", description="test axis", velocity=2.0)
#: The same without anything that stops it.
WITHOUT_SWITCHES = SETTINGS.model_copy(update={"low_switch": None, "high_switch": None})
#: No soft limits: only switches, at −10.5 and 11 in dial coordinates, stop it.
BETWEEN_SWITCHES = MotorSettings(
    name="m", velocity=2.0, low=0.0, high=0.0, low_switch=-10.5, high_switch=11.0
)


class LoggedMotor(Motor):
    """Keep what is posted, as a client that monitors everything would."""

    def __init__(self, settings: MotorSettings = SETTINGS, **options):
        self.log = []
        super().__init__(settings, Site("", virtual_clock(**options)))

    async def post(self, timestamp=None, /, **values):
        stamp = time.time() if timestamp is None else timestamp
        self.log += [(name, value, stamp) for name, value in values.items()]
        await super().post(stamp, **values)

    async def fail(self, name, value):
        """Put a fault, as its PV does."""
        self.make_faults().values[name] = value
        await self.heed(name)

    async def caput(self, name, value):
        field = self.fields[name]
        await self.put(field, checked(field, value))

    def posted(self, *names):
        return [(name, value) for name, value, _ in self.log if name in names]


def settings(**changes):
    """Return the settings of the test axis with some of them changed."""
    return MotorSettings(**(SETTINGS.model_dump() | changes))


def status(motor):
    return Status(int(motor.values["MSTA"]))


def run(scenario, **options):
    """Run a coroutine function on a fresh motor; return the motor."""

    async def main():
        motor = LoggedMotor(**options)
        async with asyncio.timeout(1000):
            await scenario(motor)
        return motor

    return simulate(main())


async def begin(motor, name, value, seconds):
    """Start a put and look again after `seconds`; return the put."""
    put = asyncio.create_task(motor.caput(name, value))
    await asyncio.sleep(seconds)
    return put
