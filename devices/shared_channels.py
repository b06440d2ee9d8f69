"""Channels that signals of ophyd share with PVs of pyepics, left open while those live.

pyepics has one channel for each name. ophyd closes it with its last signal, though an ``epics.PV``
of the same name, a motor of pyepics at the prompt say, may still follow it: libca then crashes when
that one is collected, long after.
"""

from typing import Any

import ophyd

# isort: split
# after ophyd, which chooses the libca
from epics import ca
from epics import pv as pyepics


def keep_shared_channels() -> None:
    """Have ophyd close no channel that others use; may be called again."""
    layer: Any = ophyd.cl
    close = layer.release_pvs
    if isinstance(close, _Release):
        return
    layer.release_pvs = _Release(close)


class _Release:
    """Let go of PVs as ophyd does, but for the channels of others."""

    def __init__(self, close: Any) -> None:  # noqa: ANN401 - a function of ophyd
        self._close = close

    def __call__(self, *pvs: Any) -> None:  # noqa: ANN401 - PVs of pyepics, as ophyd counts them
        for pv in pvs:
            entry = _entry_of(pv)
            if pv._reference_count == 1 and entry is not None and _is_shared(pv, entry):  # noqa: SLF001
                _leave(pv, entry)
            else:
                self._close(pv)


def _entry_of(pv: Any) -> Any:  # noqa: ANN401
    """Give what pyepics knows of the channel; None where it is closed."""
    return None if pv.chid is None else ca._cache[pv.context].get(pv.pvname)  # noqa: SLF001


def _is_shared(pv: Any, entry: Any) -> bool:  # noqa: ANN401
    return any(getattr(each, "__self__", None) is not pv for each in entry.callbacks)


def _leave(pv: Any, entry: Any) -> None:  # noqa: ANN401
    """End what a PV does with its channel, and leave that to others."""
    pv._reference_count = 0  # noqa: SLF001
    pv.clear_callbacks()
    pv._clear_auto_monitor_subscription()  # noqa: SLF001 - also while nothing is connected
    for callbacks in (entry.callbacks, entry.access_event_callback):
        callbacks[:] = [each for each in callbacks if getattr(each, "__self__", None) is not pv]
    pv.chid = pv.context = None
    pyepics._PVcache_.pop(pv._cache_key, None)  # noqa: SLF001
