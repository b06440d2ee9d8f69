"""Channels that cannot be closed safely are left open.

pyepics has one channel for each name. ophyd closes it with its last signal, though an ``epics.PV``
of the same name, a motor of pyepics at the prompt say, may still follow it: libca then crashes when
that one is collected, long after. And closing a channel whose server has gone crashes libca in one
of some hundred cases (``tcpiiu::uninstallChan``, EPICS base 7.0.10, measured): such a channel is
forgotten instead, which costs it a search request now and then for as long as the process lives. So
is one of which a thread of ophyd asks for units and limits at that moment.
"""

import contextlib
import threading
from collections import Counter
from collections.abc import Iterator
from typing import Any

import ophyd
from ophyd import _pyepics_shim as layer

# isort: split
# after ophyd, which chooses the libca
from epics import ca
from epics import pv as pyepics


def keep_channels() -> None:
    """Have ophyd close no channel that is in use or lost; may be called again."""
    control: Any = ophyd.cl
    close = control.release_pvs
    if isinstance(close, _Release):
        return
    questions = _Questions()
    control.release_pvs = _Release(close, questions)
    pv: Any = layer.PyepicsShimPV
    ask = pv.get_all_metadata_blocking

    def counted(self: Any, timeout: float) -> Any:  # noqa: ANN401 - ophyd's
        try:
            with questions.about(self):
                return ask(self, timeout)
        except (RuntimeError, TypeError, ca.ChannelAccessException):
            if self.context is not None:
                raise
            return {}  # it has gone meanwhile, and nobody waits for the answer

    pv.get_all_metadata_blocking = counted


class _Questions:
    """Which PVs are asked for units and limits just now, by threads of ophyd."""

    def __init__(self) -> None:
        self._asked: Counter[int] = Counter()
        #: Held while a channel goes, so that nobody begins to ask meanwhile.
        self.lock = threading.Lock()

    @contextlib.contextmanager
    def about(self, pv: object) -> Iterator[None]:
        """Count a question while it lasts."""
        with self.lock:
            self._asked[id(pv)] += 1
        try:
            yield
        finally:
            with self.lock:
                self._asked[id(pv)] -= 1
                self._asked += Counter()  # which forgets those that nobody asks any more

    def is_asked(self, pv: object) -> bool:
        """Tell whether somebody waits for an answer."""
        return self._asked[id(pv)] > 0


class _Release:
    """Let go of PVs as ophyd does, but for the channels that must stay open."""

    def __init__(self, close: Any, questions: _Questions) -> None:  # noqa: ANN401 - ophyd's
        self._close, self._questions = close, questions

    def __call__(self, *pvs: Any) -> None:  # noqa: ANN401 - PVs of pyepics, as ophyd counts them
        for pv in pvs:
            with self._questions.lock:
                self._let_go(pv)

    def _let_go(self, pv: Any) -> None:  # noqa: ANN401
        entry = _entry_of(pv)
        if pv._reference_count != 1 or entry is None:  # noqa: SLF001
            self._close(pv)
        elif _is_shared(pv, entry):
            _leave(pv, entry)
        elif not entry.conn or self._questions.is_asked(pv):
            _forget(pv)
            _leave(pv, entry)
        else:
            self._close(pv)


def _entry_of(pv: Any) -> Any:  # noqa: ANN401
    """Give what pyepics knows of the channel; None where it is closed."""
    return None if pv.chid is None else ca._cache[pv.context].get(pv.pvname)  # noqa: SLF001


def _is_shared(pv: object, entry: Any) -> bool:  # noqa: ANN401
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
