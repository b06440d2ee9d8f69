"""A wire to plots that are kept, and drawn by nobody."""

import contextlib
from collections.abc import Iterator
from typing import Any

from callbacks.isolate import InThread
from callbacks.naming import DataFolder
from callbacks.plot import PlotWriter
from callbacks.plot.custom.cells import CustomFigure
from callbacks.plot.link import PlotLink


class Kept:
    """What was sent through a link, and the plots that became of it."""

    def __init__(self, folder: Any) -> None:
        self.link = PlotLink()
        self.writer = PlotWriter(DataFolder(folder))
        self.writer.say = self._said
        self.notices: list[str] = []
        self.link.consumer = self._thread = InThread("the plots", self.writer, self.notices.append)

    def _said(self, said: dict[str, Any]) -> None:
        if not self.link.hear(said):
            self.notices.append(said["notice"])

    def figure(self, name: str) -> CustomFigure:
        assert self._thread.drain()
        return self.writer.figures.shown()[name]

    def names(self) -> set[str]:
        assert self._thread.drain()
        return set(self.writer.figures.shown())

    def close(self) -> None:
        self._thread.close()


@contextlib.contextmanager
def kept_plots(folder: Any) -> Iterator[Kept]:
    kept = Kept(folder)
    try:
        yield kept
    finally:
        kept.close()
