"""What one process has worked out for all, such as that a device is initialised (BL-24)."""

from collections.abc import Callable
from pathlib import Path

from blueline.settings.channel import Channel
from blueline.settings.plain import JSON

#: Seconds that others wait for the one who works it out: the initialisation of a slow controller.
PATIENCE = 60.0


class Cache:
    """A value that is worked out once for all processes of this machine, while any of them lives.

    Parameters
    ----------
    name
        Of the value, such as ``"pilatus initialised"``.
    folder
        Where those of this name meet; by default one of this user on this machine.

    Examples
    --------
    >>> from blueline.settings import Cache
    >>> initialised = Cache("pilatus initialised")  # doctest: +SKIP
    >>> initialised.fill(lambda: pilatus.initialise())  # doctest: +SKIP
    """

    def __init__(self, name: str, folder: Path | str | None = None) -> None:
        self._channel = Channel(f"cache {name}", folder=folder)

    @property
    def value(self) -> JSON:
        """What it is; None where nobody has worked it out."""
        found = self._channel.value
        return None if found is None else found["value"]

    def fill(self, work: Callable[[], object], timeout: float = PATIENCE) -> JSON:
        """Give the value; the first process that asks works it out, and others wait for it.

        Parameters
        ----------
        work
            Called by one process at a time, and by none once it has returned in one.
        timeout
            Seconds to wait while another process is at it.

        Raises
        ------
        SettingsError
            Another process has been at it for longer.
        """
        if (found := self._channel.value) is not None:
            return found["value"]
        with self._channel.turn(timeout):
            if (found := self._channel.value) is None:
                found = {"value": work()}
                self._channel.value = found
                found = self._channel.value
        return found["value"]

    def clear(self) -> None:
        """Forget the value: whoever asks next works it out again."""
        self._channel.clear()

    def close(self) -> None:
        """Leave; may be repeated."""
        self._channel.close()
