import sys

import pytest

from blueline.errors import BluelineError
from blueline.identity import PACKAGES, check_identity


@pytest.fixture
def stranger(tmp_path, monkeypatch):
    """A package that is found first, of a name that may be ours."""

    def make(name):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").touch()
        monkeypatch.delitem(sys.modules, name, raising=False)
        monkeypatch.syspath_prepend(tmp_path)
        return tmp_path / name

    return make


def test_our_packages_are_ours():
    check_identity()


def test_all_six_packages_are_checked():
    assert set(PACKAGES) == {
        "blueline",
        "callbacks",
        "devices",
        "planlib",
        "reduction",
        "sim_ioc",
    }


@pytest.mark.parametrize("name", ["devices", "callbacks", "reduction"])
def test_a_strangers_package_is_refused_with_the_place_where_it_was_found(name, stranger):
    where = stranger(name)
    with pytest.raises(BluelineError, match=f"the package '{name}' is found in") as refused:
        check_identity()
    assert str(where) in str(refused.value)
    assert "remove it" in str(refused.value)


def test_a_package_that_is_nowhere_is_refused():
    with pytest.raises(BluelineError, match="the package 'no_such_package' is found in None"):
        check_identity(["no_such_package"])


def test_a_module_in_place_of_a_package_is_refused():
    with pytest.raises(BluelineError, match="the package 'bisect' is found in"):
        check_identity(["bisect"])
