"""Both engines, and devices that write down what is done with them."""

import re
from typing import Any

import pytest
from bluesky import RunEngine

from blueline.engine import Engine
from planlib.context import NoSession
from planlib.stepping import interruptions
from tests.unit.planlib.scanning import in_session
from tests.unit.planlib.stepping.logged_devices import LoggedAxis, LoggedDetector

#: What every scan tells before and after: "3 points, 2 intervals, about 2 s".
OF_EVERY_SCAN = re.compile(r"\d+ points?\b")


@pytest.fixture(autouse=True)
def quick_readout(monkeypatch):
    """Have detectors that are read out in no time: none here counts on after a pause."""
    monkeypatch.setattr(interruptions, "READOUT", 0.1)


@pytest.fixture
def told(monkeypatch):
    """What plans tell where there is no session, but for what every scan tells."""
    sentences = []

    def tell(_, sentence):
        if "about" not in sentence and "dead time" not in sentence:
            sentences.append(sentence)

    monkeypatch.setattr(NoSession, "tell", tell)
    return sentences


class Listening(NoSession):
    """A session that keeps what it is told, but for what every scan tells."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []

    def tell(self, sentence: str) -> None:
        if not OF_EVERY_SCAN.match(sentence):
            self.told.append(sentence)


@pytest.fixture
def listening():
    return Listening()


@pytest.fixture(params=["bluesky", "blueline"])
def either_engine(request, engines, listening):
    """bluesky's own engine and ours, one after the other, in one session."""
    if request.param == "blueline":
        return engines(Engine(listening))
    engine = engines(RunEngine())

    in_session(engine, listening)
    return engine


@pytest.fixture
def log(either_engine):
    """What has been done, documents included."""
    written: list[str] = []

    def write(name: str, doc: dict[str, Any]) -> None:
        if name == "event":
            stream = streams[doc["descriptor"]]
            written.append(f"{'' if stream == 'primary' else stream + ' '}event {doc['seq_num']}")
        elif name == "descriptor":
            streams[doc["uid"]] = doc["name"]
        else:
            written.append(f"{name} document")

    streams: dict[str, str] = {}
    either_engine.subscribe(write)
    return written


@pytest.fixture
def emitted(either_engine):
    """The documents."""
    found: list[tuple[str, dict[str, Any]]] = []
    either_engine.subscribe(lambda name, doc: found.append((name, doc)))
    return found


@pytest.fixture
def logged_x(log):
    return LoggedAxis(log, name="x")


@pytest.fixture
def logged_y(log):
    return LoggedAxis(log, name="y")


@pytest.fixture
def logged_det(log):
    return LoggedDetector(log, "det")
