"""The session as a plan sees it while it is only rehearsed."""

from collections.abc import Callable, Mapping
from typing import Any

from planlib.account import ScanTiming
from planlib.context import SessionContext
from planlib.control import ScanControl
from planlib.dryrun.forecast import Forecast
from planlib.stepping.scan import StepScan
from planlib.timings import Overhead, Timings


class _ReadOnly:
    """What is known of earlier scans, without adding to it."""

    def __init__(self, timings: Timings) -> None:
        self._timings = timings

    def recall(self, kind: str) -> Overhead | None:
        return self._timings.recall(kind)

    def remember(self, kind: str, overhead: Overhead) -> None:
        """Forget it: nothing has run."""

    def keep(self, run: str, timing: ScanTiming) -> None:
        """Forget it: nothing has run."""


class RehearsedSession:
    """Answers as a session does, shows nothing, changes nothing.

    Parameters
    ----------
    session
        Knows the devices, the counters and earlier scans.

    Attributes
    ----------
    told
        What the plan would have shown.
    expected_by
        Takes the forecast of each step scan, which then ends.
    """

    def __init__(self, session: SessionContext) -> None:
        self._session = session
        self.control = ScanControl()
        self.timings = _ReadOnly(session.timings)
        self.told: list[str] = []
        self.expected_by: Callable[[Forecast, StepScan], object] | None = None

    def tell(self, sentence: str) -> None:
        """Keep it."""
        self.told.append(sentence)

    def expect(self, forecast: Forecast, scan: StepScan) -> None:
        """Take all about a scan that would begin now."""
        if self.expected_by is not None:
            self.expected_by(forecast, scan)

    def readings(self) -> Mapping[str, Any]:
        """Give nothing: nothing is read."""
        return {}

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever a session has
        """Give what the session has."""
        return getattr(self._session, name)
