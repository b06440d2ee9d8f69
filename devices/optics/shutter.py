"""A beam shutter that is open when it says so."""

from typing import Any, ClassVar

from ophyd import EpicsSignal

from devices.optics.two_state import TwoState


class Shutter(TwoState):
    """A shutter with a command and an independent readback of its state.

    It reads as 0 (closed) or 1 (open). A status is done only when the readback agrees.

    Parameters
    ----------
    prefix
        With ``open`` (command) and ``status`` (readback) appended, e.g. ``"BL:shutter:"``.

    Examples
    --------
    >>> from devices import Shutter
    >>> shutter = Shutter("BL:shutter:", name="shutter")  # doctest: +SKIP
    >>> RE(bps.mv(shutter, "open"))  # doctest: +SKIP
    """

    STATES: ClassVar[tuple[str, str]] = ("closed", "open")
    ALIASES: ClassVar[dict[str, int]] = {"close": 0}

    def __init__(
        self,
        prefix: str,
        *,
        name: str,
        command: str = "open",
        status: str = "status",
        **kwargs: Any,  # noqa: ANN401 - those of TwoState
    ) -> None:
        super().__init__(prefix, name=name, command=command, status=status, **kwargs)

    def guard_puts(self) -> list[tuple[EpicsSignal, float]]:
        """Give what shuts it, for whoever must when this process has died: signal and value."""
        return [(self.command, 0.0)]

    @property
    def is_open(self) -> bool:
        """Whether the readback says that it is open."""
        return self.state == "open"
