"""Axes that tell where they are, to those who want to know, as stock positioners do."""

# ophyd annotates less than it takes
# pyright: reportIncompatibleMethodOverride=false

import threading
from collections.abc import Callable, Mapping
from typing import Any, cast

from ophyd import Device

from devices.errors import DeviceError


class ReadbackEvents(Device):
    """Tell each new readback; ``bps.monitor(x, name="x_monitor")`` makes events of them.

    Nothing is followed while nobody has subscribed. Subscribers are called as those of ophyd's
    positioners, with `value` and `timestamp`, never in libca's thread. The names are those of
    ``ophyd/positioner.py``.
    """

    #: What is told where nobody says what.
    SUB_READBACK = "readback"
    _default_sub = SUB_READBACK

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - what Device takes
        self._following: Callable[[], None] | None = None
        self._follow_lock = threading.Lock()
        super().__init__(*args, **kwargs)

    def _follow(self) -> Callable[[], None]:
        """Have `_tell` called from now on; give what ends that."""
        raise NotImplementedError

    def last_events(self) -> None:
        """Wait a moment for what was told already and is on its way."""

    def _tell(self, reading: Mapping[str, Any]) -> None:
        """Tell a readback and its time to all subscribers."""
        self._run_subs(
            sub_type=self.SUB_READBACK, value=reading["value"], timestamp=reading["timestamp"]
        )

    def subscribe(
        self, callback: Callable[..., Any], event_type: str | None = None, run: bool = True
    ) -> int:
        """Call `callback` with each new readback, and with the present one where `run` says so.

        Returns
        -------
        int
            What `unsubscribe` takes.
        """
        if event_type in {None, self.SUB_READBACK}:
            self._remember_present()
            with self._follow_lock:
                if self._following is None:
                    self._following = self._follow()
        return super().subscribe(callback, event_type=event_type, run=run)

    def _remember_present(self) -> None:
        """Leave for ophyd what it tells to a new subscriber at once."""
        cache = cast("Any", self._args_cache)
        try:
            reading = cast("Any", self.read())[self.name]
        except DeviceError:  # it does not answer: the first event comes when it does
            cache[self.SUB_READBACK] = None
            return
        told = {"value": reading["value"], "timestamp": reading["timestamp"]}
        more = {"sub_type": self.SUB_READBACK, "obj": self}
        cache[self.SUB_READBACK] = ((), told | more)

    def unsubscribe(self, cid: int) -> None:
        """Tell a subscriber nothing more, once it was told what has come."""
        self.last_events()
        super().unsubscribe(cid)
        subscribers = cast("Any", self._callbacks)
        if not subscribers[self.SUB_READBACK]:
            self._follow_no_more()

    def destroy(self) -> None:
        """Tell nobody any more."""
        self._follow_no_more()
        super().destroy()

    def _follow_no_more(self) -> None:
        with self._follow_lock:
            end, self._following = self._following, None
        if end is not None:
            end()
