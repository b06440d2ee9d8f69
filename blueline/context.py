"""What plans may ask of the session they run in."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from blueline.beamline import Beamline
from blueline.connections import Connections
from planlib.context import NoSession


class Context(NoSession):
    """Answers plans that leave something to the session; see `planlib.context.SessionContext`.

    Parameters
    ----------
    beamline
        The devices and their roles.
    connections
        Which of them answer.
    folder
        Where the data go.
    notice
        Shows a sentence.
    """

    def __init__(
        self,
        beamline: Beamline,
        connections: Connections,
        folder: Path,
        notice: Callable[[str], None],
    ) -> None:
        super().__init__()
        self._beamline = beamline
        self._connections = connections
        self._folder = folder
        self._notice = notice

    def active_counters(self) -> Sequence[Any]:
        """Give the counters that scans read where they name none, those of them that answer.

        Raises
        ------
        NotConnectedError
            None of them does.
        """
        names = self._beamline.counters
        missing = self._connections.missing(names)
        if missing and len(missing) == len(names):
            self._connections.require(self._beamline.devices[names[0]])
        if missing:
            self._notice(f"counting without {', '.join(missing)}: not connected")
        return [self._beamline.devices[name] for name in names if name not in missing]

    def tell(self, sentence: str) -> None:
        """Show a sentence on the screen."""
        self._notice(sentence)

    def free_bytes(self) -> int:
        """Give the free space on the disk of the data."""
        return shutil.disk_usage(self._folder).free

    def device(self, name: str) -> Any:  # noqa: ANN401 - any device
        """Give a device by its name."""
        return self._beamline.devices[name]
