"""The fields of our mca record: names, types and menus of the synApps mca record.

Source: mcaRecord.dbd of https://github.com/epics-modules/mca.
"""

from collections.abc import Mapping
from functools import lru_cache

from sim_ioc.channel_access.fields import (
    Field,
    Kind,
    array,
    double,
    menu,
    readback,
    short,
    string,
    table,
)
from sim_ioc.channel_access.record import COMMON_FIELDS

REGIONS = 32
_DONE_ACQUIRE = ("Done", "Acquire")
_DONE_READ = ("Done", "Read")
_SEVERITIES = ("NO_ALARM", "MINOR", "MAJOR", "INVALID")


def _long(name: str, description: str, initial: int = 0, *, writable: bool = True) -> Field:
    return Field(name, Kind.LONG, description, initial, writable=writable)


def _region_fields(number: int) -> tuple[Field, ...]:
    name, words = f"R{number}", f"Region {number}"
    return (
        _long(f"{name}LO", f"{words}: lowest channel, -1 for none", -1),
        _long(f"{name}HI", f"{words}: highest channel, -1 for none", -1),
        short(f"{name}BG", f"{words}: channels averaged for background, -1 for none"),
        menu(f"{name}IP", f"{words}: acquisition ends at its preset", ("N", "Y")),
        string(f"{name}NM", f"{words}: name"),
        readback(name, f"{words}: counts"),
        readback(f"{name}N", f"{words}: counts above background"),
        double(f"{name}P", f"{words}: preset of counts above background"),
    )


_ACQUISITION = (
    menu("STRT", "Start", _DONE_ACQUIRE),
    menu("ERST", "Erase and start", _DONE_ACQUIRE),
    menu("STOP", "Stop", _DONE_ACQUIRE),
    Field("ACQG", Kind.ENUM, "Acquiring", choices=_DONE_ACQUIRE, writable=False),
    menu("READ", "Read the spectrum", _DONE_READ),
    Field("RDNG", Kind.ENUM, "Reading the spectrum", choices=_DONE_READ, writable=False),
    Field("RDNS", Kind.ENUM, "Reading the status", choices=_DONE_READ, writable=False),
    menu("ERAS", "Erase", ("Done", "Erase")),
    short("PROC", "Any put reads the status"),
    menu("CHAS", "Source of channel advance", ("Internal", "External")),
    _long("SEQ", "Number of the time sequence"),
    double("DWEL", "Time per channel", 1.0, "s"),
    _long("PSCL", "Channel advance pulses per channel", 1),
    double("PRTM", "Preset real time, 0 for none", 0.0, "s"),
    double("PLTM", "Preset live time, 0 for none", 0.0, "s"),
    double("PCT", "Preset counts between PCTL and PCTH, 0 for none"),
    _long("PCTL", "Lowest channel of the preset counts"),
    _long("PCTH", "Highest channel of the preset counts"),
    _long("PSWP", "Preset number of sweeps", 1),
    menu("MODE", "Pulse heights, or counts in time", ("PHA", "MCS", "List")),
)
_STATUS = (
    readback("ERTM", "Elapsed real time", "s"),
    readback("ELTM", "Elapsed live time", "s"),
    readback("DTIM", "Average dead time", "%"),
    readback("IDTIM", "Dead time since the last status", "%"),
    string("STIM", "When acquisition stopped", writable=False),
    readback("RTIM", "When the spectrum was read, EPICS epoch", "s"),
    _long("ACT", "Counts between PCTL and PCTH", writable=False),
    Field("NACK", Kind.SHORT, "The electronics did not answer", writable=False),
    Field("VERS", Kind.DOUBLE, "Version of the record", 5.0, writable=False),
)
_CALIBRATION = (
    double("CALO", "Calibration: offset", 0.0, "{EGU}"),
    double("CALS", "Calibration: slope, per channel", 1.0, "{EGU}"),
    double("CALQ", "Calibration: quadratic, per channel squared", 0.0, "{EGU}"),
    double("TTH", "Two theta", 10.0, "deg"),
    string("EGU", "Unit of the calibration"),
    short("PREC", "Decimals to show", 3),
    double("HOPR", "High operating range"),
    double("LOPR", "Low operating range"),
)
_ALARMS = (
    double("HIHI", "Dead time of the severe alarm", 70.0, "%"),
    double("HIGH", "Dead time of the alarm", 40.0, "%"),
    double("LOW", "Not used", 0.0, "%"),
    double("LOLO", "Not used", 0.0, "%"),
    double("HYST", "Dead time below an alarm that ends it", 2.0, "%"),
    menu("HHSV", "Severity above HIHI", _SEVERITIES, 2),
    menu("HSV", "Severity above HIGH", _SEVERITIES, 1),
    menu("LSV", "Not used", _SEVERITIES),
    menu("LLSV", "Not used", _SEVERITIES),
)


@lru_cache(maxsize=32)
def mca_fields(channels: int) -> Mapping[str, Field]:
    """Return the fields of a record with so many channels; records of one size share them."""
    return table(
        (
            array("VAL", Kind.LONG, "Counts in each channel", channels, "counts"),
            array("BG", Kind.LONG, "Background in the regions", channels, "counts"),
            _long("NMAX", "Channels there are", channels, writable=False),
            _long("NUSE", "Channels used", channels),
            _long("NORD", "Channels read", writable=False),
            string("FTVL", "Type of the spectrum", "LONG", writable=False),
            *_ACQUISITION,
            *_STATUS,
            *_CALIBRATION,
            *_ALARMS,
            *(field for number in range(REGIONS) for field in _region_fields(number)),
            *COMMON_FIELDS,
        )
    )
