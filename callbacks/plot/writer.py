"""Write one picture per run."""

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path

from matplotlib.figure import Figure

from callbacks.errors import ConsumerError
from callbacks.naming import DataFolder
from callbacks.plot.figure import draw
from callbacks.routing import PROCESS_ENDED, Document, PerRun
from callbacks.run_columns import RunColumns

_CLOSED = {"exit_status": "fail", "reason": PROCESS_ENDED}


class PlotWriter:
    """Draw every run that has points when it stops; runs open at `close` are drawn as failed.

    Parameters
    ----------
    folder
        Names the files.

    Attributes
    ----------
    paths
        The files written.

    Examples
    --------
    >>> from callbacks import DataFolder
    >>> from callbacks.plot import PlotWriter
    >>> writer = PlotWriter(DataFolder("data", "copper"))
    """

    def __init__(self, folder: DataFolder) -> None:
        self.paths: list[Path] = []
        self._folder = folder
        self._per_run = PerRun(self._begin)

    def __call__(self, name: str, doc: Document) -> None:
        """Take one document."""
        self._per_run(name, doc)

    def close(self) -> None:
        """Draw the runs that are still open."""
        for run in list(self._per_run.open):
            self._per_run("stop", {**_CLOSED, "run_start": run})

    def _begin(self, start: Document) -> "_RunPlot":
        return _RunPlot(RunColumns(start), self._folder.plot_path(start), self.paths)


class _RunPlot:
    def __init__(self, columns: RunColumns, path: Path, paths: list[Path]) -> None:
        self._columns = columns
        self._path = path
        self._paths = paths

    def __call__(self, name: str, doc: Document) -> None:
        self._columns(name, doc)
        if name == "stop" and len(self._columns) and self._columns.plot:
            write_plot(self._columns, doc, self._path)
            self._paths.append(self._path)


def write_plot(columns: RunColumns, stop: Document, path: Path) -> None:
    """Draw a run into a new PNG file, which appears whole or not at all.

    Raises
    ------
    ConsumerError
        The file exists already or cannot be written.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        _save(draw(columns, stop), temporary)
        os.link(temporary, path)  # unlike a rename, refuses to replace
    except FileExistsError as error:
        message = f"{path} exists and is not overwritten; name another data set or scan number"
        raise ConsumerError(message) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()


def _save(figure: Figure, path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
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
    paths: list[Path] = []
    run: _RunPlot | None = None
    for name, doc in documents:
        if name == "start":
            run = _RunPlot(RunColumns(doc), path, paths)
        if run is not None:
            run(name, doc)
    return bool(paths)


def plot_consumer(root: str, data_set: str = "blueline") -> PlotWriter:
    """Make the writer for a worker process."""
    return PlotWriter(DataFolder(root, data_set))
