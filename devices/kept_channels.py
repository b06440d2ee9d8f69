"""Channels that cannot be closed safely are left open.

pyepics has one channel for each name. ophyd closes it with its last signal, though an ``epics.PV``
of the same name, a motor of pyepics at the prompt say, may still follow it: libca then crashes when
that one is collected, long after. And closing a channel whose server has gone crashes libca in one
of some hundred cases (``tcpiiu::uninstallChan``, EPICS base 7.0.10, measured): such a channel is
forgotten instead, which costs it a search request now and then for as long as the process lives.
"""

from typing import Any

import ophyd

# isort: split
# after ophyd, which chooses the libca
from epics import ca
from epics import pv as pyepics


def keep_shared_channels() -> None:
    """Have ophyd close no channel that others use or that is lost; may be called again."""
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
            if pv._reference_count != 1 or entry is None:  # noqa: SLF001
                self._close(pv)
            elif _is_shared(pv, entry):
                _leave(pv, entry)
            elif not entry.conn:
                _forget(pv)
                _leave(pv, entry)
            else:
                self._close(pv)


def _entry_of(pv: Any) -> Any:  # noqa: ANN401
    """Give what pyepics knows of the channel; None where it is closed."""
    return None if pv.chid is None else ca._cache[pv.context].get(pv.pvname)  # noqa: SLF001


def _is_shared(pv: Any, entry: Any) -> bool:  # noqa: ANN401
    return any(getattr(each, "__self__", None) is not pv for each in entry.callbacks)


def _forget(pv: Any) -> None:  # noqa: ANN401
    """Have the next PV of this name get a channel of its own."""
    ca._cache[pv.context].pop(pv.pvname, None)  # noqa: SLF001


def _leave(pv: Any, entry: Any) -> None:  # noqa: ANN401
    """End what a PV does with its channel, and leave that to others."""
    pv._reference_count = 0  # noqa: SLF001
    pv.clear_callbacks()
    pv._clear_auto_monitor_subscription()  # noqa: SLF001 - also while nothing is connected
    for callbacks in (entry.callbacks, entry.access_event_callback):
        callbacks[:] = [each for each in callbacks if getattr(each, "__self__", None) is not pv]
    pv.chid = pv.context = None
    pyepics._PVcache_.pop(pv._cache_key, None)  # noqa: SLF001
