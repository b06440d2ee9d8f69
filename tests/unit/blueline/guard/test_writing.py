"""Numbers are written to a real IOC, with nothing but sockets."""

import pytest

from blueline.guard.puts import Put
from blueline.guard.writing import NOT_FOUND, write_all
from tests.another_client import read_pv, write_pv


@pytest.fixture
def velocities(instant_ioc):
    """Two fields that take any number."""
    names = [f"I:sample:{axis}.VELO" for axis in "xy"]
    before = [read_pv(name) for name in names]
    yield names
    for name, value in zip(names, before, strict=True):
        write_pv(name, value)


def here(ioc):
    return f"127.0.0.1:{ioc.port}"


def test_all_is_written_in_one_conversation(instant_ioc, velocities):
    puts = [Put("v", name, 1.5, here(instant_ioc)) for name in velocities]
    assert set(write_all(puts).values()) == {""}
    assert [read_pv(name) for name in velocities] == [1.5, 1.5]


@pytest.mark.parametrize("server", ["", "127.0.0.1:9"], ids=["unknown", "gone"])
def test_a_server_that_is_not_there_is_searched_for(instant_ioc, velocities, server):
    put = Put("v", velocities[0], 1.25, server)
    assert write_all([put]) == {put: ""}
    assert read_pv(velocities[0]) == 1.25


def test_a_switch_is_written_by_its_number(instant_ioc):
    put = Put("shutter", "I:shutter:open", 0.0, here(instant_ioc))
    write_pv(put.pv, 1)
    assert write_all([put]) == {put: ""}
    assert read_pv(put.pv) == 0


def test_a_pv_that_does_not_exist_keeps_no_other_from_being_written(instant_ioc, velocities):
    wrong = Put("w", "I:nowhere", 1.0, here(instant_ioc))
    right = Put("v", velocities[0], 1.75, here(instant_ioc))
    assert write_all([wrong, right]) == {wrong: NOT_FOUND, right: ""}
    assert read_pv(velocities[0]) == 1.75


def test_what_may_only_be_read_is_told(instant_ioc):
    put = Put("r", "I:sample:x.RBV", 1.0, here(instant_ioc))
    assert write_all([put])[put]
