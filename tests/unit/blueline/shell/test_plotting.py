"""What plotinit chooses holds for one run, and leaves the engine as it was."""

from types import SimpleNamespace

import pytest
from bluesky import plan_stubs as bps

from blueline.shell.plotting import plotinit
from callbacks.plot.selection import PLOT


class Selection:
    """What plotselect would write into the metadata."""

    def of(self, metadata):
        return lambda *counters, **_: metadata.update({PLOT: {"y": list(counters)}})


@pytest.fixture
def desk(engine):
    session = SimpleNamespace(RE=engine, namespace=lambda: {"plotselect": Selection()})
    return SimpleNamespace(session=session)


def two_runs():
    for _ in range(2):
        yield from bps.open_run()
        yield from bps.close_run()


def plots(documents):
    return [doc.get(PLOT) for name, doc in documents if name == "start"]


def test_the_next_run_alone_has_it_and_later_plans_go_by_nothing(engine, documents, desk):
    before = list(engine.preprocessors)
    plotinit(desk, "If")
    engine(two_runs())
    assert plots(documents) == [{"y": ["If"]}, None]
    assert engine.preprocessors == before


def test_the_newest_choice_replaces_one_that_no_run_has_taken(engine, documents, desk):
    before = list(engine.preprocessors)
    plotinit(desk, "If")
    plotinit(desk, "It")
    assert len(engine.preprocessors) == len(before) + 1
    engine(two_runs())
    assert plots(documents) == [{"y": ["It"]}, None]
    assert engine.preprocessors == before
