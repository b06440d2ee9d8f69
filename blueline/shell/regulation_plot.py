"""Show a regulation while it goes on: input, setpoint and output over time (BL-135)."""

import logging
import math
import threading
import time
from typing import TYPE_CHECKING, Any

from blueline.errors import BluelineError
from blueline.shell.plotting import plotter_of
from callbacks.plot.plotter import Plotter
from planlib.checks import require_number

if TYPE_CHECKING:
    from blueline.shell.desk import Desk
    from devices.regulation.loop import RegulationLoop

log = logging.getLogger(__name__)

#: Seconds between two looks (BL-135), and the fewest.
PERIOD, SHORTEST = 0.5, 0.1


def plot_loop(desk: "Desk", loop: object, period: float = PERIOD) -> "LoopPlot":
    """Show input, setpoint and output of a loop in a window, while anything else goes on.

    It ends with its window, with the session, by ``.stop()``, or where the same loop is shown anew;
    nothing of it is recorded.

    Parameters
    ----------
    loop
        A regulation, or its name.
    period
        Seconds between two looks.

    Examples
    --------
    >>> plot_loop(oven)  # doctest: +SKIP
    <plot of oven, every 0.5 s; .stop() ends that>
    """
    from devices.regulation.loop import RegulationLoop

    found = desk.axis(loop)
    seconds = require_number("the time between two looks", period)
    if seconds < SHORTEST:
        message = f"a loop is looked at every {SHORTEST:g} s at the most often, not {seconds:g} s"
        raise BluelineError(message)
    if not isinstance(found, RegulationLoop):
        message = f"{found.name} is no regulation: plot_loop shows a loop such as a temperature's"
        raise BluelineError(message)
    desk.require_connected([found])
    older = desk.loops.get(found.name)
    if older is not None:  # the window is the same
        older.stop()
    shown = LoopPlot(found, plotter_of(desk, f"regulation of {found.name}"), seconds)
    desk.loops[found.name] = shown
    desk.session.leaving.callback(shown.stop)
    shown.start()
    return shown


class LoopPlot:
    """A window in which a loop is shown over time, by a thread that reads it.

    Parameters
    ----------
    loop
        What is read.
    plotter
        An empty plot.
    period
        Seconds between two looks.
    """

    def __init__(self, loop: "RegulationLoop", plotter: Plotter, period: float = PERIOD) -> None:
        self._loop, self._plotter, self._period = loop, plotter, period
        self._axes = _axes(loop, plotter)
        self._ended = threading.Event()
        self._drawing = threading.Lock()
        self._thread = threading.Thread(target=self._look, name=f"shows {loop.name}", daemon=True)

    @property
    def is_shown(self) -> bool:
        """Whether it is still kept up to date."""
        return self._thread.is_alive() and not self._ended.is_set()

    def start(self) -> None:
        """Begin; to be called once."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more; the window stays as it is."""
        with self._drawing:
            self._ended.set()

    def _look(self) -> None:
        due = time.monotonic()
        while not self._ended.wait(max(0.0, due - time.monotonic())):
            due = max(due + self._period, time.monotonic())
            if not self._plotter.isPlotterAlive():
                return
            try:
                self._show()
            except Exception as error:  # of whatever a site's input raises: the next look may do
                log.info("%s could not be shown: %s", self._loop.name, error)

    def _show(self) -> None:
        reading = self._loop.read()
        with self._drawing:
            if self._ended.is_set():
                return
            for key, axis in self._axes.items():
                value = float(reading[key]["value"])
                if math.isfinite(value):
                    self._plotter.append(value, axis)

    def __repr__(self) -> str:
        """Say what it shows."""
        state = f"every {self._period:g} s; .stop() ends that" if self.is_shown else "ended"
        return f"<plot of {self._loop.name}, {state}>"


def _axes(loop: "RegulationLoop", plotter: Plotter) -> dict[str, int]:
    """Make a curve of each thing that a loop reads: the output below, as it has another unit."""
    described: dict[str, dict[str, Any]] = dict(loop.describe())
    measured, setpoint, *others = described
    style: dict[str, Any] = {"kind": "time-curve"}
    first = plotter.createAxis(
        label=measured, xlabel="time (s)", ylabel=_label(measured, described[measured]), **style
    )
    found = {
        measured: first,
        setpoint: plotter.createAxis(label=setpoint, line_style="--", parent=first, **style),
    }
    for key in others:
        label = _label(key, described[key])
        found[key] = plotter.createAxis(label=key, xlabel="time (s)", ylabel=label, **style)
    return found


def _label(key: str, described: dict[str, Any]) -> str:
    units = described.get("units")
    return f"{key} ({units})" if units else key
