"""A queue with all plans and a few devices."""

import pytest

from tests.unit.blueline.queue.queued_plans import make_devices, make_queue


@pytest.fixture(scope="session")
def queue():
    return make_queue(make_devices())
