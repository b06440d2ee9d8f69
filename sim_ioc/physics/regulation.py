"""A temperature controller at work: every half second it reads the sensor and sets the heater."""

import math
from dataclasses import dataclass

from sim_ioc.physics.thermal import Gains, Plant, PlantConstants, Regulator, ramped

#: Seconds between two readings of the sensor.
STEP = 0.5
#: Steps made in one go at most. Time before them goes by in so many longer ones, in which the
#: heater gets what holds the setpoint: for them the plant is exact, but the regulator too slow.
MOST_STEPS, LONG_STEPS = 4_000, 1_000


@dataclass(frozen=True, slots=True)
class Demand:
    """Say what a controller shall do: °C, K/s (0: no ramp), % of a heater of `heater` W.

    Within `tolerance` K of the target the reading counts as arrived.
    """

    is_regulated: bool
    target: float
    ramp: float = 0.0
    heater: float = 50.0
    manual_output: float = 0.0
    tolerance: float = 0.1


class Regulation:
    """Hold a plant and its regulator at one moment, and go forward in steps of `STEP`."""

    def __init__(self, constants: PlantConstants, gains: Gains, demand: Demand) -> None:
        self.plant = Plant(constants)
        self.regulator = Regulator(gains)
        self.demand = demand
        self.setpoint = demand.target
        self.output = 0.0
        #: Since when, in the plant's time, the reading has been where it shall be.
        self._inside_since = math.inf

    @property
    def reading(self) -> float:
        """Return what the sensor shows, in °C."""
        return self.plant.state.reading

    def change(self, demand: Demand) -> None:
        """Follow a new demand; the output does not jump where the regulator takes over."""
        if demand.is_regulated and not self.demand.is_regulated:
            self.setpoint = self.reading
            self.regulator.take_over(self.output, self.reading, self.reading)
        if demand.ramp <= 0:
            self.setpoint = demand.target
        self.demand = demand
        self._inside_since = math.inf
        self._heat()

    def advance(self, time: float) -> None:
        """Go forward to a simulated time, as far as whole steps lead."""
        behind = time - self.plant.time
        if behind > MOST_STEPS * STEP:
            self._hurry(behind - MOST_STEPS * STEP)
            behind = MOST_STEPS * STEP
        for _ in range(int(behind / STEP)):
            self._step()

    def settle(self) -> None:
        """Be where the demand leads, without any time passing."""
        self.setpoint = self.demand.target
        if self.demand.is_regulated:
            self.output = self._holding()
        self.plant.rest(self._power)
        self.regulator.take_over(self.output, self.setpoint, self.reading)
        self._inside_since = -math.inf

    def is_settled(self, tolerance: float) -> bool:
        """Say whether nothing happens any more: no regulation, and all within `tolerance` K."""
        return not self.demand.is_regulated and self.plant.is_at_rest(tolerance)

    def is_in_position(self, seconds: float) -> bool:
        """Say whether the reading has been within the tolerance of the target for so long."""
        return self.plant.time - self._inside_since >= seconds

    def _note_arrival(self) -> None:
        target, tolerance = self.demand.target, self.demand.tolerance
        if self.setpoint != target or abs(self.reading - target) > tolerance:
            self._inside_since = math.inf
        elif self._inside_since == math.inf:
            self._inside_since = self.plant.time

    def _step(self) -> None:
        self.plant.advance(self.plant.time + STEP)
        demand = self.demand
        self._note_arrival()
        if demand.is_regulated:
            self.setpoint = ramped(self.setpoint, demand.target, demand.ramp, STEP)
            self.output = self.regulator.output(self.setpoint, self.reading, STEP)
        self._heat()

    def _hurry(self, seconds: float) -> None:
        """Let more time pass than short steps can; ramps go at their rate."""
        demand, step = self.demand, seconds / LONG_STEPS
        for _ in range(LONG_STEPS):
            if demand.is_regulated:
                self.setpoint = ramped(self.setpoint, demand.target, demand.ramp, step)
                self.output = self._holding()
            self._heat()
            self.plant.advance(self.plant.time + step)
            self._note_arrival()
        self.regulator.take_over(self.output, self.setpoint, self.reading)

    def _holding(self) -> float:
        """Return the output in % that holds the setpoint, as far as the heater can."""
        constants, heater = self.plant.constants, self.demand.heater
        wanted = (self.setpoint - constants.ambient) * constants.conductance
        return 100 * min(max(wanted, 0.0), heater) / heater if heater else 0.0

    def _heat(self) -> None:
        if not self.demand.is_regulated:
            self.output = self.demand.manual_output
        self.plant.heat(self._power)

    @property
    def _power(self) -> float:
        return self.demand.heater * self.output / 100
