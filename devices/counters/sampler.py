"""One thread that takes the samples of all sampling counters."""

import heapq
import itertools
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from functools import cache, partial

from devices import channel_access
from devices.channel_access import Sample
from devices.counters.sampling import Sampling
from devices.errors import CountError, DeviceError

log = logging.getLogger(__name__)

#: Samples that are due within so many seconds of each other are taken together.
_TOGETHER = 0.002
#: Seconds after which the thread looks whether there is anything to do, if nobody wakes it.
_IDLE = 60.0
#: Seconds that a function may take before others are sampled without it.
HELD_UP = 1.0


class Sampler:
    """Take samples when they are due: of channels in one flush, of functions one by one.

    A function that takes long delays the samples of all others; one that does not return is left
    alone in its thread when a count has failed for it, and another thread goes on.
    """

    def __init__(self) -> None:
        self._due: list[tuple[float, int, Sampling]] = []
        self._calls: deque[tuple[str, Callable[[], object]]] = deque()
        self._order = itertools.count()
        self._changed = threading.Condition()
        self._calling: tuple[str, float] | None = None
        self._worker = 0
        self._start()

    def _start(self) -> None:
        self._worker += 1
        worker = (self._worker,)
        threading.Thread(target=self._run, args=worker, name="sampler", daemon=True).start()

    def add(self, sampling: Sampling) -> None:
        """Take samples of this from now on, until it is over."""
        with self._changed:
            heapq.heappush(self._due, (time.monotonic(), next(self._order), sampling))
            self._changed.notify()

    def call(self, text: str, function: Callable[[], object]) -> None:
        """Have a function called soon; `text` says what it is."""
        with self._changed:
            self._calls.append((text, function))
            self._changed.notify()

    def leave_behind(self) -> str | None:
        """Go on in another thread where a function holds this one up; give what it is."""
        with self._changed:
            calling = self._calling
            if calling is None or time.monotonic() - calling[1] < HELD_UP:
                return None
            self._calling = None
            self._start()
            return calling[0]

    def _run(self, worker: int) -> None:
        while worker == self._worker:
            self._wait()
            batch = self._popped()
            _attempt(lambda batch=batch: self._sample(batch))
            while worker == self._worker and (call := self._next_call()) is not None:
                _attempt(call)
                self._called(worker)

    def _wait(self) -> None:
        with self._changed:
            if self._calls:
                return
            pause = self._due[0][0] - time.monotonic() if self._due else _IDLE
            if pause > 0:
                self._changed.wait(pause)

    def _next_call(self) -> Callable[[], object] | None:
        with self._changed:
            if not self._calls:
                return None
            text, function = self._calls.popleft()
            self._calling = (text, time.monotonic())
            return function

    def _called(self, worker: int) -> None:
        with self._changed:
            if worker == self._worker:
                self._calling = None

    def _popped(self) -> list[Sampling]:
        """Take what is due, to come back to it after a period, or when its time is over."""
        now = time.monotonic()
        batch: list[Sampling] = []
        with self._changed:
            while self._due and self._due[0][0] <= now + _TOGETHER:
                batch.append(heapq.heappop(self._due)[2])
            for sampling in batch:
                if not (sampling.is_over or now >= sampling.ends - _TOGETHER):
                    due = min(now + sampling.plan.period, sampling.ends)
                    heapq.heappush(self._due, (due, next(self._order), sampling))
        return batch

    def _sample(self, batch: Sequence[Sampling]) -> None:
        now = time.monotonic()
        wanted = [s for s in batch if not (s.is_over or s.is_asked) and _is_wanted(s, now)]
        for sampling in wanted:
            sampling.is_asked = True
        _ask([sampling for sampling in wanted if sampling.source.signal is not None])
        for sampling in batch:
            if now >= sampling.ends - _TOGETHER:
                sampling.end()
        for sampling in wanted:
            if sampling.source.signal is None:
                self.call(sampling.source.text, partial(_call, sampling))


def _is_wanted(sampling: Sampling, now: float) -> bool:
    """Tell whether there is time for one more sample; the first is always taken."""
    return now < sampling.ends - _TOGETHER or not sampling.statistics.count


def _call(sampling: Sampling) -> None:
    try:
        sample = sampling.source.called()
    except CountError as error:
        sampling.fail(error)
    else:
        sampling.take(sample)


def _ask(batch: Sequence[Sampling]) -> None:
    """Ask for all of these channels in one flush; where that fails, for each of them alone."""
    signals = [sampling.source.signal for sampling in batch if sampling.source.signal is not None]
    if not signals:
        return
    try:
        channel_access.request(signals, lambda outcome: _deliver(batch, outcome))
    except DeviceError as error:
        _ask_alone(batch, error)


def _deliver(batch: Sequence[Sampling], outcome: list[Sample] | str) -> None:
    if isinstance(outcome, str):
        _ask_alone(batch, CountError(outcome))
        return
    for sampling, sample in zip(batch, outcome, strict=True):
        sampling.take(sample)


def _ask_alone(batch: Sequence[Sampling], error: DeviceError) -> None:
    if len(batch) == 1:
        batch[0].fail(error)
        return
    for sampling in batch:
        _ask([sampling])


def _attempt(action: Callable[[], object]) -> None:
    """Do something; its failure must keep nothing else from happening."""
    try:
        action()
    except Exception:
        log.exception("a call of the sampler failed")


@cache
def sampler() -> Sampler:
    """Give the sampler of this process."""
    return Sampler()
