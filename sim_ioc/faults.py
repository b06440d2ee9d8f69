"""What can be made to go wrong, record by record, through PVs of their own.

The faults of a record ``BL:sample:x`` are PVs ``BL:sample:x:fault:refuse`` and so on; those of a
group ``BL:cam1:`` are ``BL:cam1:fault:…``, those of the whole server ``BL:sim:fault:…``. They exist
for every record and cost nothing until somebody asks for one. What each must lead to is in the
fault catalogue (H1 to H20). Seconds of faults are real ones, whatever the time factor: they
imitate networks and computers, which no simulation hurries.
"""

from collections.abc import Mapping

from sim_ioc.channel_access.fields import Field, Value, double, menu, short, table

_NO_YES = ("No", "Yes")

#: What can happen to any record.
RECORD_FAULTS = table(
    (
        menu("refuse", "Every put is refused with an error and changes nothing", _NO_YES),
        menu("hold", "Puts act, but complete only when this is No again", _NO_YES),
        double("slow", "Every put, STOP too, waits so long before it acts", unit="s"),
        double("late", "Monitors follow so long after values and completions", unit="s"),
        menu("quiet", "No monitor for a value that did not change, as with MDEL=0", _NO_YES),
        menu("mute", "No monitor at all; a get still tells the truth", _NO_YES),
        menu("alarm", "Least severity of all values", ("NO_ALARM", "MINOR", "MAJOR", "INVALID")),
        menu("nan", "Readbacks are NaN, until this is No again", _NO_YES),
        double("stamp", "Added to the time of each value from now on", unit="s"),
        menu("unstamped", "The time of each value from now on is zero: 1990", _NO_YES),
    )
)
#: What can happen to an axis besides.
MOTOR_FAULTS = RECORD_FAULTS | table(
    (
        double("stall", "The next moves get stuck after this part of the way; 0: none, 1: arrive"),
        menu("lie", "A stalled or displaced axis reports the target as its readback", _NO_YES),
        menu("endless", "DMOV stays 0 when the axis has arrived", _NO_YES),
        double("noise", "Standard deviation of the readback", unit="{EGU}"),
        double("coarse", "Readback is rounded to multiples of this", unit="{EGU}"),
        menu("limit_switch", "A limit switch closes", ("None", "Low", "High")),
        menu("comm_error", "The controller does not answer: MSTA says so", _NO_YES),
    )
)
#: What can happen to a camera besides.
CAMERA_FAULTS = RECORD_FAULTS | table(
    (
        short("lose", "One frame in this many is lost; 0: none"),
        menu("endless", "An exposure never ends", _NO_YES),
    )
)
#: What can happen to a counter besides.
COUNTER_FAULTS = RECORD_FAULTS | table((menu("endless", "A count never ends", _NO_YES),))
#: What can happen to the whole server, PVs ``BL:sim:fault:…``.
SERVER_FAULTS = table(
    (
        menu("drop", "All connections are closed, once", _NO_YES),
        double("freeze", "Nothing is answered for so long, once; motion goes on", unit="s"),
        double("storm", "Updates per second of the PV sim:storm", unit="Hz"),
        menu("clear", "All faults of all records are put off, once", _NO_YES),
    )
)
#: What can happen to the storage ring, PVs ``BL:ring:fault:…``.
RING_FAULTS = RECORD_FAULTS | table((menu("dump", "The beam is lost", _NO_YES),))

_LONGEST = 3600.0
#: Thirty years: what the clock of an IOC is wrong by at the most.
_AGES = 1e9
#: Smallest and largest value of the faults that are numbers; the others take any size above 0.
RANGES: Mapping[str, tuple[float, float]] = {
    "slow": (0.0, _LONGEST),
    "late": (0.0, _LONGEST),
    "stamp": (-_AGES, _AGES),
    "stall": (0.0, 1.0),
    "noise": (0.0, 1e6),
    "coarse": (0.0, 1e6),
    "lose": (0, 32767),
    "freeze": (0.0, _LONGEST),
    "storm": (0.0, 10_000.0),
}


class Faults:
    """Hold the present faults of one record, by name."""

    def __init__(self, fields: Mapping[str, Field]) -> None:
        self.fields = fields
        self.values: dict[str, Value] = {name: field.default for name, field in fields.items()}

    def number(self, name: str) -> float:
        """Return how strong a fault is; 0 where it is absent or unknown to this record."""
        return float(self.values.get(name, 0.0))  # type: ignore[arg-type]

    def is_on(self, name: str) -> bool:
        """Say whether a fault is present."""
        return bool(self.number(name))

    def put_off(self, name: str) -> None:
        """End a fault from within, as those do that happen once; its PV follows by itself."""
        self.values[name] = self.fields[name].default

    def active(self) -> list[str]:
        """Return the faults that are present, in words: ``stall 0.6``, ``alarm MAJOR``, ``nan``."""
        return [self._words(name) for name in self.values if self.is_on(name)]

    def _words(self, name: str) -> str:
        choices = self.fields[name].choices
        if choices == _NO_YES:
            return name
        word = choices[int(self.number(name))] if choices else f"{self.number(name):g}"
        return f"{name} {word}"


#: What a record has that nobody ever asked to fail.
NO_FAULTS = Faults({})
