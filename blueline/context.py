"""What plans may ask of the session they run in."""

import shutil
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from blueline.beamline import Beamline
from blueline.connections import Connections
from blueline.errors import BluelineError
from blueline.mnemonics import Mnemonics
from blueline.runs import RunArchive
from blueline.timings import StoredTimings
from callbacks import InThread, LastScan
from planlib import context as asked
from planlib.context import NoSession

if TYPE_CHECKING:
    from blueline.engine import Engine


def up_to_date(consumer: InThread, last: LastScan, deadline: float) -> LastScan:
    """Give the last scan when its consumer has all of it, never an older one.

    Raises
    ------
    BluelineError
        The consumer was put aside, or is still behind after so many seconds.
    """
    if consumer.drain(deadline):
        return last
    why = f"it is {consumer.lag} documents behind, try again"
    if consumer.failure is not None:
        why = f"{consumer.name} was put aside ({consumer.failure}), name the position yourself"
    message = f"what the last scan has measured is not known: {why}"
    raise BluelineError(message)


@dataclass
class SessionScan:
    """The last scan with the axes as devices; see `planlib.context.LastScan`."""

    last: LastScan
    axes: Sequence[Any]

    @property
    def start(self) -> Mapping[str, Any]:
        """Its start document."""
        return self.last.start

    @property
    def shape(self) -> Sequence[int]:
        """Lengths of its dimensions, slowest first."""
        return self.last.shape

    def set_points(self) -> Sequence[str]:
        """Give the columns of where the axes were sent."""
        return self.last.set_points()

    def column(self, field: str) -> NDArray[np.float64]:
        """Give one column."""
        return self.last.column(field)

    def plotted(self) -> str:
        """Give the name of what is plotted."""
        return self.last.plotted()


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
    last
        Gives the last scan, with all that has been measured.
    choices
        What people have chosen, kept for the next session.

    Attributes
    ----------
    engine_readings
        Gives what has been read for the event that is being made; nothing without an engine.
    """

    def __init__(
        self,
        beamline: Beamline,
        connections: Connections,
        folder: Path,
        notice: Callable[[str], None],
        last: Callable[[], LastScan],
        choices: MutableMapping[str, Any] | None = None,
    ) -> None:
        super().__init__(timings=StoredTimings(folder / "timings.json"))
        self._beamline = beamline
        self._connections = connections
        self._folder = folder
        self._notice = notice
        self._last = last
        self._choices = {} if choices is None else choices
        self.engine_readings: Callable[[], Mapping[str, Any]] = dict

    def bind(self, engine: "Engine") -> None:
        """Answer for an engine."""
        self.engine_readings = lambda: engine.readings
        self.can_fetch = engine.can_fetch

    @property
    def counters(self) -> list[str]:
        """Names of what scans read where they name none: as chosen, or as the beamline has it."""
        chosen = self._choices.get("counters", [])
        known = all(name in self._beamline.devices for name in chosen)
        return list(chosen) if chosen and known else self._beamline.counters

    def choose_counters(self, *counters: Any) -> list[str]:  # noqa: ANN401 - any devices
        """Have scans read these where they name none; without any, those of the beamline.

        The choice is kept (BL-20).

        Raises
        ------
        BluelineError
            One of them is no device of this session.
        """
        names = [str(getattr(each, "name", each)) for each in counters]
        unknown = [name for name in names if name not in self._beamline.devices]
        if unknown:
            message = f"no device of this session is called {', '.join(unknown)}; see lsobj()"
            raise BluelineError(message)
        self._choices["counters"] = names
        return self.counters

    def active_counters(self) -> Sequence[Any]:
        """Give the counters that scans read where they name none, those of them that answer.

        Raises
        ------
        NotConnectedError
            None of them does.
        BluelineError
            None of them could be made.
        """
        names = self.counters
        uncounted = self._beamline.uncounted if names is self._beamline.counters else []
        if uncounted and not names:
            raise BluelineError(self._beamline.why_absent(uncounted[0]))
        if uncounted:
            self._notice(f"counting without {', '.join(uncounted)}: not made; health() says why")
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
        """Give a device by its name, an alias, or the name of a member of a group.

        Raises
        ------
        UnknownDeviceError
            There is none.
        """
        aliases = getattr(self._beamline, "aliases", None)
        return Mnemonics(self._beamline.devices, aliases, self._beamline.why_absent)[name]

    def measured(self) -> LastScan:
        """Give the last scan, with all that has been measured."""
        return self._last()

    def last_scan(self) -> asked.LastScan | None:
        """Give the last scan of this session that has moved something."""
        last = self._last()
        known = self._beamline.devices
        if not last.motors or not all(name in known for name in last.motors):
            return None
        return SessionScan(last, [known[name] for name in last.motors])

    def start_document(self, run: str | int) -> Mapping[str, Any]:
        """Give the start document of a run by uid or its beginning, scan number, or -1 for last.

        Raises
        ------
        NoRunError
            There is none in the data folder.
        BluelineError
            There is none at all, or more than one.
        """
        archive = RunArchive(self._folder)
        if run == -1 and not any(True for _ in archive):
            message = f"there is no run in {self._folder} yet"
            raise BluelineError(message)
        return archive.find(str(run)).start

    def readings(self) -> Mapping[str, Any]:
        """Give what has been read for the event that is being made, by field."""
        return self.engine_readings()
