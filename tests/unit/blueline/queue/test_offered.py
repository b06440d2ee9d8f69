"""Which devices the queue has, and under which names."""

import pytest
from ophyd.sim import SynAxis

from blueline.queue.offered import Offered, queue_devices
from tests.unit.blueline.queue.queued_plans import make_devices


def test_members_of_a_slit_have_the_names_that_they_have_in_the_data():
    devices = make_devices()
    found = queue_devices(devices)
    assert found["slit_half"] is devices["slit"].half
    assert found["slit_half"].name == "slit_half"


def test_a_device_goes_before_a_member_of_its_name():
    mine = SynAxis(name="slit_half")
    assert queue_devices({**make_devices(), "slit_half": mine})["slit_half"] is mine


@pytest.mark.parametrize(
    "name", ["mro", "_hidden", "a-b", "a.b", "a'b", "1st", "x'}) or 1 #", "", "a b", "__class__"]
)
def test_a_name_from_which_the_queue_server_could_make_no_choice_is_not_offered(name):
    assert queue_devices({name: SynAxis(name="m")}) == {}


def test_words_are_those_of_shutters():
    assert Offered(make_devices()).words() == ("open", "closed")
