"""Devices without hardware, for beamlines of tests."""

from typing import Any

from ophyd import Component, Device, Signal

from devices import SoftCounter


class Fragile(Signal):
    """A signal that cannot be made where it is told so."""

    def __init__(self, *arguments: Any, fails: bool = False, **others: Any) -> None:
        if fails:
            message = "the firmware is too old\nand more"
            raise RuntimeError(message)
        super().__init__(*arguments, **others)


class Tuned(Device):
    """A device with settings of every kind."""

    velocity = Component(Signal, value=1.0)
    mode = Component(Signal, value="fast")
    limits = (0.0, 1.0)
    _hidden = 5


class Constant(SoftCounter):
    """A counter that always counts the same."""

    def __init__(self, *, name: str, value: float) -> None:
        super().__init__(lambda: value, name=name)
