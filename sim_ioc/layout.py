"""The built-in beamline as data: its axes, and where they stand at the start."""

from collections.abc import Mapping

from sim_ioc.motor_fields import MotorSettings
from sim_ioc.physics.monochromator import (
    bragg_angle,
    fixed_exit_gap,
    fixed_exit_translation,
)
from sim_ioc.physics.rates import DEFAULT_OPTICS

_START_ENERGY = 9000.0


def builtin_axes() -> Mapping[str, MotorSettings]:
    """Return the settings of each axis by the name that follows the prefix."""
    bragg = bragg_angle(_START_ENERGY)
    height = DEFAULT_OPTICS.exit_height
    gap = fixed_exit_gap(bragg, height)
    translation = fixed_exit_translation(bragg, height)
    return {
        "mono:bragg": MotorSettings(
            "Bragg angle", "deg", 3.0, 65.0, bragg, 1.0, resolution=1e-6, precision=6
        ),
        "mono:gap": MotorSettings(
            "Gap between crystals", "mm", 10.0, 32.0, gap, 1.0, resolution=1e-5, precision=5
        ),
        "mono:translation": MotorSettings(
            "Second crystal along beam", "mm", 5.0, 250.0, translation, 5.0
        ),
        "sample:x": MotorSettings("Sample horizontal", "mm", -25.0, 25.0, 0.0, 2.0),
        "sample:y": MotorSettings("Sample vertical", "mm", -25.0, 25.0, 0.0, 2.0),
        "sample:theta": MotorSettings("Sample rotation", "deg", -180.0, 180.0, 0.0, 10.0),
        "slit:hgap": MotorSettings("Slit horizontal gap", "mm", -0.1, 20.0, 1.5, 1.0),
        "slit:vgap": MotorSettings("Slit vertical gap", "mm", -0.1, 10.0, 1.0, 1.0),
    }
