"""H19: two IOCs serve the same names: it is said, one of them is used, and nothing breaks."""

import bluesky.plans as bp
import pytest

from sim_ioc.process import IocProcess
from tests.waiting import wait_until


@pytest.fixture
def twin(ca_ports, fault):
    """A second IOC with the names of the first."""
    with IocProcess("X:", seed=2, port=ca_ports.second) as ioc:
        yield ioc


@pytest.fixture
def doubled(twin, devices):
    """The devices, each found twice."""
    return devices


def test_it_is_said_when_the_devices_connect(caplog, doubled):
    def said():
        records = [*caplog.get_records("setup"), *caplog.get_records("call")]
        return any("multiple servers" in record.getMessage() for record in records)

    wait_until("it is said", said)


def test_a_scan_uses_one_of_them_for_every_point(doubled, engine, documents):
    engine(bp.list_scan([], doubled["x"], [0.1, 0.2]))
    rows = [doc["data"] for name, doc in documents if name == "event"]
    assert [row["x"] for row in rows] == [0.1, 0.2]
