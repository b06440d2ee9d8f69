import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueline.epics import DEFAULT_PORT, LARGEST_ARRAY, loopback_environment, use_loopback
from blueline.errors import BluelineError

ports = st.lists(st.integers(1, 65535), min_size=1, max_size=4)


@given(ports)
def test_searches_go_to_the_named_ports_of_this_machine_only(chosen):
    addresses = loopback_environment(chosen)["EPICS_CA_ADDR_LIST"].split()
    assert addresses == [f"127.0.0.1:{port}" for port in chosen]


def test_without_ports_the_usual_one_is_searched():
    assert loopback_environment()["EPICS_CA_ADDR_LIST"] == f"127.0.0.1:{DEFAULT_PORT}"


@given(ports)
def test_every_address_is_this_machine(chosen):
    environment = loopback_environment(chosen)
    lists = [
        value
        for key, value in environment.items()
        if key.endswith("ADDR_LIST") and "AUTO" not in key
    ]
    assert {address.partition(":")[0] for each in lists for address in each.split()} == {
        "127.0.0.1"
    }


@pytest.mark.parametrize("variable", [key for key in loopback_environment() if "AUTO" in key])
def test_addresses_are_never_guessed_from_the_network(variable):
    assert loopback_environment()[variable] == "NO"


def test_name_servers_of_the_surroundings_are_not_asked():
    assert loopback_environment()["EPICS_CA_NAME_SERVERS"] == ""


def test_an_image_may_travel():
    assert int(loopback_environment()["EPICS_CA_MAX_ARRAY_BYTES"]) == LARGEST_ARRAY >= 2048**2 * 4


def test_the_repeater_of_the_surroundings_is_kept(monkeypatch):
    monkeypatch.setenv("EPICS_CA_REPEATER_PORT", "5999")
    assert loopback_environment()["EPICS_CA_REPEATER_PORT"] == "5999"


@pytest.fixture
def running_client(ca_ports):
    """libca has read its environment, which is that of all tests."""
    from epics import ca

    if ca.libca is None:
        ca.initialize_libca()
    return [ca_ports.instant, ca_ports.fast, ca_ports.faulty]


def test_the_same_addresses_can_be_chosen_again(running_client):
    before = dict(os.environ)
    use_loopback(running_client)
    assert dict(os.environ) == before


def test_other_addresses_are_refused_once_the_client_runs(running_client):
    before = dict(os.environ)
    with pytest.raises(BluelineError, match=r"already in use .*; set EPICS_CA_ADDR_LIST before"):
        use_loopback([1])
    assert dict(os.environ) == before


def test_one_of_the_addresses_that_are_searched_can_be_chosen(running_client):
    before = dict(os.environ)
    use_loopback(running_client[:1])
    assert dict(os.environ) == before
