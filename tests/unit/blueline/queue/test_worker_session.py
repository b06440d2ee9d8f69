"""Which session a worker of the queue opens."""

import shutil
import subprocess
import sys

import pytest

from blueline.config.errors import ConfigError
from blueline.queue.errors import QueueError
from blueline.queue.places import QueueFolder
from blueline.queue.worker_session import (
    BEAMLINE,
    FOLDER,
    FREE_STREAM,
    names_or_reason,
    session_arguments,
)


def test_what_is_not_said_is_left_to_the_session():
    assert session_arguments({}) == {}
    assert session_arguments({"BLUELINE_DATA": "", "BLUELINE_PORT": ""}) == {}


def test_what_is_said_is_passed_on():
    environment = {
        "BLUELINE_BEAMLINE": "id99",
        "BLUELINE_SESSION": "xafs",
        "BLUELINE_DATA": "data",
        "BLUELINE_PORT": "5070",
        "BLUELINE_PREFIX": "Q:",
        "BLUELINE_STREAM": "127.0.0.1:5577",
        "HOME": "/root",
    }
    assert session_arguments(environment) == {
        "beamline": "id99",
        "session": "xafs",
        "data": "data",
        "port": 5070,
        "prefix": "Q:",
        "stream": "127.0.0.1:5577",
    }


def test_the_startup_module_does_nothing_outside_a_worker(monkeypatch):
    monkeypatch.delenv("_QSERVER_RE_WORKER_ACTIVE", raising=False)
    monkeypatch.delitem(sys.modules, "blueline.queue.startup", raising=False)
    import blueline.queue.startup as module

    assert not hasattr(module, "RE")


@pytest.fixture
def place(tmp_path, monkeypatch):
    """Give the folder of a queue, whose worker opens a beamline that has no devices."""
    described = tmp_path / "id99"
    described.mkdir()
    (described / "beamline.yml").write_text("beamline: {name: id99}\n")
    place = QueueFolder(tmp_path / "queue").made()
    monkeypatch.setenv(BEAMLINE, str(described))
    monkeypatch.setenv(FOLDER, str(place.root))
    monkeypatch.delenv(FREE_STREAM, raising=False)
    monkeypatch.chdir(tmp_path)
    return place


def test_a_disk_that_is_full_ends_no_session_whose_notices_it_cannot_have(place):
    place.startup_notices.symlink_to("/dev/full")
    place.stream.symlink_to("/dev/full")
    place.startup_problem.symlink_to("/dev/full")
    place.site_plans.mkdir()
    code = (
        "from blueline.queue.worker_session import names_or_reason\n"
        "session = names_or_reason()['session']\n"
        "session.close()\n"
        "print('closed', session.name)\n"
    )
    worker = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert worker.stdout.endswith("closed default\n"), worker.stderr


def test_why_there_is_no_session_is_raised_where_the_disk_that_is_to_have_it_is_full(
    place, tmp_path
):
    place.startup_problem.symlink_to("/dev/full")
    shutil.rmtree(tmp_path / "id99")
    with pytest.raises(ConfigError, match="id99"):
        names_or_reason()


def test_a_worker_without_a_folder_says_what_it_needs(place, monkeypatch):
    monkeypatch.delenv(FOLDER)
    with pytest.raises(QueueError, match=f"needs {FOLDER}, .*`blueline queue up` sets it"):
        names_or_reason()
