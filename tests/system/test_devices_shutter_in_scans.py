"""A shutter that a scan opens and closes, once for all points or at each (BL-66)."""

import pytest
from bluesky.utils import RunEngineInterrupted

from devices import Motor, Shutter
from planlib import Hooks, OpenAtPoints, PointPreset, ScanPreset
from planlib.spec import ascan
from tests.pausing import one_pause
from tests.waiting import PATIENCE


class Opened:
    """Open a shutter at the start, close it at the stop; a log tells when."""

    def __init__(self, shutter):
        self.shutter = shutter
        self.log = []

    def start(self):
        self._bring("open")

    def stop(self):
        self._bring("closed")

    def _bring(self, word):
        self.shutter.set(word).wait(PATIENCE)
        self.log.append(word)


class ForTheScan(Opened, ScanPreset):
    pass


class ForEachPoint(Opened, PointPreset):
    pass


@pytest.fixture
def shutter(instant_ioc, connected):
    made = connected(Shutter("I:shutter:", name="shutter"))
    made.set("closed").wait(PATIENCE)
    yield made
    made.set("open").wait(PATIENCE)


@pytest.mark.parametrize(("preset", "times"), [(ForTheScan, 1), (ForEachPoint, 3)])
def test_it_is_open_while_a_scan_counts(connected, engine, documents, shutter, preset, times):
    x = connected(Motor("I:sample:x", name="x"))
    opened = preset(shutter)
    engine(ascan(x, 0, 1, 2, 0.01, shutter, hooks=Hooks(presets=opened)))
    states = [doc["data"]["shutter"] for name, doc in documents if name == "event"]
    assert states == [1, 1, 1]
    assert opened.log == ["open", "closed"] * times
    assert shutter.state == "closed"


@pytest.mark.parametrize("deferred", [True, False], ids=["after the point", "at once"])
def test_it_is_closed_while_a_scan_is_paused(connected, engine, documents, shutter, deferred):
    x = connected(Motor("I:sample:x", name="x"))
    hooks = Hooks(operation=one_pause(deferred=deferred), presets=OpenAtPoints(shutter))
    with pytest.raises(RunEngineInterrupted):
        engine(ascan(x, 0, 1, 2, 0.01, shutter, hooks=hooks))
    assert shutter.state == "closed"
    engine.resume()
    states = [doc["data"]["shutter"] for name, doc in documents if name == "event"]
    assert states == [1, 1, 1]
    assert shutter.state == "closed"
