"""The fields of our scaler record: names, types and menus of the synApps scaler record.

Source: scalerRecord.dbd of https://github.com/epics-modules/scaler.
"""

from sim_ioc.channel_access.fields import Field, Kind, double, menu, readback, short, string, table
from sim_ioc.channel_access.record import COMMON_FIELDS

#: Channels that a record has fields for; clients connect to all of them.
FIELD_CHANNELS = 32
_STATES = ("Done", "Count")


def _channel_fields(number: int) -> tuple[Field, ...]:
    return (
        readback(f"S{number}", f"Counts of channel {number}"),
        string(f"NM{number}", f"Name of channel {number}"),
        double(f"PR{number}", f"Preset of channel {number}"),
        menu(f"G{number}", f"Channel {number} stops the count at its preset", ("N", "Y")),
        menu(f"D{number}", f"Direction of channel {number}", ("Up", "Dn")),
    )


_RECORD = (
    readback("VAL", "Time counted", "s"),
    menu("CNT", "Count", _STATES),
    Field("PCNT", Kind.ENUM, "What CNT was before", choices=_STATES, writable=False),
    menu("CONT", "Count again and again when idle", ("OneShot", "AutoCount")),
    short("SS", "State of the counters: 0 idle, 1 waiting, 2 counting", writable=False),
    short(
        "US", "State of the count asked for: 0 idle, 1 waiting, 2 asked, 3 counting", writable=False
    ),
    double("TP", "Time to count", 1.0, "s"),
    double("TP1", "Time to count in auto-count", 1.0, "s"),
    double("DLY", "Delay before counting", 0.0, "s"),
    double("DLY1", "Delay before auto-count", 0.0, "s"),
    double("RATE", "Updates per second while counting", 20.0, "Hz"),
    double("RAT1", "Updates per second in auto-count", 20.0, "Hz"),
    double("FREQ", "Frequency of the clock", 1e7, "Hz"),
    readback("T", "Time counted", "s"),
    Field("NCH", Kind.SHORT, "Channels connected", 8, writable=False),
    short("CARD", "Card in the crate", writable=False),
    string("OUT", "Connection to the electronics", "@simulated", writable=False),
    string("COUT", "Link told of CNT when counting begins and ends"),
    string("COUTP", "Link told of CNT as soon as it is put"),
    Field("VERS", Kind.FLOAT, "Version of the record", 3.19, writable=False),
    string("EGU", "Unit", "counts"),
    short("PREC", "Decimals to show", 3),
)

SCALER_FIELDS = table(
    (
        *_RECORD,
        *(field for number in range(1, FIELD_CHANNELS + 1) for field in _channel_fields(number)),
        *COMMON_FIELDS,
    )
)
