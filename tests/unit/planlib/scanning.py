"""What tests of scans look at: the points, the refusals; and a pause in the middle."""

import pytest
from bluesky.preprocessors import plan_mutator
from bluesky.utils import Msg, single_gen
from ophyd.utils import LimitError

from planlib import PlanError
from planlib.context import COMMAND, NoSession
from planlib.wrapping import wrapped

NAN, INF = float("nan"), float("inf")
BAD_NUMBERS = [NAN, INF, -INF, "3", None, True]
BAD_INTERVALS = [0, -1, 2.5, True, "3", None, NAN]


def events(documents):
    return [doc for name, doc in documents if name == "event"]


def column(documents, key):
    return [event["data"][key] for event in events(documents)]


def start_of(documents):
    return next(doc for name, doc in documents if name == "start")


def refused(plan):
    """The sentence with which a plan is refused; it must not have yielded any message."""
    with pytest.raises((PlanError, LimitError)) as refusal:
        next(plan)
    assert "\n" not in str(refusal.value)
    return str(refusal.value)


def answers_lost(plan, command, times=1):
    """Lose the answers of the first messages of a kind, as a pause that comes in between does."""
    seen = []

    def around(message):
        if message.command != command or len(seen) == times:
            return None
        seen.append(message)
        return unanswered(message)

    def unanswered(message):
        yield message

    return wrapped(plan, around)


def paused(plan, *, point=1, defer=False):
    """Pause after a point; the engine's own request_pause waits for ever in its loop's thread."""
    saved = []

    def pause(message):
        if message.command == "save":
            saved.append(message)
            if len(saved) == point:
                return None, single_gen(Msg("pause", None, defer=defer))
        return None, None

    return plan_mutator(plan, pause)


def in_session(engine, session):
    """Have plans of an engine find a session; give it."""

    async def answer(_message):
        return session

    engine.register_command(COMMAND, answer)
    return session


def start_among(documents, run):
    """Give the start document of a run by its number; -1 is the newest."""
    starts = [doc for name, doc in documents if name == "start"]
    found = starts[-1:] if run == -1 else [doc for doc in starts if run == doc["scan_id"]]
    if not found:
        raise KeyError(run)
    return found[0]


class Remembering(NoSession):
    """A session that keeps what it is told and the start documents of its runs, and has devices."""

    def __init__(self, documents, *devices):
        super().__init__()
        self.devices = {device.name: device for device in devices}
        self.told = []
        self._documents = documents

    def active_counters(self):
        return [self.devices["det"]]

    def device(self, name):
        return self.devices[name]

    def tell(self, sentence):
        self.told.append(sentence)

    def start_document(self, run):
        return start_among(self._documents, run)
