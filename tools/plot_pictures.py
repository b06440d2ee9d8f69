"""Draw the pictures of docs/how-to/look-at-a-scan.md from scans on the virtual beamline.

One session measures all of them in about half a minute; the consumer that draws everybody's scans
draws them. Run: python -m tools.plot_pictures [FOLDER [NAME ...]]
"""

import io
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from blueline import open_session
from callbacks.plot import draw
from callbacks.plot.board import Board, Shown
from callbacks.plot.custom.drawing import picture_of
from callbacks.plot.run_data import RunData
from callbacks.plot.terminal import terminal_plot
from sim_ioc.process import IocProcess
from tools.pictured_plots import OWN
from tools.pictured_scans import SCANS, Names

if TYPE_CHECKING:
    from blueline.session import Session

FOLDER = Path(__file__).parents[1] / "docs" / "images" / "generated"
#: Above the edge of the sample, in eV.
_ENERGY = 9000.0
#: How much faster than life the beamline is.
_TIME_FACTOR = 1000.0
#: Columns of the plot as text.
_TEXT_WIDTH = 78

#: Name of the file, and the scans for it: the last one is drawn, those before it lie under it; or
#: what makes a plot of one's own.
PICTURES: Mapping[str, Callable[[Names], Any]] = {**SCANS, **OWN}
#: The picture whose scan is drawn as text besides, and the file.
TEXT = ("peak", "terminal.txt")


@contextmanager
def beamline(folder: Path) -> "Iterator[Session]":
    """Open a session on a virtual beamline of its own, with beam on the sample."""
    where = {"data": folder, "data_set": "pictures", "screen": io.StringIO()}
    with (
        IocProcess(time_factor=_TIME_FACTOR, seed=1) as ioc,
        open_session(port=ioc.port, **where) as session,
    ):
        names = Names(session.namespace())
        session.RE(names.bps.mv(names.shutter, "open", names.energy, _ENERGY))
        session.RE.md["sample"] = "Cu foil"
        yield session


class Pictured:
    """Keep the runs of one picture as the consumer that draws them does."""

    def __init__(self) -> None:
        self._board = Board()
        self._run: RunData | None = None
        self.shown: Shown | None = None

    def __call__(self, name: str, doc: dict[str, Any]) -> None:
        """Take one document."""
        if name == "start":
            self._run = self._board.begin(doc)
        if self._run is not None:
            self._board.take(self._run, name, doc)
            if name == "stop":
                self.shown = self._board.end(self._run)


def measure(session: "Session", name: str) -> Shown:
    """Measure what one of `SCANS` shows.

    Raises
    ------
    ValueError
        Its plans have measured nothing.
    """
    pictured = Pictured()
    for plan in SCANS[name](Names(session.namespace())):
        session.RE(plan, pictured)
    if pictured.shown is None:
        message = f"the picture {name} has no scan: give it one in tools/pictured_scans.py"
        raise ValueError(message)
    return pictured.shown


def write(folder: Path = FOLDER, names: Sequence[str] = ()) -> None:
    """Measure and draw pictures, all of them where none is named."""
    folder.mkdir(parents=True, exist_ok=True)
    data = Path(tempfile.mkdtemp(prefix="pictures-"))
    try:
        with beamline(data) as session:
            for name in names or PICTURES:
                if name in OWN:
                    own = OWN[name](Names(session.namespace()))
                    picture_of(own).savefig(folder / f"{name}.png", format="png")
                    continue
                shown = measure(session, name)
                draw(shown.run, shown.earlier).savefig(folder / f"{name}.png", format="png")
                if name == TEXT[0]:
                    text = terminal_plot(shown.run, _TEXT_WIDTH)
                    (folder / TEXT[1]).write_text(text, encoding="utf-8")
    finally:
        shutil.rmtree(data, ignore_errors=True)


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER, sys.argv[2:])
