"""Plans that go on until somebody ends them."""

import threading

import pytest
from bluesky.utils import Msg, RunEngineInterrupted


def stop_documents(engine):
    """Give the list to which those of an engine's runs are added."""
    found = []
    engine.subscribe(lambda _, doc: found.append(doc), "stop")
    return found


def sleeping(points=1000):
    yield Msg("open_run")
    for _ in range(points):
        yield Msg("checkpoint")
        yield Msg("sleep", None, 0.05)
    yield Msg("close_run")


def in_thread(engine, plan):
    """Run a plan that is interrupted in another thread."""

    def run():
        with pytest.raises(RunEngineInterrupted):
            engine(plan)

    engine.context_managers = []  # bluesky's wants the main thread
    running = threading.Thread(target=run)
    running.start()
    return running
