"""Which beamline is meant."""

import pytest

from blueline.config.errors import ConfigError
from blueline.config.finding import VARIABLE, find_configuration


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder below the one that has the beamlines a and b."""
    for name in ("a", "b"):
        (tmp_path / name / "deep").mkdir(parents=True)
        (tmp_path / name / "beamline.yml").write_text("beamline: {name: x}\n")
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_name_is_looked_for_here_and_above(here, monkeypatch):
    monkeypatch.chdir(here / "b" / "deep")
    assert find_configuration("a") == here / "a"


@pytest.mark.parametrize("path", ["a", "a/beamline.yml", "./a"])
def test_a_path_is_a_folder_or_its_file(here, path):
    assert find_configuration(path) == here / "a"
    assert find_configuration(here / path) == here / "a"


def test_without_a_name_it_is_the_one_we_are_in(here, monkeypatch):
    assert find_configuration() is None
    monkeypatch.chdir(here / "b" / "deep")
    assert find_configuration() == here / "b"


def test_a_variable_counts_more_than_where_we_are(here, monkeypatch):
    monkeypatch.chdir(here / "b")
    monkeypatch.setenv(VARIABLE, "a")
    assert find_configuration() == here / "a"
    assert find_configuration("b") == here / "b"


def test_what_is_not_there_is_told(here, monkeypatch):
    with pytest.raises(ConfigError, match="there is no beamline q: "):
        find_configuration("q")
    monkeypatch.setenv(VARIABLE, "w")
    with pytest.raises(ConfigError, match=f"no beamline w, which {VARIABLE} names"):
        find_configuration()
