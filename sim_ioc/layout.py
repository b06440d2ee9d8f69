"""The built-in beamline as data: its axes, and where they stand at the start."""

from collections.abc import Sequence

from sim_ioc.motion.motor_settings import MotorSettings
from sim_ioc.physics.monochromator import (
    bragg_angle,
    fixed_exit_gap,
    fixed_exit_translation,
)
from sim_ioc.physics.rates import DEFAULT_OPTICS

_START_ENERGY = 9000.0


def builtin_axes() -> Sequence[MotorSettings]:
    """Return the settings of each axis."""
    bragg = bragg_angle(_START_ENERGY)
    height = DEFAULT_OPTICS.exit_height
    gap = fixed_exit_gap(bragg, height)
    translation = fixed_exit_translation(bragg, height)
    return (
        MotorSettings(
            name="mono:bragg",
            description="Bragg angle",
            unit="deg",
            low=3.0,
            high=65.0,
            position=bragg,
            resolution=1e-6,
            precision=6,
        ),
        MotorSettings(
            name="mono:gap",
            description="Gap between crystals",
            low=10.0,
            high=32.0,
            position=gap,
            resolution=1e-5,
            precision=5,
        ),
        MotorSettings(
            name="mono:translation",
            description="Second crystal along beam",
            low=5.0,
            high=250.0,
            position=translation,
            velocity=5.0,
        ),
        _stage("sample:x", "Sample horizontal", 25.0, 2.0),
        _stage("sample:y", "Sample vertical", 25.0, 2.0),
        _stage("sample:theta", "Sample rotation", 180.0, 10.0, "deg"),
        _blades("slit:hgap", "Slit horizontal gap", 20.0, 1.5),
        _blades("slit:vgap", "Slit vertical gap", 10.0, 1.0),
    )


def _stage(name: str, words: str, reach: float, speed: float, unit: str = "mm") -> MotorSettings:
    return MotorSettings(
        name=name, description=words, unit=unit, low=-reach, high=reach, velocity=speed
    )


def _blades(name: str, words: str, widest: float, opening: float) -> MotorSettings:
    return MotorSettings(name=name, description=words, low=-0.1, high=widest, position=opening)
