"""H14: a number that is an array after its server was started anew."""

import bluesky.plans as bp
import pytest
from bluesky.utils import FailedStatus
from ophyd import EpicsSignal, EpicsSignalRO

from devices import IntegratingCounter, IntegratorFields, MeasurementGroup, ShapeError
from devices.channel_access import fetch, latest
from devices.motors.record_channel import ToldField
from devices.put_and_read import put_and_read
from sim_ioc.process import IocProcess
from tests.waiting import wait_until

NAME = "X:gauge"
START = "{kind: pv, name: start, type: number}"
NUMBER = f"prefix: 'X:'\nparts: [{START}, {{kind: pv, name: gauge, type: number}}]\n"
SPECTRUM = f"prefix: 'X:'\nparts: [{START}, {{kind: mca, name: gauge}}]\n"
SENTENCE = r"X:gauge \(.*\) holds 2048 values, and is read as one number"
#: Seconds for libca to search for a server that was gone.
SEARCH = 40.0


@pytest.fixture(scope="module")
def devices():
    fields, values = IntegratorFields(start="start"), {"copper": "gauge"}
    counter = IntegratingCounter("X:", fields, name="counter", values=values)
    made = {
        "gauge": EpicsSignalRO(NAME, name="gauge"),
        "monitored": EpicsSignalRO(NAME, name="monitored", auto_monitor=True),
        "followed": ToldField(NAME, name="followed"),
        "counter": counter,
        "start": EpicsSignal("X:start", name="start"),
    }
    yield made
    for device in made.values():
        device.destroy()


@pytest.fixture(scope="module")
def group(devices):
    """A group that has asked already what kind of value its signal has."""
    return MeasurementGroup("mg", [devices["gauge"]])


@pytest.fixture(scope="module", autouse=True)
def array(ca_ports, tmp_path_factory, devices, group):
    """Have a number first, and an array under its name later."""
    config = tmp_path_factory.mktemp("ioc") / "ioc.yml"
    config.write_text(NUMBER)
    with IocProcess(config=config, port=ca_ports.faulty) as ioc:
        for device in devices.values():
            device.wait_for_connection(timeout=SEARCH)
        group.read()
        assert [latest(devices[name]).value for name in ("monitored", "followed")] == [0.0, 0.0]
        ioc.stop()
        wait_until("it is lost", lambda: not any(each.connected for each in devices.values()))
        config.write_text(SPECTRUM)
        ioc.start()
        wait_until("it is back", lambda: is_back(devices), SEARCH)
        yield


def is_back(devices):
    usual = [devices[name].connected for name in ("gauge", "monitored", "counter")]
    return all(usual) and devices["followed"]._read_pv.connected


def test_a_read_fails_in_a_sentence(devices):
    with pytest.raises(ShapeError, match=SENTENCE):
        fetch([devices["gauge"]])


def test_a_group_records_no_first_element(group, engine, documents):
    with pytest.raises(ShapeError, match=SENTENCE):
        engine(bp.count([group]))
    assert [doc for name, doc in documents if name == "event"] == []
    assert documents[-1][1]["exit_status"] == "fail"


def test_a_count_of_which_a_value_is_an_array_fails(devices, engine, documents):
    with pytest.raises(FailedStatus, match=SENTENCE):
        engine(bp.count([devices["counter"]]))
    assert [doc for name, doc in documents if name == "event"] == []


@pytest.mark.parametrize("name", ["monitored", "followed"])
def test_what_is_told_of_it_is_refused(devices, name):
    with pytest.raises(ShapeError, match=SENTENCE):
        latest(devices[name])


def test_nothing_is_written_where_what_is_to_be_read_behind_it_is_an_array(devices):
    start, told = devices["start"], []
    (before,) = fetch([start])
    with pytest.raises(ShapeError, match=SENTENCE):
        put_and_read(start, 5.0, [devices["gauge"]], told.append, told.append)
    # answers of a server come in the order of what was sent, a put before a later read
    assert before.value != 5.0
    assert fetch([start]) == [before]
    assert told == []
