"""What a queue is to be, from a beamline's description and what is said."""

import pytest

from blueline.queue.configured import queue_folder, queue_settings

DESCRIBED = """\
beamline:
  name: id99
  state: state
  queue:
    redis: 127.0.0.1:6379/3
    control: 127.0.0.1:60700
    information: 127.0.0.1:60701
    keys: keys
    allow_code: true
"""


@pytest.fixture
def beamline(tmp_path):
    folder = tmp_path / "id99"
    folder.mkdir()
    (folder / "beamline.yml").write_text(DESCRIBED)
    return folder


@pytest.fixture
def nowhere(tmp_path, monkeypatch):
    monkeypatch.delenv("BLUELINE_BEAMLINE", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_without_a_description_the_queue_is_in_the_data_folder(nowhere):
    assert queue_folder().root == nowhere / "blueline-data" / "state" / "queue"
    assert queue_folder(data=nowhere / "d").root == nowhere / "d" / "state" / "queue"


def test_the_worker_gets_absolute_paths_and_nothing_that_was_not_said(nowhere):
    assert queue_settings().environment == {"BLUELINE_DATA": str(nowhere / "blueline-data")}


def test_the_worker_gets_what_was_said(nowhere):
    given = queue_settings(data=nowhere / "d", port=5070, prefix="Q:", stream="127.0.0.1:1")
    assert given.environment == {
        "BLUELINE_DATA": str(nowhere / "d"),
        "BLUELINE_PORT": "5070",
        "BLUELINE_PREFIX": "Q:",
        "BLUELINE_STREAM": "127.0.0.1:1",
    }


def test_a_description_says_what_the_queue_is(beamline):
    given = queue_settings(str(beamline), session="default")
    assert given.folder == str(beamline / "state" / "queue")
    assert given.environment == {
        "BLUELINE_BEAMLINE": str(beamline),
        "BLUELINE_SESSION": "default",
    }
    assert given.redis == "127.0.0.1:6379/3"
    assert given.address == "127.0.0.1:60700"
    assert given.information == "127.0.0.1:60701"
    assert given.key == str(beamline / "keys" / "server.key_secret")
    assert given.scripts
