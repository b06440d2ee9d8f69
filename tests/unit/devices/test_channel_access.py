"""What is done with libca as a whole."""

import subprocess
import sys

from devices.client_messages import log_client_messages

# isort: split
from epics import ca


def test_the_library_stays_the_same_however_often_its_messages_are_logged():
    """pyepics, asked again, would put another one under the threads of the first."""
    log_client_messages()
    library = ca.libca
    log_client_messages()
    assert ca.libca is library


def test_a_connection_that_is_lost_when_nobody_keeps_a_log_is_printed_nowhere():
    program = (
        "from devices.client_messages import log, log_client_messages\n"
        "log_client_messages()\n"
        "log.warning('Virtual circuit disconnect: localhost:5064')\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (b"", b"")
