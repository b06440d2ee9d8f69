"""Plain signals over Channel Access: read together, and recorded as bluesky records them."""

import time

import bluesky.plans as bp
import pytest
from bluesky.utils import Msg
from ophyd import EpicsMotor, EpicsSignalRO
from ophyd.signal import EpicsSignalBase

from blueline.engine import Engine
from blueline.engine.fetched import FRESH
from planlib.context import NoSession
from tests.another_client import write_pv

CHANNELS = range(2, 7)


@pytest.fixture
def ours(engines):
    return engines(Engine(NoSession()))


@pytest.fixture
def signals(instant_ioc, connected):
    names = {f"c{number}": f"{instant_ioc.prefix}scaler1.PR{number}" for number in CHANNELS}
    for number, pv in enumerate(names.values()):
        write_pv(pv, 100 + number)
    yield [connected(EpicsSignalRO(pv, name=name)) for name, pv in names.items()]
    for pv in names.values():
        write_pv(pv, 0)  # a preset of a channel ends every count


def events(engine, plan):
    emitted = []
    token = engine.subscribe(lambda _, doc: emitted.append(doc), "event")
    engine(plan)
    engine.unsubscribe(token)
    return [(doc["data"], doc["timestamps"], doc["seq_num"]) for doc in emitted]


def fetched(signals, then=()):
    yield Msg("open_run")
    yield Msg("fetch", None, *signals)
    yield from then
    yield Msg("create", None, name="primary")
    for signal in signals:
        yield Msg("read", signal)
    yield Msg("save")
    yield Msg("close_run")


def test_what_is_fetched_is_what_would_have_been_read(engine, ours, signals):
    ((theirs, stamps, _),) = events(engine, bp.count(signals))
    ((data, timestamps, _),) = events(ours, fetched(signals))
    assert data == theirs == {f"c{number}": 98 + number for number in CHANNELS}
    assert {name: type(value) for name, value in data.items()} == {
        name: type(value) for name, value in theirs.items()
    }
    assert timestamps == pytest.approx(stamps, abs=1e-6)


def test_signals_are_read_together(ours, signals, monkeypatch):
    asked = []
    alone = EpicsSignalBase.read

    def read(signal):
        asked.append(signal.name)
        return alone(signal)

    monkeypatch.setattr(EpicsSignalBase, "read", read)
    ((data, *_),) = events(ours, fetched(signals))
    assert asked == list(data)  # once each, for the configuration in the descriptor


def test_a_signal_that_does_more_than_read_is_read_alone(ours, signals):
    alone = signals[0].read
    signals[0].read = lambda: {"c2": {"value": -1.0, "timestamp": alone()["c2"]["timestamp"]}}
    ((data, *_),) = events(ours, fetched(signals))
    assert data["c2"] == -1.0


def test_the_number_of_those_that_are_read_together_is_told(ours, signals, connected, instant_ioc):
    text = connected(EpicsSignalRO(f"{instant_ioc.prefix}scaler1.NM2", name="text", string=True))
    followed = connected(
        EpicsSignalRO(f"{instant_ioc.prefix}scaler1.TP", name="followed", auto_monitor=True)
    )
    told = []

    def plan():
        told.append((yield Msg("fetch", None, *signals, text, followed)))
        told.append((yield Msg("fetch", None, signals[0], text)))

    ours(plan())
    assert told == [len(signals), 0]


@pytest.mark.parametrize(
    "then",
    [
        [Msg("checkpoint")],
        [Msg("trigger", None)],
        [Msg("sleep", None, FRESH * 1.1)],
    ],
    ids=lambda messages: messages[0].command,
)
def test_what_has_happened_since_has_them_read_again(ours, signals, then):
    def changed():
        yield Msg("null")
        write_pv(signals[0].pvname, 7)
        for message in then:
            yield message._replace(obj=signals[1]) if message.command == "trigger" else message

    ((data, *_),) = events(ours, fetched(signals, changed()))
    assert data["c2"] == 7


def test_a_reading_that_was_fetched_is_taken_once(ours, signals):
    def plan():
        yield Msg("fetch", None, *signals)
        yield Msg("read", signals[0])
        write_pv(signals[0].pvname, 8)
        again = yield Msg("read", signals[0])
        assert again["c2"]["value"] == 8

    ours(plan())


def test_a_signal_that_is_gone_says_so_when_its_turn_comes(ours, signals):
    signals[-1].destroy()
    with pytest.raises(Exception, match=r"c6|destroyed"):
        ours(fetched(signals))


def test_a_stock_scan_of_stock_devices_has_the_documents_of_bluesky(
    engine, ours, signals, connected, instant_ioc
):
    axis = connected(EpicsMotor(f"{instant_ioc.prefix}sample:x", name="axis"))
    theirs = events(engine, bp.scan(signals, axis, 1, 2, 5))
    mine = events(ours, bp.scan(signals, axis, 1, 2, 5))
    assert [(data, number) for data, _, number in mine] == [
        (data, number) for data, _, number in theirs
    ]
    now = time.time()
    assert all(0 < stamp <= now + 1 for _, stamps, _ in mine for stamp in stamps.values())
