"""Makers of the fields that areaDetector has most of: a setting, and what the driver made of it."""

from collections.abc import Iterator
from dataclasses import replace

from sim_ioc.channel_access.fields import Field, Kind, menu

#: What the driver reports is behind the name of the setting and this.
READBACK = "_RBV"

NO_YES = ("No", "Yes")
OFF_ON = ("Off", "On")
DISABLE_ENABLE = ("Disable", "Enable")


def pairs(*settings: Field) -> Iterator[Field]:
    """Yield each setting, and behind it its readback of the same kind."""
    for setting in settings:
        yield setting
        yield replace(setting, name=setting.name + READBACK, writable=False, limits=None)


def integer(
    name: str, description: str, initial: int = 0, unit: str = "", *, writable: bool = True
) -> Field:
    """Describe a 32-bit integer."""
    return Field(name, Kind.LONG, description, initial, unit=unit, writable=writable)


def shown_integer(name: str, description: str, initial: int = 0, unit: str = "") -> Field:
    """Describe a 32-bit integer that only the driver writes."""
    return integer(name, description, initial, unit, writable=False)


def shown_word(name: str, description: str, choices: tuple[str, ...], initial: int = 0) -> Field:
    """Describe a word that only the driver writes."""
    return Field(name, Kind.ENUM, description, initial, choices, writable=False)


def yes_no(name: str, description: str, initial: int = 0) -> Field:
    """Describe a question that clients answer with No or Yes."""
    return menu(name, description, NO_YES, initial)


def enable(name: str, description: str, initial: int = 0) -> Field:
    """Describe what clients enable or disable."""
    return menu(name, description, DISABLE_ENABLE, initial)
