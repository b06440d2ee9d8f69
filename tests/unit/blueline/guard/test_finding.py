"""Who serves a PV."""

import pytest

from blueline.guard import finding


@pytest.mark.parametrize(
    ("text", "place"),
    [("here:5070", ("here", 5070)), ("here", ("here", 5064)), ("here:x", ("here", 5064))],
)
def test_a_place_is_a_host_and_maybe_a_port(text, place):
    assert finding.place_of(text, 5064) == place


def test_addresses_are_those_of_the_environment():
    environment = {
        "EPICS_CA_ADDR_LIST": "10.0.0.1 10.0.0.2:6000",
        "EPICS_CA_AUTO_ADDR_LIST": "no",
        "EPICS_CA_SERVER_PORT": "5070",
    }
    assert finding.addresses(environment) == [("10.0.0.1", 5070), ("10.0.0.2", 6000)]


def test_without_a_word_of_it_the_network_is_asked():
    assert finding.addresses({}) == [("255.255.255.255", 5064)]


def test_the_server_of_each_pv_is_found(instant_ioc):
    names = [f"I:sample:{axis}.STOP" for axis in "xy"]
    found = finding.search(names, 5)
    assert found == dict.fromkeys(names, ("127.0.0.1", instant_ioc.port))


def test_what_nobody_has_is_not_found(instant_ioc):
    assert finding.search(["I:nowhere"], 0.2) == {}
