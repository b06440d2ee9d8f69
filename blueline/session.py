"""A session: an engine with a beamline's devices and everything that consumes its documents."""

import contextlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from blueline.beamline import Beamline
from blueline.connections import Connections
from blueline.consumers import Consumers
from blueline.context import Context
from blueline.data_policy import DataPolicy
from blueline.engine import Engine
from blueline.errors import BluelineError
from blueline.locks import BeamlineLock
from blueline.locks.device_locks import DeviceLocks
from blueline.logs import stop_logging
from blueline.metadata import Metadata
from blueline.mnemonics import Mnemonics
from blueline.settings import Settings
from blueline.unplanned import UnderWay, names_of
from callbacks import (
    DataFolder,
    LastScan,
    ProcessingSelection,
    Recorder,
    Replay,
    read_columns,
    read_results,
)
from callbacks.progress import RunProgress
from callbacks.replay import journals, start_of
from callbacks.terminal import StatusScreen
from planlib.control import ScanControl
from planlib.real_axes import members_of

if TYPE_CHECKING:
    from blueline.config import Configuration
    from blueline.guard import Guard
    from blueline.keeping import SessionKeeper
    from blueline.signals import Interrupts
    from blueline.simulated_beamline import SimulatedBeamline
    from planlib import Report

#: Seconds that whoever asks for results waits for them: the first fit loads much.
RESULTS_DEADLINE = 30.0


@dataclass
class Session:
    """What `open_session` gives: call ``session.RE(plan)`` and look at ``session.devices``.

    Parameters
    ----------
    RE
        The engine.
    context
        What plans may ask of the session.
    beamline
        The devices and their roles.
    connections
        Which of the devices answer.
    folder
        Where the files are.
    consumers
        Who consumes the documents.
    log
        Where messages for the file rather than the eye go.
    screen
        Where people look.
    settings
        What survives the session and is shared with others: scan number, metadata, selections.
    lock
        Of the beamline: a session that does not have it can look, and not move.
    device_locks
        Which devices are locked: what a plan moves is, while it runs.
    metadata
        What goes into each start document; ``RE.md`` is the same.
    data_policy
        Proposal, sample and data set that are measured now.
    state
        Folder of the settings, the locks and what else belongs to the beamline.
    make_names
        Gives what is typed at a prompt, beside what setup files define.
    name
        Of the session.
    config
        The description of the beamline; None for the built-in one.
    notices
        What was told when it was opened.
    before_plans
        Called before each plan; what one of them raises refuses the plan.
    guard
        The process that stops what was moving where this one dies; None where there is none.
    interrupts
        What Ctrl-C and signals do to a plan.
    keeper
        Locks and watches what devices are asked to do by themselves, ``x.set(3)``.
    under_way
        What moves with no plan, as after ``mmv``.
    simulation
        The simulated beamline that it has started or joined; None where there is none.
    leaving
        What ends after the session itself.
    """

    RE: Engine
    context: Context
    beamline: Beamline
    connections: Connections
    folder: DataFolder
    consumers: Consumers
    log: logging.Handler
    screen: StatusScreen
    settings: Settings
    lock: BeamlineLock
    device_locks: DeviceLocks
    metadata: Metadata
    data_policy: DataPolicy
    state: Path
    make_names: Callable[["Session"], Mapping[str, Any]]
    name: str = "default"
    config: "Configuration | None" = None
    notices: list[str] = field(default_factory=list)
    before_plans: list[Callable[[], object]] = field(default_factory=list)
    guard: "Guard | None" = None
    interrupts: "Interrupts | None" = None
    keeper: "SessionKeeper" = field(init=False)
    under_way: UnderWay = field(default_factory=UnderWay, init=False)
    simulation: "SimulatedBeamline | None" = None
    leaving: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)
    _names: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Keep the devices from now on."""
        from blueline.keeping import SessionKeeper

        self.keeper = SessionKeeper(self)
        self.keeper.keep(self.devices.values())
        self.beamline.told = self.keeper.keep

    @property
    def recorder(self) -> Recorder:
        """The journal, and who else consumes the documents: ``session.recorder.status()``."""
        return self.consumers.recorder

    @property
    def process(self) -> ProcessingSelection:
        """What is derived from the next scans: ``process("rois", "regions", image=...)``."""
        return ProcessingSelection(self.RE.md)

    @property
    def progress(self) -> RunProgress | None:
        """How far the scan is: points, time left, dead time; None before the first."""
        return self.consumers.progress.progress.now

    @property
    def clicked(self) -> Mapping[str, float]:
        """Where a plot was clicked last: ``RE(bps.mv(x, session.clicked["x"]))``."""
        return self.consumers.clicked

    @property
    def devices(self) -> dict[str, Any]:
        """The devices by name."""
        return self.beamline.devices

    @property
    def mnemonics(self) -> Mnemonics:
        """The devices by all their names: aliases, and members of groups, too (PS-01)."""
        aliases = getattr(self.beamline, "aliases", None)
        return Mnemonics(self.devices, aliases, self.beamline.why_absent)

    @property
    def control(self) -> ScanControl:
        """Stop or skip the scan that runs, from any thread."""
        return self.context.control

    @property
    def last_scan(self) -> LastScan:
        """The last scan that has moved something, live: ``session.last_scan.column("I0")``."""
        return self.context.measured()

    @property
    def health(self) -> Connections:
        """Look again which devices answer, and give the table; one that has come is usable."""
        found = self.connections.look_again()
        self.metadata.look_again(found)
        return found

    def results(self, uid: str) -> dict[str, Any]:
        """Give the peak statistics and fits of a run, by the name of what was plotted.

        Those of earlier sessions are read from their files.
        """
        self.consumers.peaks_kept.drain(RESULTS_DEADLINE)
        return dict(self.consumers.peaks.results.get(uid) or read_results(self.folder.root, uid))

    def columns(self, uid: str) -> dict[str, NDArray[np.float64]]:
        """Give the numbers of a run as columns by name, from its journal.

        Raises
        ------
        BluelineError
            There is no such run in this session's folder.
        """
        for path in journals(self.folder.root):
            start = start_of(path)
            if start is not None and start["uid"] == uid:
                return read_columns(Replay(path))
        message = f"{self.folder.root} has no run {uid}"
        raise BluelineError(message)

    def namespace(self) -> dict[str, Any]:
        """Give everything that is typed at a prompt: RE, the devices, the plans, the setup's."""
        if not self._names:
            self._names.update(self.make_names(self))
        return self._names

    def resetup(self) -> list[str]:
        """Run the setup files of the session again; give what went wrong in them (BL-32)."""
        if self.config is None:
            return []
        from blueline.config.setup_file import run_setup

        failures = run_setup(self.config, self.name, self.namespace())
        self.keeper.keep(self.namespace().values())
        return failures

    def add(self, device: Any, *, shares_channels: bool = False) -> Any:  # noqa: ANN401 - any device
        """Have a device that was made by hand be one of the session, until it closes (PS-10).

        It is listed, locked, watched and told of as all others, and its name can be typed. It has
        `CONNECT_DEADLINE` from now on to answer.

        Parameters
        ----------
        shares_channels
            Whether it may have the channels of another device.

        Returns
        -------
        device
            The same.

        Raises
        ------
        BluelineError
            Its name means something already, or its channels are another device's.

        Examples
        --------
        >>> y = session.add(Motor("BL:sample:y", name="y"))  # doctest: +SKIP
        """
        from blueline.adding import require_new

        require_new(self, device, shares_channels=shares_channels)
        self.devices[device.name] = device
        self.keeper.keep([device])
        self.connections.look_again()
        added = {str(member.name): member for member in members_of(device).values()}
        self.namespace().update(added | {device.name: device})
        return device

    def check(self, plan: Any) -> "Report":  # noqa: ANN401 - any plan
        """Give what a plan would do, without doing it: see `planlib.check`."""
        from planlib import check

        return check(plan, self.context)

    def close(self) -> None:
        """Finish the files and let go of the devices; a run still open is aborted.

        What still moves with no plan is stopped: nobody would watch it any more. May be repeated;
        whatever fails, the rest is done.
        """
        if self.RE.is_closed:
            return
        with contextlib.ExitStack() as last_things:
            if self.interrupts is not None:
                last_things.enter_context(self.interrupts.shielded())
                last_things.callback(self.interrupts.close)
            last_things.callback(self.leaving.close)
            last_things.callback(self.keeper.close)
            last_things.callback(stop_logging, self.log)
            last_things.callback(self.beamline.destroy)
            last_things.callback(self.connections.close)
            last_things.callback(self.recorder.close)
            last_things.callback(self.device_locks.close)
            if self.guard is not None:
                last_things.callback(self._close_guard, self.guard)
            last_things.callback(self._stop_under_way)
            self.RE.close()

    def _stop_under_way(self) -> None:
        names = names_of(self.under_way.axes)
        if not names:
            return
        left = self.under_way.stop()
        self.context.tell(_stopped([name for name in names if name not in left], left))

    def _close_guard(self, guard: "Guard") -> None:
        guard.close(shut=self.RE.state != "idle")

    def __enter__(self) -> "Session":
        """Give the session itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()


def _stopped(stopped: list[str], left: list[str]) -> str:
    """Say what becomes of axes that still moved when their session was closed."""
    parts = [f"stopped {', '.join(stopped)}"] if stopped else []
    parts += [f"{', '.join(left)} could not be stopped"] if left else []
    return f"the session was closed while axes still moved: {'; '.join(parts)}"
