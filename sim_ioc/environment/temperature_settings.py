"""What describes a temperature controller, its heater, its sensor and what it heats."""

from typing import Literal

from sim_ioc.physics.thermal import Gains, PlantConstants
from sim_ioc.settings import PartName, PartSettings, setting

_PLANT, _GAINS = PlantConstants(), Gains()


class TemperatureSettings(PartSettings):
    """Describe a temperature controller and its plant."""

    kind: Literal["temperature"] = "temperature"
    name: PartName = setting(
        default="temp", description="What follows the prefix in the names of its PVs"
    )
    capacity: float = setting(
        default=_PLANT.capacity, gt=0.0, le=1e9, description="Heat capacity, J/K"
    )
    conductance: float = setting(
        default=_PLANT.conductance,
        gt=0.0,
        le=1e9,
        description="Loss to the surroundings, W/K",
    )
    delay: float = setting(
        default=_PLANT.delay, ge=0.0, le=1e4, description="Time from heater to sample, s"
    )
    sensor_lag: float = setting(
        default=_PLANT.sensor_lag, ge=0.0, le=1e4, description="Time constant of the sensor, s"
    )
    ambient: float = setting(
        default=_PLANT.ambient, ge=-273.15, le=2000.0, description="Surroundings, degC"
    )
    noise: float = setting(
        default=0.002, ge=0.0, le=100.0, description="Noise shown, standard deviation, K"
    )
    resolution: float = setting(
        default=0.0,
        ge=0.0,
        le=100.0,
        description="Steps in which the setpoint in force is shown, K; 0: as it is",
    )
    heater: float = setting(default=50.0, gt=0.0, le=1e6, description="Power of the heater, W")
    lowest: float = setting(
        default=0.0, ge=-273.15, le=5000.0, description="Lowest setpoint taken, degC"
    )
    highest: float = setting(
        default=300.0, ge=-273.15, le=5000.0, description="Highest setpoint taken, degC"
    )
    ramp: float = setting(default=10.0, ge=0.0, le=1e6, description="Ramp rate, K/min")
    ramp_on: bool = setting(default=False, description="Whether setpoints ramp at the start")
    p: float = setting(default=_GAINS.proportional, ge=0.0, le=1e6, description="P, %/K")
    i: float = setting(default=_GAINS.integral, ge=0.0, le=1e6, description="I, 1/s")
    d: float = setting(default=_GAINS.derivative, ge=0.0, le=1e6, description="D, s")
    tolerance: float = setting(
        default=0.1, gt=0.0, le=1e3, description="Distance that counts as arrived, K"
    )
    settle_time: float = setting(
        default=5.0, ge=0.0, le=1e6, description="Time within it that counts as arrived, s"
    )

    @property
    def plant(self) -> PlantConstants:
        """Return the plant as the physics describes it."""
        return PlantConstants(
            self.capacity, self.conductance, self.delay, self.sensor_lag, self.ambient
        )
