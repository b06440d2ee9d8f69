"""What is done with libca as a whole."""

from devices.client_messages import log_client_messages

# isort: split
from epics import ca


def test_the_library_stays_the_same_however_often_its_messages_are_logged():
    """pyepics, asked again, would put another one under the threads of the first."""
    log_client_messages()
    library = ca.libca
    log_client_messages()
    assert ca.libca is library
