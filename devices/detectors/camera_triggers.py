"""What begins and ends the exposures of a camera, in our words and in those of its driver (BL-120).

Each driver of areaDetector has a menu of its own for TriggerMode: ADBase has Internal and External,
and the words of ADPilatus are in pilatus.template of https://github.com/areaDetector/ADPilatus.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from devices.errors import CountError, InvalidTargetError


@dataclass(frozen=True)
class Trigger:
    """A way to trigger.

    Parameters
    ----------
    meaning
        In words.
    drivers
        What drivers call it.
    others
        What Lima and ophyd-async call it.
    from_outside
        It waits for a signal.
    tells_how_long
        The signal, and not the count time, says how long an exposure lasts.
    """

    meaning: str
    drivers: tuple[str, ...]
    others: tuple[str, ...] = ()
    from_outside: bool = True
    tells_how_long: bool = False


#: By our word.
TRIGGERS: Mapping[str, Trigger] = {
    "internal": Trigger(
        "by itself, when a point begins",
        ("Internal", "Internal Series"),
        ("INTERNAL", "INTERNAL_TRIGGER", "INTERNAL_TRIGGER_MULTI"),
        from_outside=False,
    ),
    "external": Trigger(
        "a pulse for each frame",
        ("External", "Mult. Trigger"),
        ("EXTERNAL_EDGE", "EXTERNAL_TRIGGER_MULTI"),
    ),
    "series": Trigger(
        "one pulse for all frames of a point",
        ("Ext. Trigger", "External Series"),
        ("EXTERNAL_TRIGGER",),
    ),
    "gate": Trigger(
        "each frame is exposed while a signal is there",
        ("Ext. Enable", "External Enable", "Gate"),
        ("EXTERNAL_LEVEL", "EXTERNAL_GATE"),
        tells_how_long=True,
    ),
    "start-stop": Trigger(
        "one pulse begins a frame, the next one ends it",
        ("Start-Stop",),
        ("EXTERNAL_START_STOP",),
        tells_how_long=True,
    ),
}


def known_trigger(name: str, word: str) -> str:
    """Give our word for a way to trigger; those of Lima and ophyd-async are understood.

    Raises
    ------
    InvalidTargetError
        Nobody calls it so.

    Examples
    --------
    >>> known_trigger("camera", "EXTERNAL_GATE")
    'gate'
    """
    for ours, trigger in TRIGGERS.items():
        if word in (ours, *trigger.others):
            return ours
    message = f"trigger_mode of {name} is {' or '.join(map(repr, TRIGGERS))}, not {word!r}"
    raise InvalidTargetError(message)


def index_of(name: str, word: str, offered: Sequence[str]) -> int:
    """Give the number that the driver of a camera has for one of our words.

    Raises
    ------
    CountError
        It offers no such mode.

    Examples
    --------
    >>> index_of("camera", "gate", ["Internal", "Ext. Enable"])
    1
    """
    for index, driver_word in enumerate(offered):
        if driver_word in TRIGGERS[word].drivers:
            return index
    known = [ours for ours, each in TRIGGERS.items() if set(each.drivers) & set(offered)]
    message = (
        f"{name} has no trigger_mode {word!r}: its driver offers {', '.join(offered) or 'nothing'}"
    )
    raise CountError(f"{message}; choose {' or '.join(map(repr, known)) or 'another camera'}")
