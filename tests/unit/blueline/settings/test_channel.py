import os
import threading

import pytest

from blueline.settings import Cache, Channel, SettingsError
from blueline.settings.channel import open_channels, runtime_folder
from tests.waiting import meanwhile, wait_until


@pytest.fixture
def channel(tmp_path):
    made = []

    def make(name="beam", **options):
        made.append(Channel(name, folder=tmp_path, **options))
        return made[-1]

    yield make
    for each in made:
        each.close()


def test_a_channel_has_its_default_until_somebody_sets_it(channel):
    ours, theirs = channel(default={"on": False}), channel(default=5)
    assert (ours.value, theirs.value) == ({"on": False}, 5)
    theirs.value = None
    assert (ours.value, theirs.value) == (None, None)
    ours.clear()
    assert (ours.value, theirs.value) == ({"on": False}, 5)


def test_channels_of_different_names_do_not_mix(channel):
    channel("a").value = 1
    assert channel("b/../a").value is None


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_forked_child_is_no_client(channel):
    ours = channel()
    ours.value = 1
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(write)
        os.read(read, 1)
        os._exit(0)
    ours.close()
    assert channel().value is None
    os.close(write)
    os.close(read)
    assert os.waitpid(child, 0)[1] == 0


def test_all_clients_are_told_of_a_new_value(channel):
    told = {"ours": [], "theirs": []}
    ours = channel(callback=told["ours"].append)
    channel(callback=told["theirs"].append)
    ours.value = {"beam": 1}
    wait_until("both are told", lambda: told == {"ours": [{"beam": 1}], "theirs": [{"beam": 1}]})
    ours.clear()
    wait_until("both are told", lambda: told["theirs"][1:] == [None] == told["ours"][1:])


def test_a_client_is_told_where_whoever_set_the_value_could_not_ring(channel, tmp_path):
    told = []
    channel(callback=told.append)
    other = channel()
    other._folder._ring = lambda: None
    other.value = 1
    wait_until("we are told", lambda: told == [1])


def test_the_last_of_many_values_is_told(channel):
    told = []
    channel(callback=told.append)
    setting = channel()
    for number in range(200):
        setting.value = number
    wait_until("the last one is told", lambda: told[-1:] == [199])
    assert told == sorted(set(told))


def test_a_callback_that_fails_is_logged_and_called_again(channel, caplog):
    told = []

    def fail_once(value):
        told.append(value)
        if value == 1:
            raise ZeroDivisionError

    ours = channel(callback=fail_once)
    ours.value = 1
    wait_until("we are told", lambda: told == [1])
    ours.value = 2
    wait_until("we are told again", lambda: told == [1, 2])
    assert "the callback of the channel beam failed" in caplog.text


def test_a_channel_that_is_closed_says_so_and_tells_nothing(channel):
    told = []
    ours, other = channel(callback=told.append), channel()
    ours.close()
    ours.close()
    other.value = 1
    with pytest.raises(SettingsError, match="the channel beam is closed; open it again"):
        repr(ours.value)
    assert told == []
    assert [each for each in threading.enumerate() if each.name == "channel"] == []


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match="choose a folder where you may write"):
        Channel("x", folder=tmp_path / "file")


def test_channels_meet_in_a_folder_of_this_user(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    with Channel("x") as one, Channel("x") as other:
        one.value = 1
        assert other.value == 1
    assert (tmp_path / "blueline" / "x").is_dir()
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert runtime_folder().stat().st_mode & 0o777 == 0o700


def test_a_cache_is_filled_once(tmp_path):
    work = []
    ours, theirs = Cache("pilatus", tmp_path), Cache("pilatus", tmp_path)
    assert ours.value is None
    assert ours.fill(lambda: work.append("ours")) is None
    assert theirs.fill(lambda: work.append("theirs")) is None
    assert work == ["ours"]
    theirs.clear()
    assert theirs.fill(lambda: {"serial": 1}) == {"serial": 1} == ours.value
    ours.close()
    theirs.close()


def test_others_wait_while_a_cache_is_filled(tmp_path):
    started, end = threading.Event(), threading.Event()

    def work():
        started.set()
        assert end.wait(10)
        return "ours"

    ours, theirs = Cache("pilatus", tmp_path), Cache("pilatus", tmp_path)
    with meanwhile(lambda: ours.fill(work)):
        assert started.wait(10)
        with pytest.raises(SettingsError, match=r"in use by another process for 0\.05 s"):
            theirs.fill(lambda: "theirs", timeout=0.05)
        end.set()
        assert theirs.fill(lambda: "theirs") == "ours"
    ours.close()
    theirs.close()


def test_work_that_fails_leaves_a_cache_empty(tmp_path):
    cache = Cache("pilatus", tmp_path)

    def fail():
        raise BlockingIOError

    with pytest.raises(BlockingIOError):
        cache.fill(fail)
    assert cache.fill(lambda: 5) == 5
    cache.close()


def test_channels_that_nobody_has_open_are_not_listed(channel, tmp_path):
    assert open_channels(tmp_path / "nowhere") == {}
    over = channel("over")
    over.value = 1
    over.close()
    channel("a/b").value = {"x": 2}
    channel("unset")
    assert open_channels(tmp_path) == {"a/b": {"x": 2}, "unset": None}
    assert channel("over").value is None
