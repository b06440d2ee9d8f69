"""What a queue is to be, from a beamline's description and what is said."""

import pytest

from blueline.config.errors import ConfigError
from blueline.queue.configured import (
    beamline_and_session,
    described_stream,
    queue_folder,
    queue_settings,
    running_queue_folder,
)
from blueline.queue.errors import QueueError
from blueline.queue.places import QueueFolder

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


def test_a_queue_publishes_where_it_is_said_and_nowhere_if_its_beamline_wants_that(beamline):
    assert "BLUELINE_STREAM" not in queue_settings(str(beamline)).environment
    file = beamline / "beamline.yml"
    file.write_text(f"{DESCRIBED}    stream: none\n")
    assert queue_settings(str(beamline)).environment["BLUELINE_STREAM"] == "none"
    said = queue_settings(str(beamline), stream="127.0.0.1:1").environment
    assert said["BLUELINE_STREAM"] == "127.0.0.1:1"
    file.write_text(f"{DESCRIBED}  stream: {{address: '127.0.0.1:5579'}}\n")
    assert described_stream(str(beamline), None) == "127.0.0.1:5579"


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


@pytest.fixture
def with_sessions(beamline, monkeypatch):
    monkeypatch.delenv("BLUELINE_BEAMLINE", raising=False)
    monkeypatch.chdir(beamline.parent)
    text = "sessions:\n  - name: users\n  - name: mine\n"
    (beamline / "beamline.yml").write_text("beamline:\n  name: id99\n" + text)
    return beamline


def test_a_description_that_says_no_address_leaves_the_choice_of_a_free_port(beamline):
    (beamline / "beamline.yml").write_text("beamline: {name: id99}\n")
    settings = queue_settings(str(beamline))
    assert (settings.address, settings.information) == ("127.0.0.1:0", "127.0.0.1:0")


def test_what_is_typed_is_a_beamline(with_sessions):
    assert beamline_and_session("id99", None, None) == ("id99", None)
    assert beamline_and_session("id99", None, "mine") == ("id99", "mine")
    assert beamline_and_session(None, "id99", "mine") == ("id99", "mine")


def test_what_is_typed_is_a_session_of_the_beamline_here(with_sessions, monkeypatch):
    assert beamline_and_session("mine", "id99", None) == ("id99", "mine")
    monkeypatch.chdir(with_sessions)
    assert beamline_and_session("mine", None, None) == (None, "mine")


def test_what_is_typed_and_is_neither_is_told(with_sessions, monkeypatch):
    monkeypatch.chdir(with_sessions)
    with pytest.raises(ConfigError, match="there is no beamline nosuch"):
        beamline_and_session("nosuch", None, None)
    with pytest.raises(QueueError, match="two beamlines are given, id99 and id99"):
        beamline_and_session("id99", "id99", None)


@pytest.mark.parametrize("state", ["state", "../elsewhere", "in its own place"])
def test_what_runs_is_found_while_its_description_is_broken(beamline, state):
    text = DESCRIBED.replace("state: state", f'state: "{state}" # kept')
    (beamline / "beamline.yml").write_text(f"{text}  : : [\n")
    with pytest.raises(ConfigError):
        running_queue_folder(str(beamline))
    place = QueueFolder(beamline / state / "queue").made()
    place.processes.write_text("{}")
    assert running_queue_folder(str(beamline)) == place


@pytest.mark.parametrize(
    "state",
    ["state: real state # kept", "state: 'real state'", 'state: "real state"', ""],
)
def test_what_runs_is_found_where_other_things_than_the_beamline_have_a_state(beamline, state):
    text = f"""\
sessions:
  - name: users
    state: none
beamline:
  name: id99
  metadata:
    sample:
      state: solid
# kept
  {state}
devices:
  state: on
  : : [
"""
    (beamline / "beamline.yml").write_text(text)
    place = QueueFolder(beamline / ("real state" if state else "state") / "queue").made()
    place.processes.write_text("{}")
    assert running_queue_folder(str(beamline)) == place
