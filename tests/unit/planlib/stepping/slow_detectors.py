"""A detector that counts until it is stopped, and a pause in its count."""

import threading

import pytest
from bluesky.utils import RunEngineInterrupted
from ophyd.sim import SynGauss
from ophyd.status import Status

from reduction.counting import CountPolicy
from tests.waiting import meanwhile, wait_until


class SlowDetector(SynGauss):
    """Counts until it is stopped, or for its time; knows how it ended."""

    def __init__(self, *args, **kwargs):
        self.ends: list[str] = []
        self.seconds = 0.0
        self.is_counting, self._end = threading.Event(), threading.Event()
        super().__init__(*args, **kwargs)  # which triggers it
        wait_until("it has counted", lambda: self.ends)
        self.ends.clear()

    @property
    def count_time(self):
        return self.seconds

    def prepare(self, value: CountPolicy):
        self.seconds = value.seconds
        status = Status()
        status.set_finished()
        return status

    def trigger(self):
        status, end = Status(), threading.Event()
        self._end = end

        def count():
            self.is_counting.set()
            self.ends.append("stopped" if end.wait(self.seconds) else "counted")
            self.is_counting.clear()
            super(SlowDetector, self).trigger()
            status.set_finished()

        threading.Thread(target=count, daemon=True).start()
        return status

    def stop(self, *, success=False):
        self._end.set()


def rows(documents):
    return [doc["data"] for name, doc in documents if name == "event"]


def pause_in_count(engine, slow, documents, plan, number):
    def pause():
        wait_until("enough points are taken", lambda: len(rows(documents)) >= number)
        wait_until("it counts", slow.is_counting.is_set)
        engine.request_pause()

    with meanwhile(pause), pytest.raises(RunEngineInterrupted):
        engine(plan)
