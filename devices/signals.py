"""ophyd's signals, connected with one question less."""

from typing import Any

from ophyd import EpicsSignal, EpicsSignalRO
from ophyd.signal import EpicsSignalBase


class _AskedOnce(EpicsSignalBase):
    """Leave out what is asked twice: units and limits.

    ophyd asks for them when a channel connects. pyepics asks again, and waits, when a monitor
    begins and when it makes a text of the value; all answers go to the same place, one round trip
    each.
    """

    def _add_callback(self, pvname: str, pv: Any, cb: Any) -> None:  # noqa: ANN401 - of pyepics
        with self._metadata_lock:
            if not self._monitors[pvname]:
                monitor = pv.add_callback(cb, run_now=False, with_ctrlvars=False)
                self._monitors[pvname] = monitor
                known = pv._args  # noqa: SLF001 - what pyepics would have passed
                if pv.connected and known["value"] is not None:
                    cb(**known)


class EpicsChannel(_AskedOnce, EpicsSignal):
    """A channel that is read and written."""


class EpicsChannelRO(_AskedOnce, EpicsSignalRO):
    """A channel that is read."""
