"""The PVs of a position compare.

Names and menus as in XPSPositionCompare.db of https://github.com/epics-motor/motorNewport, and more
that make the pulses visible.
"""

from collections.abc import Mapping
from functools import lru_cache

from sim_ioc.channel_access.fields import Field, Kind, array, double, menu, readback, table

MODES = ("Disable", "Position compare", "AquadB windowed", "AquadB always", "Array")
DIRECTIONS = ("Both", "Positive", "Negative")
#: Microseconds.
_PULSE_WIDTHS = ("0.2", "1.0", "2.5", "10.0")
_SETTLING_TIMES = ("0.075", "1.0", "4.0", "12.0")


def _with_readback(field: Field) -> tuple[Field, Field]:
    shown = Field(
        f"{field.name}_RBV",
        field.kind,
        f"{field.description}, as set",
        field.initial,
        field.choices,
        field.unit,
        writable=False,
    )
    return field, shown


@lru_cache(maxsize=8)
def compare_fields(pulses: int) -> Mapping[str, Field]:
    """Return the members of the group for arrays of so many pulses."""
    settable = (
        menu("PositionCompareMode", "What gives pulses; any but Disable arms", MODES),
        double("PositionCompareMinPosition", "First position", 0.0, "{EGU}"),
        double("PositionCompareMaxPosition", "No position is beyond it", 0.0, "{EGU}"),
        double("PositionCompareStepSize", "From one position to the next", 0.0, "{EGU}"),
        menu("PositionComparePulseWidth", "Width of a pulse in µs", _PULSE_WIDTHS),
        menu("PositionCompareSettlingTime", "Filter of the encoder in µs", _SETTLING_TIMES),
    )
    return table(
        (
            *(each for field in settable for each in _with_readback(field)),
            array(
                "Positions",
                Kind.DOUBLE,
                "Positions of the mode Array",
                pulses,
                "{EGU}",
                writable=True,
            ),
            menu("Direction", "Which way the axis must go", DIRECTIONS),
            menu("Armed", "Gives pulses", ("No", "Yes")),
            Field("PulseCount", Kind.LONG, "Pulses since it was armed", writable=False),
            array("PulsePositions", Kind.DOUBLE, "Where the pulses were", pulses, "{EGU}"),
            array("PulseTimes", Kind.DOUBLE, "When, simulated, since it was armed", pulses, "s"),
            readback("Rate", "Pulses per simulated second between the last two", "Hz"),
        )
    )
