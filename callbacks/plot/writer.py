"""Write one picture per run, and show what is measured at this moment."""

import contextlib
import logging
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from callbacks.errors import ConsumerError
from callbacks.naming import DataFolder, is_saved, slug
from callbacks.plot.board import Board, Shown
from callbacks.plot.custom.figures import Figures
from callbacks.plot.figure import DRAWING, draw
from callbacks.plot.latest import LatestPicture
from callbacks.plot.window import PlotWindow, has_display
from callbacks.queued import reason_of
from callbacks.routing import PROCESS_ENDED, REQUEST, Document, PerRun

if TYPE_CHECKING:
    from matplotlib.figure import Figure

log = logging.getLogger(__name__)

_CLOSED = {"exit_status": "fail", "reason": PROCESS_ENDED}
#: How much drawing gives way to the process that measures.
NICENESS = 5

Say = Callable[[dict[str, Any]], object]


class Screen(Protocol):
    """What shows a board while runs go on, in a thread of its own."""

    def start(self) -> None:
        """Begin; called again, it does nothing."""
        ...

    def close(self) -> None:
        """Show the last of it, and end."""
        ...

    def stay(self) -> None:
        """Show the last of it, and end when nobody looks any more."""
        ...


class PlotWriter:
    """Draw every run that has points when it stops; runs open at `close` are drawn as failed.

    Parameters
    ----------
    folder
        Names the files.
    overlay
        How many earlier scans of the same axis are drawn beside each, where a run does not say.
    stays
        Leave windows open at `close`, until somebody closes them.

    Attributes
    ----------
    paths
        The files written.
    problems
        A sentence for each run whose picture could not be made; the others are made.
    say
        Called with ``{"clicked": ...}`` when somebody clicks into the window, from any thread, with
        ``{"answer": ...}`` to what was asked, and with ``{"notice": ...}`` for people.

    Examples
    --------
    >>> from callbacks import DataFolder
    >>> from callbacks.plot import PlotWriter
    >>> writer = PlotWriter(DataFolder("data", "copper"))
    """

    def __init__(self, folder: DataFolder, overlay: int = 0, *, stays: bool = False) -> None:
        self.paths: list[Path] = []
        self.problems: list[str] = []
        self.board = Board()
        self.figures = Figures()
        self.figures.say = self._say
        self.stays = stays
        self.say: Say = _nobody
        self._screen: Screen | None = None
        self._folder = folder
        self._overlay = overlay
        self._per_run = PerRun(self._begin)

    def show_on(self, screen: Screen) -> None:
        """Show runs while they go on; the screen starts with the first point."""
        self._screen = screen

    def __call__(self, name: str, doc: Document) -> None:
        """Take one document, or what is asked of the plots."""
        if name == REQUEST:
            self._take_request(doc)
        else:
            self._per_run(name, doc)

    def _say(self, said: dict[str, Any]) -> None:
        """Say something in whatever way is set now: nobody hears it where the pipe is gone."""
        with contextlib.suppress(BrokenPipeError):
            self.say(said)

    def _take_request(self, asked: Document) -> None:
        if asked["do"] == "replot":
            self.board.replot(asked["plot"])
        elif asked["do"] == "mark":
            self.board.mark(asked["stands"])
        else:
            self.figures.take(asked)
        if self._screen is not None:
            self._screen.start()

    def close(self) -> None:
        """Draw the runs that are still open, and close the screen."""
        for run in list(self._per_run.open):
            self._per_run("stop", {**_CLOSED, "run_start": run})
        if self._screen is not None:
            (self._screen.stay if self.stays else self._screen.close)()

    def _begin(self, start: Document) -> Callable[[str, Document], None]:
        run = self.board.begin(start)
        path = self._folder.plot_path(start)

        def take(name: str, doc: Document) -> None:
            self.board.take(run, name, doc)
            if self._screen is not None and len(run):
                self._screen.start()
            if name == "stop" and len(run):
                shown = self.board.end(run)
                if is_saved(start):
                    self._write(shown, path)

        return take

    def _write(self, shown: Shown, path: Path) -> None:
        try:
            write_plot(shown, path, self._overlay)
        except Exception as error:  # runs after this one have their pictures
            log.exception("scan %s has no picture", shown.run.start.get("scan_id"))
            self.problems.append(reason_of(error))
            scan = shown.run.start.get("scan_id")
            self.say({"notice": f"scan {scan} has no picture: {self.problems[-1]}"})
        else:
            self.paths.append(path)


def _nobody(_said: dict[str, Any]) -> None:
    """Hear nothing."""


def write_plot(shown: Shown, path: Path, overlay: int = 0) -> None:
    """Draw a run into a new PNG file, which appears whole or not at all.

    Raises
    ------
    ConsumerError
        The file exists already or cannot be written.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        save(draw(shown.run, shown.earlier, overlay), temporary)
        os.link(temporary, path)  # unlike a rename, refuses to replace
    except FileExistsError as error:
        message = f"{path} exists and is not overwritten; name another data set or scan number"
        raise ConsumerError(message) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()


def save(figure: "Figure", path: Path) -> None:
    """Write a figure as PNG, the folder made if it is not there.

    Raises
    ------
    ConsumerError
        The file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with DRAWING:
            figure.savefig(path, format="png")
    except OSError as error:
        message = f"the picture {path} cannot be written: {error.strerror or error}"
        raise ConsumerError(message) from error


def rebuild_plot(documents: Iterable[tuple[str, Document]], path: Path) -> bool:
    """Draw the picture of one run from its documents; False where there is nothing to draw.

    Raises
    ------
    ConsumerError
        The file exists already or cannot be written.
    """
    board = Board()
    run = None
    for name, doc in documents:
        run = board.begin(doc) if name == "start" else run
        if run is not None:
            board.take(run, name, doc)
    if run is None or run.stop is None or not len(run):
        return False
    write_plot(board.end(run), path)
    return True


def plot_consumer(
    root: str,
    data_set: str = "blueline",
    *,
    live: bool = False,
    overlay: int = 0,
    stays: bool = False,
    niceness: int = NICENESS,
) -> PlotWriter:
    """Make the writer for a worker process.

    Parameters
    ----------
    live
        Show runs while they go on: in a window where there is a display, or else in the file
        ``<data set>_latest.png``. Lowers the priority of the process.
    stays
        Leave windows open at the end, until somebody closes them.
    niceness
        How much a live consumer gives way to others, 0 to 19.
    """
    folder = DataFolder(root, data_set)
    writer = PlotWriter(folder, overlay, stays=stays and live)
    if not live:
        return writer
    os.nice(niceness)
    if has_display():

        def clicked(said: dict[str, Any]) -> None:
            writer.figures.say({"clicked": said})

        writer.show_on(PlotWindow(writer.board, overlay, clicked, writer.figures))
    else:
        path = folder.root / f"{slug(data_set)}_latest.png"
        writer.show_on(LatestPicture(writer.board, path, overlay, writer.figures))
    return writer
