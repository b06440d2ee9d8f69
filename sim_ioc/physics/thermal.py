"""A heated sample: heat capacity, loss to its surroundings, delay, a slow sensor, and a regulator.

The plant is first order with dead time: C·dT/dt = P(t − delay) − G·(T − ambient), seen by a
sensor that lags by a first order of its own. Between two changes of the power all is exponential,
so a step of any length is exact (Åström & Murray, Feedback Systems, sections 3.4 and 6.3). The
regulator is the PID of their chapter 11, with derivative on the measurement, its anti-windup, and a
setpoint that ramps.
"""

import math
from collections import deque
from dataclasses import dataclass, field

#: Below this relative difference of the two time constants they are taken as equal.
_ALIKE = 1e-6


@dataclass(frozen=True, slots=True)
class PlantConstants:
    """Describe a plant: J/K, W/K, s, s, and °C around it."""

    capacity: float = 20.0
    conductance: float = 0.15
    delay: float = 1.0
    sensor_lag: float = 2.0
    ambient: float = 22.0

    @property
    def time_constant(self) -> float:
        """Return the seconds in which the plant comes within 1/e of its final temperature."""
        return self.capacity / self.conductance

    def final(self, power: float) -> float:
        """Return the temperature that a power in W leads to."""
        return self.ambient + power / self.conductance


@dataclass(frozen=True, slots=True)
class State:
    """Say how warm the sample is, and what the sensor shows of it, in °C."""

    temperature: float
    reading: float


def relax(constants: PlantConstants, seconds: float, power: float, state: State) -> State:
    """Return temperature and reading after `seconds` at a constant power at the heater."""
    final, tau, lag = constants.final(power), constants.time_constant, constants.sensor_lag
    away = state.temperature - final
    slow = math.exp(-seconds / tau)
    temperature = final + away * slow
    if lag == 0:
        return State(temperature, temperature)
    fast = math.exp(-seconds / lag)
    if abs(tau - lag) < _ALIKE * tau:
        shared = away * seconds / tau * slow
    else:
        shared = away * tau / (tau - lag) * (slow - fast)
    return State(temperature, final + (state.reading - final) * fast + shared)


class Plant:
    """Be a plant at one moment of time, in seconds; it goes forward when asked to."""

    def __init__(self, constants: PlantConstants, time: float = 0.0) -> None:
        self.constants = constants
        self.time = time
        self.power = 0.0
        self.state = State(constants.ambient, constants.ambient)
        self._arriving = 0.0
        self._on_the_way: deque[tuple[float, float]] = deque()

    def heat(self, power: float) -> None:
        """Put `power` W into the heater from now on; the plant feels it after its delay."""
        if power != self.power:
            self.power = power
            self._on_the_way.append((self.time + self.constants.delay, power))

    def advance(self, time: float) -> State:
        """Go forward to `time` and return the state there; the past cannot be asked for."""
        while self._on_the_way and self._on_the_way[0][0] <= time:
            moment, power = self._on_the_way.popleft()
            self._relax(moment)
            self._arriving = power
        self._relax(time)
        return self.state

    def rest(self, power: float) -> None:
        """Be where a constant `power` leads in the end."""
        self.power = self._arriving = power
        self._on_the_way.clear()
        final = self.constants.final(power)
        self.state = State(final, final)

    def is_at_rest(self, tolerance: float) -> bool:
        """Say whether temperature and reading are within `tolerance` K of where they end."""
        final = self.constants.final(self.power)
        away = max(abs(self.state.temperature - final), abs(self.state.reading - final))
        return not self._on_the_way and away <= tolerance

    def _relax(self, time: float) -> None:
        seconds = time - self.time
        if seconds > 0:
            self.state = relax(self.constants, seconds, self._arriving, self.state)
            self.time = time


@dataclass(frozen=True, slots=True)
class Gains:
    """Tune a regulator: % of the heater for each K, 1/s of that, and s of that."""

    proportional: float = 8.0
    integral: float = 0.02
    derivative: float = 2.0


@dataclass(slots=True)
class Regulator:
    """Turn setpoints and readings into an output from 0 to 100 %.

    u = P·(e + I·∫e dt − D·dy/dt). The integral waits while the output is at an end, and starts
    where the output was.
    """

    gains: Gains = field(default_factory=Gains)
    integral: float = 0.0
    _last: float | None = None

    def output(self, setpoint: float, reading: float, seconds: float) -> float:
        """Return the output in % for a reading `seconds` after the one before."""
        gains, error = self.gains, setpoint - reading
        slope = 0.0 if self._last is None or seconds <= 0 else (reading - self._last) / seconds
        self._last = reading
        step = gains.proportional * gains.integral * error * seconds
        wanted = gains.proportional * (error - gains.derivative * slope) + self.integral + step
        if 0 <= wanted <= 100 or (wanted > 100) != (step > 0):
            self.integral = min(max(self.integral + step, 0.0), 100.0)
        return min(max(wanted, 0.0), 100.0)

    def take_over(self, output: float, setpoint: float, reading: float) -> None:
        """Begin to regulate without a jump of the output."""
        self._last = reading
        held = output - self.gains.proportional * (setpoint - reading)
        self.integral = min(max(held, 0.0), 100.0)


def ramped(setpoint: float, target: float, rate: float, seconds: float) -> float:
    """Return the setpoint after `seconds` on its way to `target` at `rate` K/s; 0: at once."""
    if rate <= 0:
        return target
    step, left = rate * seconds, target - setpoint
    return target if abs(left) <= step else setpoint + math.copysign(step, left)
