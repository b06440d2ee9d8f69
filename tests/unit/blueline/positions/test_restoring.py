"""What happens to a position while it is restored does not fail the plan."""

import contextlib
from types import SimpleNamespace

import pytest

from blueline.positions import PositionError, PositionStore
from blueline.settings import open_settings
from devices import SoftAxis
from devices.status import DeadlineStatus
from planlib.context import NoSession
from planlib.deadlines import MARGIN
from tests.unit.planlib.scanning import in_session


@pytest.fixture
def session(engine):
    told = []

    class Session(NoSession):
        def tell(self, sentence):
            told.append(sentence)

    in_session(engine, Session())
    return told


@pytest.fixture
def settings(tmp_path):
    with open_settings(tmp_path / "settings.sqlite") as opened:
        yield opened


@pytest.fixture
def x():
    return SoftAxis(SimpleNamespace(at=0.0), "at", name="x", egu="mm", limits=(-10.0, 10.0))


@pytest.fixture
def store(settings, x):
    made = PositionStore(settings, {"x": x})
    made.add_instrument("sample", "x")
    made.save("sample", "aligned")
    x.set(5).wait(10)
    return made


def during(plan, act):
    """Do something when a plan waits for what moves."""
    answer = None
    while True:
        try:
            message = plan.send(answer)
        except StopIteration:
            return
        if message.command == "wait":
            act()
        answer = yield message


@pytest.mark.parametrize(
    "act",
    [
        lambda store: store.remove("sample", "aligned"),
        lambda store: store.rename("sample", "aligned", "old"),
        lambda store: store.remove_instrument("sample"),
    ],
    ids=["remove", "rename", "instrument"],
)
def test_a_position_that_is_gone_meanwhile_is_restored_and_stays_gone(
    store, engine, session, x, act
):
    engine(during(store.restore("sample", "aligned"), lambda: act(store)))
    assert x.position == 0
    store.add_instrument("sample", "x")
    assert "aligned" not in [each.name for each in store.positions("sample")]
    assert not any("could not be noted" in each for each in session)


def test_a_store_that_fails_is_told(store, settings, engine, session, x):
    engine(during(store.restore("sample", "aligned"), settings.close))
    assert x.position == 0
    assert "sample is at aligned, but its last use could not be noted: " in session[-1]


@pytest.mark.usefixtures("session")
def test_a_note_that_is_changed_meanwhile_stays(store, engine):
    plan = store.restore("sample", "aligned")
    engine(during(plan, lambda: store.note("sample", "aligned", "on the foil")))
    found = store.position("sample", "aligned")
    assert found.note == "on the foil"
    assert found.used is not None


def test_a_device_is_given_as_long_as_it_gives_itself(store):
    """A temperature may ramp for hours."""
    ramp = DeadlineStatus("x to 0", 18000.0)
    plan, answer, waits = store.restore("sample", "aligned"), None, []
    with contextlib.suppress(StopIteration):
        while True:
            message = plan.send(answer)
            waits += [message.kwargs["timeout"]] if message.command == "wait" else []
            answer = ramp if message.command == "set" else None
    ramp.finish()
    assert waits == [18000.0 + MARGIN]


def test_what_an_instrument_has_no_more_stays_where_it_is(settings, x, engine, session):
    y = SoftAxis(SimpleNamespace(at=0.0), "at", name="y", egu="mm", limits=(-10.0, 10.0))
    store = PositionStore(settings, {"x": x, "y": y})
    store.add_instrument("stage", "x", "y")
    store.save("stage", "aligned")
    store.add_instrument("stage", "x")
    for axis in (x, y):
        axis.set(5).wait(10)
    engine(store.restore("stage", "aligned"))
    assert (x.position, y.position) == (0, 5)
    assert session[-1] == "stage goes to aligned: x 0 mm; stage has y no more: y stays"


def test_a_position_of_which_an_instrument_has_nothing_is_refused(settings, x):
    y = SoftAxis(SimpleNamespace(at=0.0), "at", name="y", egu="mm", limits=(-10.0, 10.0))
    store = PositionStore(settings, {"x": x, "y": y})
    store.add_instrument("stage", "y")
    store.save("stage", "aligned")
    store.add_instrument("stage", "x")
    with pytest.raises(PositionError, match="stage is x now, and aligned was saved of y: save it"):
        store.wanted("stage", "aligned")
