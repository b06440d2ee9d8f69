"""An engine that scans soft devices into a data folder, with the journal and what a test adds."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bluesky import plan_stubs as bps
from ophyd.sim import SynAxis, SynGauss

from blueline.engine import Engine
from callbacks import DataFolder, Journal, Recorder
from planlib import ascan
from planlib.context import NoSession


class SoftBeamline:
    """A motor and a detector that take no time, and an engine whose documents are recorded.

    Its list of moves grows with every point; a test of what grows has none kept.
    """

    def __init__(
        self,
        root: Path,
        *consumers: Any,
        notice: Callable[[str], None] = print,
        keeps_moves: bool = True,
    ) -> None:
        self.folder = DataFolder(root)
        self.axis = SynAxis(name="axis")
        self.moves: list[float] = []
        self.detector = SynGauss("det", self.axis, "axis", center=0, Imax=1, sigma=1)
        self.recorder = Recorder(Journal(self.folder.journal_path, notice), consumers)
        self.engine = Engine(NoSession())
        self.engine.subscribe(self.recorder)
        if keeps_moves:
            self.axis.subscribe(lambda value, **_: self.moves.append(value), run=False)

    def scan(self, points: int = 11) -> Any:
        """Scan, and give what the engine gives."""
        return self.engine(ascan(self.axis, -1, 1, points - 1, None, self.detector))

    def scan_with(self, between: Callable[[int], None], points: int = 11) -> Any:
        """Scan as a plan of bluesky's does, calling `between` before each point with its number."""

        def step(number: int) -> Iterator[Any]:
            between(number)
            yield from bps.mv(self.axis, number / points)
            yield from bps.trigger_and_read([self.axis, self.detector])

        def plan() -> Iterator[Any]:
            import bluesky.preprocessors as bpp

            @bpp.run_decorator()
            def inner() -> Iterator[Any]:
                for number in range(points):
                    yield from step(number)

            yield from inner()

        return self.engine(plan())

    def close(self) -> None:
        """End everything."""
        self.engine.close()
        self.recorder.close(10)
