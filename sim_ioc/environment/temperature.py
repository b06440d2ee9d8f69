"""A temperature controller: setpoints that ramp, a heater, a sensor and a PID between them."""

import asyncio
from functools import partial

from sim_ioc.channel_access.fields import Field, Kind, double, menu, readback, table
from sim_ioc.channel_access.group import Group
from sim_ioc.environment.temperature_settings import TemperatureSettings
from sim_ioc.errors import PutRefusedError
from sim_ioc.physics.regulation import Demand, Regulation
from sim_ioc.physics.thermal import Gains
from sim_ioc.site import Site

__all__ = ["Temperature", "TemperatureSettings"]

#: Simulated seconds between two looks while anything happens, as real ones at least and at most.
_PERIOD, _SHORTEST, _LONGEST = 0.5, 0.1, 0.5
#: K from its final temperature at which a plant without regulation is at rest.
_REST = 1e-3
_NO_YES = ("No", "Yes")
_MANUAL, _PID = 0, 1
#: Parts of the heater's power, as the ranges of such controllers go in decades.
_RANGES = {"Off": 0.0, "Low": 0.01, "Medium": 0.1, "High": 1.0}
#: What takes any number from 0 on.
_NOT_NEGATIVE = ("ramp", "P", "I", "D", "tolerance", "settle_time")

_FIELDS = table(
    (
        Field(
            "setpoint",
            Kind.DOUBLE,
            "Temperature wanted",
            unit="degC",
            limits=("setpoint_low", "setpoint_high"),
        ),
        readback("setpoint_RBV", "Setpoint in force, on its ramp", "degC"),
        readback("setpoint_low", "Lowest setpoint taken", "degC"),
        readback("setpoint_high", "Highest setpoint taken", "degC"),
        readback("readback", "Temperature read", "degC"),
        double("ramp", "Ramp rate", unit="K/min"),
        menu("ramp_on", "Whether setpoints ramp", ("Off", "On")),
        Field("ramp_active", Kind.ENUM, "Ramp under way", choices=_NO_YES, writable=False),
        double("P", "Proportional gain", unit="%/K"),
        double("I", "Integral gain", unit="1/s"),
        double("D", "Derivative time", unit="s"),
        menu("mode", "Who sets the heater", ("Manual", "PID")),
        menu("range", "Range of the heater", tuple(_RANGES)),
        double("heater", "Output in mode Manual", unit="%"),
        readback("output", "Output to the heater", "%"),
        readback("power", "Power of the heater", "W"),
        double("tolerance", "Distance that counts as arrived", unit="K"),
        double("settle_time", "Time within it that counts as arrived", unit="s"),
        Field("in_position", Kind.ENUM, "Arrived at setpoint", choices=_NO_YES, writable=False),
        readback("ambient", "Temperature of the surroundings", "degC"),
    )
)


class Temperature:
    """Serve one controller.

    A put of a setpoint completes at once, after `in_position` has become No; that becomes Yes when
    the reading has stayed within `tolerance` for `settle_time`. In an instant beamline it has
    arrived when the put completes.
    """

    def __init__(self, settings: TemperatureSettings, site: Site) -> None:
        self.settings = settings
        self._clock = site.clock
        self._random = site.random(settings.name)
        self.group = Group(site.pv(settings.name) + ":", _FIELDS, **_initial(settings))
        gains = Gains(settings.p, settings.i, settings.d)
        self.regulation = Regulation(settings.plant, gains, self._demand())
        self.regulation.plant.time = site.clock.now()
        self.records = [self.group]
        self._wanted = asyncio.Event()
        self.group.values |= self._readings()
        self.group.handlers = {
            "setpoint": self._put_setpoint,
            "heater": self._put_heater,
            **{name: partial(self._put_choice, name) for name in ("mode", "range", "ramp_on")},
            **{name: partial(self._put_not_negative, name) for name in _NOT_NEGATIVE},
        }

    # --- puts

    async def _put_setpoint(self, degrees: float) -> None:
        low, high = self.group.number("setpoint_low"), self.group.number("setpoint_high")
        if not low <= degrees <= high:
            raise PutRefusedError(
                f"setpoint takes {low:g} to {high:g} degC, not {degrees:g}: nothing has changed."
            )
        await self._change(setpoint=degrees)

    async def _put_heater(self, percent: float) -> None:
        if not 0 <= percent <= 100:
            raise PutRefusedError(f"heater takes 0 to 100 %, not {percent:g}.")
        await self._change(heater=percent)

    async def _put_choice(self, name: str, index: int) -> None:
        await self._change(**{name: index})

    async def _put_not_negative(self, name: str, number: float) -> None:
        if number < 0:
            raise PutRefusedError(f"{name} takes 0 or more, not {number:g}.")
        await self._change(**{name: number})

    async def _change(self, **values: float) -> None:
        """Do from now on what the PVs say."""
        self.regulation.advance(self._clock.now())
        await self.group.post(**values)
        number = self.group.number
        self.regulation.regulator.gains = Gains(number("P"), number("I"), number("D"))
        self.regulation.change(self._demand())
        if self._clock.instant:
            self.regulation.settle()
        self._wanted.set()
        await self._show()

    def _demand(self) -> Demand:
        number = self.group.number
        part = tuple(_RANGES.values())[int(number("range"))]
        return Demand(
            is_regulated=int(number("mode")) == _PID,
            target=number("setpoint"),
            ramp=number("ramp") / 60 if number("ramp_on") else 0.0,
            heater=self.settings.heater * part,
            manual_output=number("heater"),
            tolerance=number("tolerance"),
        )

    # --- what happens by itself

    async def run(self) -> None:
        """Regulate twice a second, or more often where simulated time runs fast.

        Nothing happens once a plant that nobody regulates rests.
        """
        period = min(max(self._clock.real(_PERIOD), _SHORTEST), _LONGEST)
        while True:
            self._wanted.clear()
            if self.regulation.is_settled(_REST):
                await self._wanted.wait()
            await asyncio.sleep(period)
            if not self._clock.instant:
                self.regulation.advance(self._clock.now())
            await self._show()

    async def _show(self) -> None:
        await self.group.post_changes(**self._readings())

    def _rounded(self, setpoint: float) -> float:
        step = self.settings.resolution
        return round(setpoint / step) * step if step else setpoint

    def _readings(self) -> dict[str, float]:
        regulation, number = self.regulation, self.group.number
        noise = self.settings.noise * float(self._random.standard_normal())
        ramping = regulation.demand.is_regulated and (
            regulation.setpoint != regulation.demand.target
        )
        arrived = regulation.is_in_position(number("settle_time"))
        return {
            "setpoint_RBV": self._rounded(regulation.setpoint),
            "readback": regulation.reading + noise,
            "ramp_active": int(ramping),
            "output": regulation.output,
            "power": regulation.plant.power,
            "in_position": int(arrived),
        }


def _initial(settings: TemperatureSettings) -> dict[str, float]:
    return {
        "setpoint": min(max(settings.ambient, settings.lowest), settings.highest),
        "setpoint_low": settings.lowest,
        "setpoint_high": settings.highest,
        "ramp": settings.ramp,
        "ramp_on": int(settings.ramp_on),
        "P": settings.p,
        "I": settings.i,
        "D": settings.d,
        "mode": _PID,
        "range": tuple(_RANGES).index("High"),
        "tolerance": settings.tolerance,
        "settle_time": settings.settle_time,
        "ambient": settings.ambient,
        "PREC": 3,
    }
