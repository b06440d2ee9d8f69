"""The classes that may be named."""

import sys

import pytest

from blueline.config.class_paths import ClassPathError, complaint, imported, reach_own_classes

PACKAGES = ("devices", "ophyd", "tests_own_package")


@pytest.mark.parametrize("path", ["ophyd.Signal", "ophyd:Signal", "ophyd.signal.Signal"])
def test_a_class_is_imported_by_either_way_of_writing(path):
    assert imported(path, PACKAGES).__name__ == "Signal"


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("os.system", "in none of the packages"),
        ("ophydx.Signal", "in none of the packages"),
        ("ophyd.Nothing", "has no Nothing"),
        ("ophyd.nothing.Signal", "cannot be imported"),
        ("ophyd.sim.np", "is no class"),
        ("ophyd.device.time.sleep", "cannot be imported"),
        ("ophyd:device.OrderedDict", "is no class of"),
        ("ophyd:sim.np.array", "is no class of"),
    ],
)
def test_what_is_no_class_of_these_packages_is_refused(path, told):
    with pytest.raises(ClassPathError, match=told):
        imported(path, PACKAGES)


def test_arguments_are_judged_without_a_call():
    from devices import Motor, Scaler

    assert complaint(Motor, 1, ["name", "tolerance"]) == ""
    assert "counters" in complaint(Scaler, 1, ["name"])


def test_packages_of_the_beamline_come_after_all_others(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", [*sys.path])
    (tmp_path / "python").mkdir()
    (tmp_path / "python" / "tests_own_package.py").write_text("class Thing: pass\n")
    reach_own_classes(tmp_path)
    assert sys.path[-1] == str(tmp_path / "python")
    assert imported("tests_own_package.Thing", PACKAGES).__name__ == "Thing"
