"""`blueline queue` where there is no queue."""

import pytest
from typer.testing import CliRunner

from blueline.queue.commands import app
from blueline.queue.errors import QueueError

CALLS = [
    ["status"],
    ["list"],
    ["add", "ct", "0.1"],
    ["remove", "a"],
    ["start"],
    ["stop"],
    ["pause"],
    ["resume"],
    ["abort"],
    ["history"],
    ["clear"],
    ["reopen"],
    ["down"],
]


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call[0])
def test_without_a_queue_each_command_says_so(call, tmp_path):
    command, *words = call
    result = CliRunner().invoke(app, [command, "--data", str(tmp_path), *words])
    assert isinstance(result.exception, QueueError)
    assert "no queue runs in" in str(result.exception)
