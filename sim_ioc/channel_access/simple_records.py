"""Records of one value: a number that is shown, a switch, a word that follows it."""

from sim_ioc.channel_access.fields import Field, Kind, Value, string, table
from sim_ioc.channel_access.record import COMMON_FIELDS, Record


def shown_number(name: str, description: str, value: float, unit: str, precision: int) -> Record:
    """Make a record like ai: a number that clients only read."""
    fields = table(
        (
            Field("VAL", Kind.DOUBLE, description, unit="{EGU}", writable=False),
            string("EGU", "Unit", writable=False),
            Field("PREC", Kind.SHORT, "Decimals to show", writable=False),
            *COMMON_FIELDS,
        )
    )
    return Record(name, "ai", fields, VAL=value, EGU=unit, PREC=precision, DESC=description)


def shown_integer(name: str, description: str, value: int) -> Record:
    """Make a record like longin: an integer that clients only read."""
    fields = table((Field("VAL", Kind.LONG, description, writable=False), *COMMON_FIELDS))
    return Record(name, "longin", fields, VAL=value, DESC=description)


def switch(
    name: str, description: str, choices: tuple[str, ...], value: Value = 0, *, writable: bool
) -> Record:
    """Make a record like bo, or like bi where clients only read: one of a few words."""
    fields = table(
        (
            Field("VAL", Kind.ENUM, description, choices=choices, writable=writable),
            *COMMON_FIELDS,
        )
    )
    return Record(name, "bo" if writable else "bi", fields, VAL=value, DESC=description)
